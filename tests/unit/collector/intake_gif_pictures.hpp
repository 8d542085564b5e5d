// SPDX-License-Identifier: GPL-3.0-or-later
// Small GIF files made block by block.
#pragma once

#include "intake_pictures.hpp"

namespace dokaz::test {

inline Bytes little16(unsigned value) { return {static_cast<Byte>(value), static_cast<Byte>(value >> 8)}; }

/// Content in blocks of at most `most` bytes, the empty one included.
inline Bytes blocks(const Bytes& content, std::size_t most = 255) {
  Bytes out;
  for (std::size_t at = 0; at < content.size(); at += most) {
    const std::size_t size = std::min(most, content.size() - at);
    out.push_back(static_cast<Byte>(size));
    append(out, ByteView(content).subspan(at, size));
  }
  out.push_back(0);
  return out;
}

/// Codes of one width: the table is begun anew before it would grow beyond it.
struct GifCodes {
  unsigned size = 2;
  Bytes bytes = {};
  unsigned held = 0, bits = 0, in_table = 0;

  void code(unsigned value, unsigned width) {
    bits |= value << held;
    for (held += width; held >= 8; held -= 8, bits >>= 8) bytes.push_back(static_cast<Byte>(bits));
  }
  void pixel(unsigned index) {
    if (in_table == 0) code(1u << size, size + 1);
    code(index, size + 1);
    in_table = (in_table + 1) % ((1u << size) - 2);
  }
  Bytes finish(bool with_end = true) {
    // Behind the last code of a full table the width has grown.
    if (with_end) code((1u << size) + 1, size + 1);
    if (held > 0) bytes.push_back(static_cast<Byte>(bits));
    return bytes;
  }
};
inline Bytes gif_codes(const Bytes& indices, unsigned size = 2, bool with_end = true) {
  GifCodes codes{size};
  for (const Byte index : indices) codes.pixel(index);
  return codes.finish(with_end);
}

/// Four colours.
inline Bytes four_colours() { return {1, 2, 3, 40, 50, 60, 70, 80, 90, 200, 210, 220}; }
/// All four of them.
inline Bytes all_colours() { return {0, 1, 2, 3, 3, 2, 1, 0, 0, 1, 2, 3, 3, 2, 1, 0}; }

struct GifFrame {
  Bytes control = {};  ///< its four bytes
  unsigned x = 0, y = 0, width = 4, height = 4;
  Byte flags = 0;
  Bytes colours = {};
  Byte size = 2;
  Bytes data = blocks(gif_codes(all_colours()));

  Bytes bytes() const {
    const Bytes before = control.empty() ? Bytes() : joined({{0x21, 0xf9, 4}, control, {0}});
    return joined({before, {0x2c}, little16(x), little16(y), little16(width), little16(height), {flags}, colours, {size}, data});
  }
};

struct Gif {
  std::string_view version = "GIF89a";
  unsigned width = 4, height = 4;
  Byte flags = 0xf1, background = 0, aspect = 0;
  Bytes colours = four_colours();
  Bytes before = {};  ///< the frames
  Bytes frames = GifFrame{}.bytes();
  Bytes end = {0x3b}, trailer = {};

  Bytes bytes() const {
    return joined({text(version), little16(width), little16(height), {flags, background, aspect}, colours, before, frames,
                   end, trailer});
  }
};

inline Bytes gif_application(std::string_view name, const Bytes& content) {
  return joined({{0x21, 0xff, static_cast<Byte>(name.size())}, text(name), blocks(content)});
}
inline Bytes gif_loop(unsigned plays = 0) { return gif_application("NETSCAPE2.0", joined({{1}, little16(plays)})); }
inline Bytes gif_extension(Byte label, const Bytes& content) { return joined({{0x21, label}, blocks(content)}); }

}  // namespace dokaz::test
