// SPDX-License-Identifier: GPL-3.0-or-later
// JPEG inside TIFF (TIFF technical note 2): each strip is a picture whose tables may stand in a tag of the page.
#pragma once

#include <map>
#include <set>

#include "collector/intake/tiff/tiff_page.hpp"

namespace dokaz::intake::tiff {

/// Tables by the byte that names them, which is their first: 0x00 and 0x10 upwards for Huffman codes of DC and
/// AC; for quantisation its low half alone.
struct JpegTables {
  std::map<unsigned, ByteView> quantisation, huffman;
  std::size_t length = 0;  ///< of the stream in the page's tag, up to its EOI
};
/// Which tables of the page its strips need.
struct UsedTables {
  std::set<unsigned> quantisation, huffman;
};

/// SOI, DQT and DHT segments, EOI, nothing else and nothing twice; else `malformed_media`.
Result<JpegTables> read_jpeg_tables(ByteView stream);
/// SOI, DQT segments, DHT segments, EOI; one table to a segment, in ascending order.
Bytes write_jpeg_tables(const JpegTables& tables, const UsedTables& used);

/// The length of a strip's JPEG stream: SOI, DQT, DHT, DRI and one SOF0 or SOF1 in any order, one SOS with all
/// components, coded data, EOI. Its tables are all used and its coded data end where the picture does (walk_jpeg).
/// `unsupported_media` for other frames or scans; `malformed_media`, also for application data and comments.
Result<std::uint64_t> jpeg_length(const Page& page, const Strip& strip, ByteView coded, const JpegTables& shared,
                                  UsedTables& used);

}  // namespace dokaz::intake::tiff
