// SPDX-License-Identifier: GPL-3.0-or-later
// TIFF seen a second time: the parts that directories and strips share.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/result.hpp"

namespace dokaz::intake::check {

/// Numbers of one TIFF field, or its bytes where it has other types.
struct TiffField {
  unsigned type = 0;
  std::uint64_t count = 0;
  std::string_view bytes;
  std::vector<std::uint64_t> numbers;
};
using TiffFields = std::map<unsigned, TiffField>;

/// What a strip must hold.
struct TiffStrip {
  unsigned codec = 1, components = 1;
  bool reversed = false;
  std::uint64_t columns = 0, rows = 0, decoded = 0;
};

/// JPEG tables by name: quantisation 0 to 3; Huffman codes 0x100 and more, the low byte as in DHT.
using TiffJpegTables = std::map<unsigned, std::string>;
/// Whether `stream` is SOI, DQT and DHT segments, EOI; whatever stands behind is left alone. Tables of the same name: the first.
bool read_tiff_jpeg_tables(std::string_view stream, TiffJpegTables& out);
/// The one form of such a stream.
std::string write_tiff_jpeg_tables(const TiffJpegTables& tables);

/// Whether `coded` is the strip and nothing else. Names of the tables of the page that it uses go to `used`.
bool is_exact_strip(const TiffStrip& strip, std::string_view coded, const TiffJpegTables& tables, TiffJpegTables& used);

}  // namespace dokaz::intake::check
