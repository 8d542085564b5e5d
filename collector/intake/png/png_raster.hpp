// SPDX-License-Identifier: GPL-3.0-or-later
// The size of a PNG raster, and the check that compressed data hold exactly that and nothing more.
#pragma once

#include <bitset>
#include <span>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::intake::png {

struct Raster {
  std::uint32_t width = 0, height = 0;
  unsigned depth = 0, colour = 0;
  bool interlaced = false;

  /// 0 for a colour type that does not exist.
  unsigned channels() const;
};

/// What the rows of one or more pictures hold, where one byte may hold several pixels or an index.
struct RowsSeen {
  std::bitset<256> indices;  ///< into the palette, that a pixel has
  bool zeros = false, ones = false;  ///< bits behind the last pixel of a row
};

/// `data` are the payloads of the IDAT (or fdAT, without their numbers) of one picture.
/// Adds to `seen` for palettes and for gray of less than 8 bits.
/// `truncated_media` where they end early, `malformed_media` where they are broken or go on.
Status check_raster(const Raster& raster, std::span<const ByteView> data, RowsSeen& seen);

/// Nothing where `data` is not one whole zlib stream that gives at most `cap` bytes.
std::optional<Bytes> inflate_all(ByteView data, std::size_t cap);

}  // namespace dokaz::intake::png
