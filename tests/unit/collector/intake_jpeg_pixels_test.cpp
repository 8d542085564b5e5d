// SPDX-License-Identifier: GPL-3.0-or-later
// The judge of pixels says no where one coefficient of a JPEG differs, wherever that is.
#include <cstdio>  // before jpeglib.h, which needs FILE

#include <jpeglib.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>
#include <set>

#include "collector/intake/pixels/pixels.hpp"
#include "intake_walked.hpp"

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

namespace {

/// With a comment behind the first marker, as an original has what its clean copy has not.
Bytes with_comment(const Bytes& file) {
  Bytes out(file.begin(), file.begin() + 2);
  append(out, bytes_of(std::string_view("\xff\xfe\0\x08hidden", 10)));
  append(out, ByteView(file).subspan(2));
  return out;
}

}  // namespace

TEST_CASE("One decoding is enough where the decoder is about to do the same with both, and only there") {
  for (const Picture& picture : {Picture{}, Picture{.across = 1, .down = 1}, Picture{.width = 1, .height = 1},
                                 Picture{.colours = JCS_GRAYSCALE, .inks = 1, .across = 1, .down = 1},
                                 Picture{.colours = JCS_YCCK, .inks = 4, .adobe = true}, Picture{.progressive = true}}) {
    CAPTURE(picture.width, picture.colours, picture.progressive);
    const Bytes clean = made(picture), original = with_comment(clean);
    CHECK(pixels::same_jpeg(original, clean) == !picture.progressive);
    CHECK(same_pixels(Media::jpeg, original, clean));
    for (int component = 0; component < picture.inks; ++component)
      for (const Where where : {Where::first, Where::last}) {
        const Bytes other = changed(clean, component, where);
        CHECK_FALSE(pixels::same_jpeg(with_comment(other), clean));
        CHECK(same_pixels(Media::jpeg, with_comment(other), clean).code() == Errc::not_clean);
      }
  }
}

TEST_CASE("Other tables, another meaning of ink, or a broken end are no reason to decode once") {
  const Bytes clean = made({}), gray = made({.colours = JCS_GRAYSCALE, .inks = 1, .across = 1, .down = 1});
  CHECK_FALSE(pixels::same_jpeg(gray, clean));
  CHECK_FALSE(pixels::same_jpeg(made({.across = 2, .down = 1}), clean));
  Bytes steps = clean;
  const auto table = std::ranges::search(steps, bytes_of(std::string_view("\xff\xdb", 2)));
  REQUIRE_FALSE(table.empty());
  table.begin()[5] ^= 1;  // one step of the quantisation; the coded bytes are the same
  CHECK_FALSE(pixels::same_jpeg(steps, clean));
  CHECK(same_pixels(Media::jpeg, steps, clean).code() == Errc::not_clean);
  const Bytes ink = made({.colours = JCS_CMYK, .inks = 4, .across = 1, .down = 1});
  CHECK_FALSE(pixels::same_jpeg(made({.colours = JCS_CMYK, .inks = 4, .across = 1, .down = 1, .adobe = true}), ink));
  // Both end early in the same way: the decoder complains of the clean copy.
  Bytes cut(clean.begin(), clean.end() - 6);
  append(cut, bytes_of(std::string_view("\xff\xd9", 2)));
  CHECK_FALSE(pixels::same_jpeg(with_comment(cut), cut));
  CHECK(same_pixels(Media::jpeg, with_comment(cut), cut).code() == Errc::not_clean);
}

TEST_CASE("The quick walk makes the same clean copy, or one that the check refuses") {
  const WalkOptions quick{ColourProfile::reduce, false};
  for (const Picture& picture : {Picture{}, Picture{.progressive = true}, Picture{.colours = JCS_YCCK, .inks = 4, .adobe = true}}) {
    const Bytes file = with_comment(made(picture));
    const auto slow = test::walk(file), fast = test::walk(file, quick);
    REQUIRE(slow);
    REQUIRE(fast);
    CHECK(fast->plan == slow->plan);
    CHECK(fast->removed == slow->removed);
    // Bytes behind the last block, in the scan.
    Bytes hiding(file.begin(), file.end() - 2);
    append(hiding, bytes_of("hidden"));
    append(hiding, ByteView(file).last(2));
    const auto cut = test::walk(hiding), left = test::walk(hiding, quick);
    REQUIRE(cut);
    REQUIRE(left);
    CHECK(test::check_clean(hiding, test::clean_copy(hiding, cut->plan)));
    CHECK(test::check_clean(hiding, test::clean_copy(hiding, left->plan)).code() == Errc::not_clean);
  }
}
