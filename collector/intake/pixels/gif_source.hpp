// SPDX-License-Identifier: GPL-3.0-or-later
// A GIF in memory as giflib reads it.
#pragma once

#include <gif_lib.h>

#include <algorithm>
#include <cstring>

#include "crypto/bytes.hpp"

namespace dokaz::intake::pixels {

/// For DGifOpen, whose user data is the ByteView that is left to read.
inline int read_gif(GifFileType* gif, GifByteType* into, int size) {
  auto& rest = *static_cast<ByteView*>(gif->UserData);
  const std::size_t part = std::min(rest.size(), static_cast<std::size_t>(size));
  std::memcpy(into, rest.data(), part);
  rest = rest.subspan(part);
  return static_cast<int>(part);
}

}  // namespace dokaz::intake::pixels
