// SPDX-License-Identifier: GPL-3.0-or-later
// Small TIFF files made entry by entry, in a layout that a clean copy does not have.
#pragma once

#include <map>

#include "intake_pictures.hpp"

namespace dokaz::test {

struct TiffValue {
  unsigned type = 3;
  std::vector<std::uint32_t> numbers = {};  ///< of SHORT, LONG and RATIONAL
  Bytes bytes = {};                         ///< of the others
};

/// A page of 4 by 4 grey samples in two strips. Every part can be replaced.
struct TiffPage {
  std::map<unsigned, TiffValue> tags = {};  ///< beyond width to planar configuration, or instead of them
  std::uint32_t width = 4, height = 4;
  unsigned codec = 1, space = 1, samples = 1, depth = 8;
  std::uint32_t rows = 2;
  std::vector<Bytes> strips = {Bytes(8, 0x11), Bytes(8, 0x22)};
  bool tiled = false;
};

struct Tiff {
  std::vector<TiffPage> pages = {TiffPage{}};
  bool big = false;
  Bytes trailer = {};
  Bytes between = {};        ///< before each directory
  std::uint32_t last = 0;    ///< what stands as the offset behind the last directory

  void number(Bytes& out, std::uint64_t value, unsigned size) const {
    for (unsigned i = 0; i < size; ++i) out.push_back(static_cast<Byte>(value >> 8 * (big ? size - 1 - i : i)));
  }
  Bytes value(const TiffValue& of) const {
    Bytes out = of.bytes;
    for (const std::uint32_t one : of.numbers) number(out, one, of.type == 3 ? 2 : of.type == 1 || of.type == 7 ? 1 : 4);
    return out;
  }
  std::uint64_t count(const TiffValue& of) const {
    return of.numbers.empty() ? of.bytes.size() : of.type == 5 ? of.numbers.size() / 2 : of.numbers.size();
  }

  Bytes bytes() const {
    Bytes out = big ? text("MM\0*"sv) : text("II*\0"sv);
    number(out, 0, 4);
    std::size_t link = 4;
    for (const TiffPage& page : pages) {
      std::vector<std::uint32_t> places, sizes;
      for (const Bytes& strip : page.strips) {
        places.push_back(static_cast<std::uint32_t>(out.size()));
        sizes.push_back(static_cast<std::uint32_t>(strip.size()));
        append(out, strip);
      }
      std::map<unsigned, TiffValue> all = {
          {256, {3, {page.width}}}, {257, {3, {page.height}}}, {258, {3, std::vector<std::uint32_t>(page.samples, page.depth)}},
          {259, {3, {page.codec}}}, {262, {3, {page.space}}},  {277, {3, {page.samples}}}, {284, {3, {1}}}};
      if (page.tiled) all.insert({{324, {4, places}}, {325, {4, sizes}}});
      else all.insert({{273, {4, places}}, {278, {3, {page.rows}}}, {279, {4, sizes}}});
      for (const auto& [tag, replaced] : page.tags) all[tag] = replaced;
      std::erase_if(all, [](const auto& field) { return field.second.numbers.empty() && field.second.bytes.empty(); });

      std::map<unsigned, std::size_t> at;
      for (const auto& [tag, field] : all)
        if (const Bytes outside = value(field); outside.size() > 4) {
          at[tag] = out.size();
          append(out, outside);
        }
      append(out, between);
      out.resize(out.size() + out.size() % 2);
      Bytes here;
      number(here, out.size(), 4);
      std::copy(here.begin(), here.end(), out.begin() + static_cast<std::ptrdiff_t>(link));
      number(out, all.size(), 2);
      for (const auto& [tag, field] : all) {
        Bytes inside = value(field);
        number(out, tag, 2);
        number(out, field.type, 2);
        number(out, count(field), 4);
        inside.resize(4);
        if (at.contains(tag)) inside.clear(), number(inside, at[tag], 4);
        append(out, inside);
      }
      link = out.size();
      number(out, last, 4);
    }
    append(out, trailer);
    return out;
  }
};

inline TiffValue tiff_text(std::string_view value) { return {2, {}, joined({text(value), {0}})}; }
inline TiffValue tiff_bytes(const Bytes& value) { return {7, {}, value}; }

/// LZW as TIFF has it, in codes for single bytes alone; empties the table before codes grow.
inline Bytes tiff_lzw(const Bytes& raw, bool with_end = true) {
  Bytes out;
  unsigned held = 0, bits = 0, since = 0;
  const auto put = [&](unsigned code) {
    held = held << 9 | code;
    bits += 9;
    for (; bits >= 8; bits -= 8) out.push_back(static_cast<Byte>(held >> (bits - 8)));
    held &= (1u << bits) - 1;
  };
  put(256);
  for (const Byte byte : raw) {
    if (since++ == 200) put(256), since = 1;
    put(byte);
  }
  if (with_end) put(257);
  if (bits > 0) out.push_back(static_cast<Byte>(held << (8 - bits)));
  return out;
}

/// A grey JPEG of one colour without tables, and its tables alone.
inline Bytes tiff_jpeg_strip(int width, int height) {
  return Jpeg{.width = width, .height = height, .jfif = {}, .tables = {}}.bytes();
}
inline Bytes tiff_jpeg_tables() { return joined({{0xff, 0xd8}, Jpeg{}.tables, {0xff, 0xd9}}); }

}  // namespace dokaz::test
