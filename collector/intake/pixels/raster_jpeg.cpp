// SPDX-License-Identifier: GPL-3.0-or-later
// libjpeg-turbo both ways: JPEG files in grey, colours or inks as pixels, and pixels as a JPEG file.
#include <algorithm>
#include <cstdlib>

#include "collector/intake/pixels/libjpeg_failure.hpp"
#include "collector/intake/pixels/raster.hpp"

namespace dokaz::intake {
namespace {

struct Decoder {
  pixels::LibjpegFailure failure;
  jpeg_decompress_struct info{};
  Raster raster;
  Bytes row;
  Status refused;
  ~Decoder() { jpeg_destroy_decompress(&info); }

  bool run(ByteView file) {
    info.err = failure.errors();
    if (setjmp(failure.back)) return false;
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, file.data(), file.size());
    jpeg_read_header(&info, TRUE);
    refused = pixels::may_be_drawn(info.image_width, info.image_height);
    if (!refused) return true;
    const bool inks = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
    info.out_color_space = inks ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(&info);
    raster = Raster::white(info.output_width, info.output_height);
    row.resize(std::size_t{info.output_width} * static_cast<std::size_t>(info.output_components));
    while (info.output_scanline < info.output_height) {
      Byte* const into = raster.at(0, info.output_scanline);
      JSAMPROW rows[] = {row.data()};
      jpeg_read_scanlines(&info, rows, 1);
      if (inks) from_inks(into);
      else std::copy(row.begin(), row.end(), into);
    }
    jpeg_finish_decompress(&info);
    return true;
  }

 private:
  /// Where an Adobe segment stands the four say how much light is left, else how much ink there is.
  void from_inks(Byte* into) const {
    const unsigned turned = info.saw_Adobe_marker != FALSE ? 0 : 255;
    for (std::size_t x = 0; x < row.size() / 4; ++x)
      for (std::size_t i = 0; i < 3; ++i)
        into[3 * x + i] = static_cast<Byte>((row[4 * x + i] ^ turned) * (row[4 * x + 3] ^ turned) / 255);
  }
};

struct Encoder {
  pixels::LibjpegFailure failure;
  jpeg_compress_struct info{};
  unsigned char* file = nullptr;
  unsigned long size = 0;
  ~Encoder() {
    jpeg_destroy_compress(&info);
    std::free(file);
  }

  bool run(const Raster& raster) {
    constexpr int quality = 90;
    info.err = failure.errors();
    if (setjmp(failure.back)) return false;
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &file, &size);
    info.image_width = raster.width;
    info.image_height = raster.height;
    info.input_components = 3;
    info.in_color_space = JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, quality, TRUE);
    info.comp_info[0].h_samp_factor = info.comp_info[0].v_samp_factor = 1;
    info.optimize_coding = TRUE;
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
      JSAMPROW rows[] = {const_cast<JSAMPLE*>(raster.at(0, info.next_scanline))};
      jpeg_write_scanlines(&info, rows, 1);
    }
    jpeg_finish_compress(&info);
    return true;
  }
};

}  // namespace

Result<Painted> pixels::paint_jpeg(ByteView file) {
  Decoder decoder;
  const bool decoded = decoder.run(file);
  DOKAZ_TRY(decoder.refused);
  if (!decoded || decoder.failure.manager.num_warnings > 0) return fail(Errc::malformed_media, "JPEG: the decoder complains");
  return Painted{std::move(decoder.raster)};
}

Result<Bytes> jpeg_of(const Raster& raster) {
  Encoder encoder;
  if (!encoder.run(raster)) return fail(Errc::internal, "a picture could not be coded");
  return Bytes(encoder.file, encoder.file + encoder.size);
}

}  // namespace dokaz::intake
