// SPDX-License-Identifier: GPL-3.0-or-later
// The compressed data of one GIF frame, read for their end and their colours without making pixels of them.
#pragma once

#include <array>
#include <bitset>

#include "collector/intake/plan/clean_plan.hpp"

namespace dokaz::intake::gif {

using Colours = std::bitset<256>;

struct FrameData {
  std::size_t begin = 0, end = 0;   ///< in the file: the first block's length byte, behind the empty block
  std::uint64_t bytes = 0;          ///< in all blocks
  std::uint64_t kept = 0;           ///< whole bytes before the bit that ends the last pixel
  std::array<Byte, 3> tail{};       ///< that bit's byte, the code for the end, zero bits
  unsigned tail_size = 0;
  bool as_written = false;          ///< the blocks are already what write() makes of them
  Colours colours;                  ///< that pixels have
  std::uint64_t wanted() const { return kept + tail_size; }
};

/// Data in blocks from `begin` on, codes of `size` + 1 bits and more, for `pixels` pixels (at least 1).
/// `truncated_media`, `malformed_media`.
Result<FrameData> read_data(ByteView file, std::size_t begin, unsigned size, std::uint64_t pixels);
/// Behind the empty block that ends the blocks from `begin` on.
Result<std::size_t> end_of_blocks(ByteView file, std::size_t begin);
/// The content of those blocks from byte `from` on, at most `cap` bytes.
Bytes content_of_blocks(ByteView file, std::size_t begin, std::uint64_t from, std::size_t cap = SIZE_MAX);
/// The data in blocks as they should be, the empty one included.
void write_data(const FrameData& data, ByteView file, CleanPlan& out);

}  // namespace dokaz::intake::gif
