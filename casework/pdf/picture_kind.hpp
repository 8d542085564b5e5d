// SPDX-License-Identifier: GPL-3.0-or-later
// What a file that is to be shown as a picture is, read from its head: nothing of it is decoded.
#pragma once

#include <optional>

#include "casework/pdf/blocks.hpp"

namespace dokaz::pdf {

inline constexpr std::uint64_t max_pixels = 200'000'000;
inline constexpr std::uint32_t max_side = 32'000;  // cairo's is 32,767

struct PictureHead {
  PictureKind kind = PictureKind::jpeg;
  std::uint32_t width = 0, height = 0;
  int components = 3;   // of a JPEG: 1 grey, 3 colours, 4 inks
  int orientation = 1;  // of a JPEG that says so in EXIF
};

/// Empty for what is neither a JPEG nor a PNG, or is broken in its head. A PNG is not shown by it: Painter gives its pixels.
std::optional<PictureHead> picture_head(ByteView content);

/// Of a portable pixmap (P6) as the painter makes it, whole; empty for what is none.
std::optional<PictureHead> pixmap_head(ByteView content);

}  // namespace dokaz::pdf
