// SPDX-License-Identifier: GPL-3.0-or-later
// The size of a PNG raster, and the check that compressed data hold exactly that and nothing more.
#pragma once

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

/// `data` are the payloads of the IDAT (or fdAT, without their numbers) of one picture.
/// `truncated_media` where they end early, `malformed_media` where they are broken or go on.
Status check_raster(const Raster& raster, std::span<const ByteView> data);

/// Nothing where `data` is not one whole zlib stream that gives at most `cap` bytes.
std::optional<Bytes> inflate_all(ByteView data, std::size_t cap);

}  // namespace dokaz::intake::png
