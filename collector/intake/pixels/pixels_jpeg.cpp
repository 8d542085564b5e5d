// SPDX-License-Identifier: GPL-3.0-or-later
// libjpeg-turbo, a row of blocks at a time: no more is in memory, whatever the size (but for progressive pictures).
#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "collector/intake/pixels/libjpeg_failure.hpp"
#include "collector/intake/pixels/pixels.hpp"

namespace dokaz::intake::pixels {
namespace {

/// One component's samples of as many rows as libjpeg decodes at a time.
struct Plane {
  Bytes samples;
  std::vector<JSAMPROW> rows;
  std::size_t width = 0;   // of what is part of the picture
  std::uint64_t left = 0;  // rows of the picture that were not decoded yet
};

std::size_t rounded_up(JDIMENSION blocks, int to) {
  const auto step = static_cast<JDIMENSION>(to);
  return (blocks + step - 1) / step * step;
}

/// Objects whose destructors must run live outside: libjpeg leaves by longjmp.
struct Decoder {
  LibjpegFailure failure;
  jpeg_decompress_struct info{};
  Sha256Stream hash;
  std::vector<Plane> planes;
  std::vector<JSAMPARRAY> image;
  ~Decoder() { jpeg_destroy_decompress(&info); }

  /// Samples as coded: what makes colours and full size of them has no other input than these and the header.
  bool run(ByteView file) {
    info.err = failure.errors();
    if (setjmp(failure.back)) return false;
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, file.data(), file.size());
    jpeg_read_header(&info, TRUE);
    info.out_color_space = info.jpeg_color_space;
    info.dct_method = JDCT_ISLOW;
    info.raw_data_out = TRUE;
    jpeg_start_decompress(&info);
    if (!make_planes()) return false;
    const auto lines = static_cast<JDIMENSION>(info.max_v_samp_factor * DCTSIZE);
    while (info.output_scanline < info.output_height) {
      if (jpeg_read_raw_data(&info, image.data(), lines) == 0) return false;
      for (Plane& plane : planes) take(plane);
    }
    jpeg_finish_decompress(&info);
    return true;
  }

 private:
  bool make_planes() {
    std::uint64_t samples = 0;
    for (const jpeg_component_info& part : std::span(info.comp_info, static_cast<std::size_t>(info.num_components))) {
      // No decoder that shows pictures takes other ratios.
      if (info.max_h_samp_factor % part.h_samp_factor != 0 || info.max_v_samp_factor % part.v_samp_factor != 0) return false;
      const std::size_t stride = rounded_up(part.width_in_blocks, part.h_samp_factor) * DCTSIZE;
      Plane& plane = planes.emplace_back();
      plane.rows.resize(static_cast<std::size_t>(part.v_samp_factor) * DCTSIZE);
      plane.samples.resize(stride * plane.rows.size());
      for (std::size_t row = 0; row < plane.rows.size(); ++row) plane.rows[row] = plane.samples.data() + row * stride;
      plane.width = part.downsampled_width;
      plane.left = part.downsampled_height;
      samples += plane.width * plane.left;
      for (const int factor : {part.h_samp_factor, part.v_samp_factor}) put(static_cast<std::uint32_t>(factor));
    }
    for (Plane& plane : planes) image.push_back(plane.rows.data());
    return samples <= most_samples;
  }

  void take(Plane& plane) {
    const std::uint64_t count = std::min<std::uint64_t>(plane.left, plane.rows.size());
    for (std::size_t row = 0; row < count; ++row) hash.update(ByteView(plane.rows[row], plane.width));
    plane.left -= count;
  }

 public:
  void put(std::uint32_t number) {
    hash.update(ByteView(std::array<Byte, 4>{static_cast<Byte>(number >> 24), static_cast<Byte>(number >> 16),
                                             static_cast<Byte>(number >> 8), static_cast<Byte>(number)}));
  }
};

/// Four inks mean the opposite where an Adobe segment stands; that of other pictures says no more than the colour space.
bool may_be_inverted(const jpeg_decompress_struct& info) { return info.num_components == 4 && info.saw_Adobe_marker != FALSE; }

}  // namespace

Result<Sha256> jpeg(ByteView file, Warnings warnings) {
  Decoder decoder;
  const bool decoded = decoder.run(file);
  if (!decoded || (warnings == Warnings::refused && decoder.failure.manager.num_warnings > 0))
    return fail(Errc::malformed_media, "JPEG: the decoder complains");
  for (const auto number : {decoder.info.output_width, decoder.info.output_height,
                            static_cast<JDIMENSION>(decoder.info.num_components),
                            static_cast<JDIMENSION>(decoder.info.jpeg_color_space),
                            static_cast<JDIMENSION>(may_be_inverted(decoder.info))})
    decoder.put(number);
  return decoder.hash.finish();
}

}  // namespace dokaz::intake::pixels
