// SPDX-License-Identifier: GPL-3.0-or-later
// JPEGs of any size, made here, and with metadata in them where a test wants that.
#pragma once

#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include <string_view>
#include <vector>

#include "crypto/bytes.hpp"

namespace dokaz::test {

/// Noise where `noisy`, so that it is large; a gradient otherwise.
inline Bytes make_jpeg(unsigned width, unsigned height, unsigned seed = 1, bool noisy = false, int components = 3) {
  jpeg_compress_struct to{};
  jpeg_error_mgr errors{};
  to.err = jpeg_std_error(&errors);
  jpeg_create_compress(&to);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&to, &memory, &size);
  to.image_width = width;
  to.image_height = height;
  to.input_components = components;
  to.in_color_space = components == 4 ? JCS_CMYK : components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&to);
  jpeg_set_quality(&to, noisy ? 98 : 85, TRUE);
  jpeg_start_compress(&to, TRUE);
  std::vector<unsigned char> line(std::size_t{width} * static_cast<std::size_t>(components));
  std::uint32_t state = seed * 2654435761U + 1;
  for (unsigned y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < line.size(); ++x) {
      state = state * 1664525U + 1013904223U;
      line[x] = static_cast<unsigned char>(noisy ? state >> 24 : (x + y * seed) & 0xff);
    }
    JSAMPROW row = line.data();
    jpeg_write_scanlines(&to, &row, 1);
  }
  jpeg_finish_compress(&to);
  Bytes out(memory, memory + size);
  jpeg_destroy_compress(&to);
  std::free(memory);
  return out;
}

/// With one more segment in front of the others.
inline Bytes with_segment(const Bytes& jpeg, Byte marker, std::string_view body) {
  Bytes out(jpeg.begin(), jpeg.begin() + 2);
  append(out, Bytes{0xff, marker, static_cast<Byte>((body.size() + 2) >> 8), static_cast<Byte>(body.size() + 2)});
  append(out, bytes_of(body));
  append(out, ByteView(jpeg).subspan(2));
  return out;
}

/// EXIF that says the orientation and nothing else, as clean copies have it.
inline Bytes with_orientation(const Bytes& jpeg, int orientation) {
  std::string exif("Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x00\0\0\0\0\0\0", 32);
  exif[25] = static_cast<char>(orientation);
  return with_segment(jpeg, 0xe1, exif);
}

}  // namespace dokaz::test
