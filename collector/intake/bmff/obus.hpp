// SPDX-License-Identifier: GPL-3.0-or-later
// AV1 coded data (AV1 Bitstream Specification, 5.3 and 5.5): which units are picture, and what the header says.
#pragma once

#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::intake::bmff {

/// Part of a sample or item as it will be written: a new head where the old one is not in the one form, then
/// bytes [offset, offset + length) of the data.
struct ObuPart {
  Bytes head;
  std::size_t offset = 0, length = 0;
};

/// A unit that is left out, whole: bytes [offset, offset + length) of the data.
struct DroppedObu {
  unsigned type = 0;
  std::size_t offset = 0, length = 0;
};

struct FilteredObus {
  std::vector<ObuPart> kept;  ///< neighbours that are copied as they stand are one part
  std::vector<DroppedObu> dropped;
  std::vector<ByteView> sequence_headers;  ///< their payload, views into the data
  std::size_t frames = 0;                  ///< headers of frames, those within frames and redundant ones included
};

inline constexpr std::size_t most_obus = 65536;

/// Kept are sequence headers (1), frame headers (3, 7), tile groups (4) and frames (6), each in one form: reserved
/// bits zero, a size field, in as few bytes as the size takes. Temporal delimiters (2), metadata (5), padding (15)
/// and the reserved types are dropped. `malformed_media`: a unit longer than the data, the forbidden bit, a size
/// over 8 bytes, or more than `most_obus` units; `unsupported_media`: a tile list (8).
Result<FilteredObus> filter_obus(ByteView data);

/// What a decoder takes from a sequence header, as far as containers repeat it.
struct SequenceHeader {
  unsigned profile = 0, level = 0, tier = 0;
  bool high_bitdepth = false, twelve_bit = false, monochrome = false;
  unsigned subsampling_x = 0, subsampling_y = 0, chroma_sample_position = 0;
  std::uint32_t width = 0, height = 0;  ///< largest frame
};

/// `malformed_media` where it is cut, or anything but zeros stands behind its end.
Result<SequenceHeader> read_sequence_header(ByteView payload);

/// The four bytes at the front of an av1C box (AV1 in ISO-BMFF, 2.3.3), without initial presentation delay.
Bytes av1_configuration(const SequenceHeader& header);

}  // namespace dokaz::intake::bmff
