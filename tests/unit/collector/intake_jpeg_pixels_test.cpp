// SPDX-License-Identifier: GPL-3.0-or-later
// The judge of pixels says no where one coefficient of a JPEG differs, wherever that is.
#include <cstdio>  // before jpeglib.h, which needs FILE

#include <jpeglib.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>
#include <set>

#include "collector/intake/pixels/pixels.hpp"

using namespace dokaz;
using namespace dokaz::intake;

namespace {

struct Picture {
  unsigned width = 37, height = 27;  // no multiple of a block
  J_COLOR_SPACE colours = JCS_YCbCr;
  int inks = 3;
  int across = 2, down = 2;  // samples of the first component for one of the second
  bool progressive = false;
  bool adobe = false;
};

Bytes taken(unsigned char* memory, unsigned long size) {
  const Bytes out(memory, memory + size);
  std::free(memory);
  return out;
}

Bytes made(const Picture& of) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &memory, &size);
  info.image_width = of.width;
  info.image_height = of.height;
  info.input_components = of.inks;
  info.in_color_space = of.colours;
  jpeg_set_defaults(&info);
  jpeg_set_colorspace(&info, of.colours);
  info.write_Adobe_marker = of.adobe ? TRUE : FALSE;
  info.comp_info[0].h_samp_factor = of.across;
  info.comp_info[0].v_samp_factor = of.down;
  if (of.progressive) jpeg_simple_progression(&info);
  jpeg_start_compress(&info, TRUE);
  Bytes row(std::size_t{of.width} * static_cast<unsigned>(of.inks), 100);
  while (info.next_scanline < of.height) {
    JSAMPROW rows[] = {row.data()};
    jpeg_write_scanlines(&info, rows, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  return taken(memory, size);
}

enum class Where { first, last };

/// The same picture with another coefficient in the first or last block of a component.
Bytes changed(const Bytes& file, int component, Where where) {
  jpeg_decompress_struct from{};
  jpeg_compress_struct to{};
  jpeg_error_mgr errors{};
  from.err = to.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&from);
  jpeg_create_compress(&to);
  jpeg_mem_src(&from, file.data(), file.size());
  jpeg_read_header(&from, TRUE);
  jvirt_barray_ptr* all = jpeg_read_coefficients(&from);
  const jpeg_component_info& part = from.comp_info[component];
  const JDIMENSION row = where == Where::first ? 0 : part.height_in_blocks - 1;
  const JDIMENSION column = where == Where::first ? 0 : part.width_in_blocks - 1;
  JBLOCKARRAY blocks = from.mem->access_virt_barray(reinterpret_cast<j_common_ptr>(&from), all[component], row, 1, TRUE);
  blocks[0][column][1] = static_cast<JCOEF>(blocks[0][column][1] + 1);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&to, &memory, &size);
  jpeg_copy_critical_parameters(&from, &to);
  to.write_Adobe_marker = from.saw_Adobe_marker;
  jpeg_write_coefficients(&to, all);
  jpeg_finish_compress(&to);
  jpeg_destroy_compress(&to);
  jpeg_finish_decompress(&from);
  jpeg_destroy_decompress(&from);
  return taken(memory, size);
}

Sha256 samples_of(const Bytes& file) {
  const auto hash = pixels_of(Media::jpeg, file);
  REQUIRE(hash);
  return *hash;
}

}  // namespace

TEST_CASE("One coefficient of any component makes other pixels, in the first block and in the last") {
  const Picture pictures[] = {{},
                              {.across = 2, .down = 1},
                              {.across = 1, .down = 2},
                              {.across = 1, .down = 1},
                              {.across = 4, .down = 1},
                              {.width = 1, .height = 1},
                              {.width = 16, .height = 17},
                              {.progressive = true},
                              {.colours = JCS_GRAYSCALE, .inks = 1},
                              {.colours = JCS_GRAYSCALE, .inks = 1, .across = 1, .down = 1},
                              {.colours = JCS_CMYK, .inks = 4, .across = 1, .down = 1},
                              {.colours = JCS_YCCK, .inks = 4, .adobe = true}};
  for (const Picture& picture : pictures) {
    CAPTURE(picture.width, picture.height, picture.colours, picture.across, picture.down, picture.progressive);
    const Bytes file = made(picture);
    std::set<Sha256> all = {samples_of(file)};
    CHECK(samples_of(file) == *all.begin());
    for (int component = 0; component < picture.inks; ++component)
      for (const Where where : {Where::first, Where::last}) all.insert(samples_of(changed(file, component, where)));
    const bool one_block = picture.width == 1;
    CHECK(all.size() == 1 + static_cast<std::size_t>(picture.inks) * (one_block ? 1 : 2));
  }
}

TEST_CASE("Other sizes, sampling, colour spaces and meanings of ink are other pixels") {
  std::set<Sha256> all;
  const Picture pictures[] = {{},
                              {.width = 38},
                              {.height = 28},
                              {.width = 27, .height = 37},
                              {.across = 2, .down = 1},
                              {.across = 1, .down = 1},
                              {.colours = JCS_RGB, .across = 1, .down = 1},
                              {.colours = JCS_GRAYSCALE, .inks = 1, .across = 1, .down = 1},
                              {.colours = JCS_CMYK, .inks = 4, .across = 1, .down = 1},
                              {.colours = JCS_CMYK, .inks = 4, .across = 1, .down = 1, .adobe = true}};
  for (const Picture& picture : pictures) all.insert(samples_of(made(picture)));
  CHECK(all.size() == std::size(pictures));
}
