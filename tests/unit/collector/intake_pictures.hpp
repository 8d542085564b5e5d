// SPDX-License-Identifier: GPL-3.0-or-later
// Small JPEG and PNG files made byte by byte, so that a test can lie in any one place.
#pragma once

#include <zlib.h>

#include <string>

#include "crypto/bytes.hpp"

namespace dokaz::test {

using namespace std::string_view_literals;
using namespace std::string_literals;

inline Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& part : parts) append(out, part);
  return out;
}
inline Bytes text(std::string_view value) { return to_bytes(value); }
inline Bytes big32(std::uint32_t value) {
  return {static_cast<Byte>(value >> 24), static_cast<Byte>(value >> 16), static_cast<Byte>(value >> 8),
          static_cast<Byte>(value)};
}

// ---- JPEG

inline Bytes segment(int marker, const Bytes& payload) {
  const std::size_t length = payload.size() + 2;
  Bytes out = {0xff, static_cast<Byte>(marker), static_cast<Byte>(length >> 8), static_cast<Byte>(length)};
  append(out, payload);
  return out;
}
inline Bytes quantisation(int id, Byte value = 1) {
  Bytes out(65, value);
  out[0] = static_cast<Byte>(id);
  return out;
}
/// One code of one bit, '0', for symbol 0: a DC difference of 0, or the end of a block.
inline Bytes huffman(int kind, int id) {
  Bytes out(18, 0);
  out[0] = static_cast<Byte>(kind << 4 | id);
  out[1] = 1;
  return out;
}

/// A picture in one colour. Every part can be replaced.
struct Jpeg {
  int width = 16, height = 16;
  Byte frame = 0xc0;
  Byte bits = 8;
  Bytes ids = {1};                    ///< of the components
  Bytes app = {};                          ///< segments after SOI
  Bytes jfif = segment(0xe0, joined({text("JFIF\0"sv), {1, 1, 0, 0, 1, 0, 1, 0, 0}}));
  Bytes tables = joined({segment(0xdb, quantisation(0)), segment(0xc4, huffman(0, 0)), segment(0xc4, huffman(1, 0))});
  Bytes before_scan = {};                  ///< segments before SOS
  Bytes spectrum = {0, 63, 0};
  Bytes coded = {};                        ///< made from the size where empty
  Bytes more_scans = {};
  Bytes end = {0xff, 0xd9};
  Bytes trailer = {};

  Bytes frame_segment() const {
    Bytes payload = {bits, static_cast<Byte>(height >> 8), static_cast<Byte>(height), static_cast<Byte>(width >> 8),
                     static_cast<Byte>(width), static_cast<Byte>(ids.size())};
    for (const Byte id : ids) append(payload, Bytes{id, 0x11, 0});
    return segment(frame, payload);
  }
  Bytes scan_segment() const {
    Bytes payload = {static_cast<Byte>(ids.size())};
    for (const Byte id : ids) append(payload, Bytes{id, 0});
    append(payload, spectrum);
    return segment(0xda, payload);
  }
  Bytes coded_data() const {
    if (!coded.empty()) return coded;
    const auto blocks = static_cast<std::size_t>(((width + 7) / 8) * ((height + 7) / 8)) * ids.size();
    return Bytes((2 * blocks + 7) / 8, 0);
  }
  Bytes bytes() const {
    return joined({{0xff, 0xd8}, jfif, app, tables, frame_segment(), before_scan, scan_segment(), coded_data(),
                   more_scans, end, trailer});
  }
};

/// A TIFF structure with Orientation and a text in ImageDescription.
inline Bytes exif(unsigned orientation, std::string_view description) {
  Bytes out = text("MM\0*\0\0\0\x08"sv);
  append(out, Bytes{0, 2});
  append(out, joined({{0x01, 0x0e, 0, 2}, big32(static_cast<std::uint32_t>(description.size() + 1)), big32(38)}));
  append(out, Bytes{0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, static_cast<Byte>(orientation), 0, 0});
  append(out, big32(0));
  append(out, bytes_of(description));
  out.push_back(0);
  return out;
}
inline Bytes exif_segment(const Bytes& tiff) { return segment(0xe1, joined({text("Exif\0\0"sv), tiff})); }

// ---- PNG

inline Bytes chunk(std::string_view type, const Bytes& payload) {
  Bytes body = text(type);
  append(body, payload);
  const auto crc = static_cast<std::uint32_t>(crc32(0, body.data(), static_cast<uInt>(body.size())));
  return joined({big32(static_cast<std::uint32_t>(payload.size())), body, big32(crc)});
}
inline Bytes deflated(const Bytes& raw) {
  uLongf size = compressBound(static_cast<uLong>(raw.size()));
  Bytes out(size);
  compress(out.data(), &size, raw.data(), static_cast<uLong>(raw.size()));
  out.resize(size);
  return out;
}

struct Png {
  std::uint32_t width = 8, height = 8;
  Byte depth = 8, colour = 0, interlace = 0;
  Bytes before_palette = {}, palette = {}, after_palette = {};  ///< chunks
  Bytes raster = {};                                  ///< not compressed; made from the size where empty
  Bytes idat = {};                                    ///< chunks; made from the raster where empty
  Bytes after_raster = {};
  Bytes end = chunk("IEND", {});
  Bytes trailer = {};

  Bytes header() const { return chunk("IHDR", joined({big32(width), big32(height), {depth, colour, 0, 0, interlace}})); }
  Bytes bytes() const {
    const std::size_t channels = colour == 2 ? 3 : colour == 4 ? 2 : colour == 6 ? 4 : 1;
    const Bytes pixels = raster.empty() ? Bytes(height * (1 + (width * channels * depth + 7) / 8), 0) : raster;
    return joined({text("\x89PNG\r\n\x1a\n"sv), header(), before_palette, palette, after_palette,
                   idat.empty() ? chunk("IDAT", deflated(pixels)) : idat, after_raster, end, trailer});
  }
};

// ---- what must not survive

inline constexpr std::string_view canary = "CANARY-7f3a91";

/// The canary as it is, in UTF-16 of both orders, and in base64 at each of three alignments.
inline bool holds_canary(ByteView bytes) {
  std::string utf16;
  for (const char c : canary) utf16 += c, utf16 += '\0';
  for (const std::string& form : {std::string(canary), utf16.substr(0, utf16.size() - 1), "Q0FOQVJZLTdmM2E5M"s,
                                  "NBTkFSWS03ZjNhOT"s, "DQU5BUlktN2YzYTkx"s})
    if (text_of(bytes).find(form) != std::string_view::npos) return true;
  return false;
}

}  // namespace dokaz::test
