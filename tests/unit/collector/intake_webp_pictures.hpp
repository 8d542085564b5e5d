// SPDX-License-Identifier: GPL-3.0-or-later
// Small WebP files made chunk by chunk.
#pragma once

#include "intake_pictures.hpp"

namespace dokaz::test {

inline Bytes little(std::uint64_t value, unsigned size) {
  Bytes out;
  for (; size > 0; --size, value >>= 8) out.push_back(static_cast<Byte>(value));
  return out;
}
inline Bytes riff_chunk(std::string_view name, const Bytes& payload, Byte padding = 0) {
  Bytes out = joined({text(name), little(payload.size(), 4), payload});
  if (payload.size() % 2 == 1) out.push_back(padding);
  return out;
}
inline Bytes webp(std::initializer_list<Bytes> chunks) {
  const Bytes body = joined(chunks);
  return joined({text("RIFF"), little(body.size() + 4, 4), text("WEBP"), body});
}

/// A lossless picture in one colour, whose pixels take no bits: five codes of one symbol each.
inline Bytes one_colour(std::uint32_t width = 16, std::uint32_t height = 16, bool alpha = false) {
  const std::uint64_t head = (width - 1) | (height - 1) << 14 | std::uint32_t{alpha} << 28;
  // Behind no transform, no cache and no entropy image: "simple, one symbol, of one bit, 0", five times.
  std::uint64_t codes = 0;
  for (int i = 0; i < 5; ++i) codes |= std::uint64_t{1} << (3 + 4 * i);
  return joined({{0x2f}, little(head, 4), little(codes, 3)});
}
/// A gray picture of 16 times 16 pixels by VP8.
inline Bytes gray_vp8() {
  return {0x50, 0x01, 0x00, 0x9d, 0x01, 0x2a, 0x10, 0x00, 0x10, 0x00, 0x07, 0x40,
          0x96, 0x25, 0xa4, 0x00, 0x04, 0x74, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
}
inline Bytes alpha_plane(std::size_t pixels = 256) { return joined({{0}, Bytes(pixels, 0x80)}); }

inline Bytes extended(Byte flags, std::uint32_t width = 16, std::uint32_t height = 16) {
  return riff_chunk("VP8X", joined({{flags, 0, 0, 0}, little(width - 1, 3), little(height - 1, 3)}));
}
inline Bytes animation(std::uint32_t background = 0, unsigned plays = 0) {
  return riff_chunk("ANIM", joined({little(background, 4), little(plays, 2)}));
}
struct WebpFrame {
  std::uint32_t x = 0, y = 0, width = 16, height = 16;
  Byte flags = 0;
  Bytes inner = riff_chunk("VP8L", one_colour());
  Bytes bytes() const {
    return riff_chunk("ANMF", joined({little(x / 2, 3), little(y / 2, 3), little(width - 1, 3), little(height - 1, 3),
                                      little(40, 3), {flags}, inner}));
  }
};

}  // namespace dokaz::test
