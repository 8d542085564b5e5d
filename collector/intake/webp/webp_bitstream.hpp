// SPDX-License-Identifier: GPL-3.0-or-later
// What the bitstreams inside of a WebP say of themselves: size, alpha, and where they end.
#pragma once

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::intake::webp {

struct Bitstream {
  std::uint32_t width = 0, height = 0;
  bool alpha = false;    ///< of a VP8L, which says so itself
  std::size_t used = 0;  ///< bytes that belong to the picture, from the front; at least 1
  Byte last = 0;         ///< the last of them, the bits that no code has being 0
};

/// Payload of "VP8 " (RFC 6386): frame tag, start code and sizes, and the sizes of all partitions.
/// `malformed_media`, `unsupported_media`, `truncated_media`.
Result<Bitstream> read_vp8(ByteView payload);
/// Payload of VP8L (RFC 9649, section 3), decoded to its last code.
Result<Bitstream> read_vp8l(ByteView payload);
/// Payload of ALPH for a picture of that size.
Result<Bitstream> read_alpha(ByteView payload, std::uint32_t width, std::uint32_t height);

}  // namespace dokaz::intake::webp
