// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/webp/vp8l_reader.hpp"

namespace dokaz::intake::webp {
namespace {

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("WebP: ") + what); }
Error ended() { return fail(Errc::truncated_media, "WebP: a lossless picture is cut"); }

constexpr std::size_t largest_pool = std::size_t{1} << 26;
constexpr unsigned quick_bits = 7, longest_code = 15;
constexpr unsigned literals = 256, length_codes = 24, distance_codes = 40;

std::uint32_t blocks_of(std::uint32_t size, unsigned bits) { return (size + (1u << bits) - 1) >> bits; }

/// The first 120 distances stand for neighbours in the plane: x from 8 down to -7 in the low four bits, y above.
constexpr Byte neighbours[120] = {
    0x18, 0x07, 0x17, 0x19, 0x28, 0x06, 0x27, 0x29, 0x16, 0x1a, 0x26, 0x2a, 0x38, 0x05, 0x37, 0x39, 0x15, 0x1b, 0x36, 0x3a,
    0x25, 0x2b, 0x48, 0x04, 0x47, 0x49, 0x14, 0x1c, 0x35, 0x3b, 0x46, 0x4a, 0x24, 0x2c, 0x58, 0x45, 0x4b, 0x34, 0x3c, 0x03,
    0x57, 0x59, 0x13, 0x1d, 0x56, 0x5a, 0x23, 0x2d, 0x44, 0x4c, 0x55, 0x5b, 0x33, 0x3d, 0x68, 0x02, 0x67, 0x69, 0x12, 0x1e,
    0x66, 0x6a, 0x22, 0x2e, 0x54, 0x5c, 0x43, 0x4d, 0x65, 0x6b, 0x32, 0x3e, 0x78, 0x01, 0x77, 0x79, 0x53, 0x5d, 0x11, 0x1f,
    0x64, 0x6c, 0x42, 0x4e, 0x76, 0x7a, 0x21, 0x2f, 0x75, 0x7b, 0x31, 0x3f, 0x63, 0x6d, 0x52, 0x5e, 0x00, 0x74, 0x7c, 0x41,
    0x4f, 0x10, 0x20, 0x62, 0x6e, 0x30, 0x73, 0x7d, 0x51, 0x5f, 0x40, 0x72, 0x7e, 0x61, 0x6f, 0x50, 0x71, 0x7f, 0x60, 0x70};

std::uint64_t distance_of(std::uint32_t code, std::uint32_t width) {
  if (code > 120) return code - 120;
  const Byte place = neighbours[code - 1];
  const std::int64_t distance = std::int64_t{place >> 4} * width + 8 - (place & 15);
  return distance < 1 ? 1 : static_cast<std::uint64_t>(distance);
}

}  // namespace

Status Vp8lReader::read_picture(std::uint32_t width, std::uint32_t height) {
  unsigned seen = 0;
  while (in_.read(1)) {
    const unsigned transform = in_.read(2);
    if (seen >> transform & 1) return bad("a transform twice");
    seen |= 1u << transform;
    if (transform == 2) continue;  // subtract green
    if (transform == 3) {          // colour table
      const unsigned colours = in_.read(8) + 1;
      DOKAZ_TRY(read_image(colours, 1, false, nullptr));
      width = blocks_of(width, colours > 16 ? 0 : colours > 4 ? 1 : colours > 2 ? 2 : 3);
    } else {
      const unsigned bits = in_.read(3) + 2;
      DOKAZ_TRY(read_image(blocks_of(width, bits), blocks_of(height, bits), false, nullptr));
    }
  }
  return read_image(width, height, true, nullptr);
}

Status Vp8lReader::read_image(std::uint32_t width, std::uint32_t height, bool main,
                              std::vector<std::uint32_t>* pixels) {
  DOKAZ_LET(codes, read_codes(width, height, main));
  DOKAZ_TRY(read_pixels(codes, width, height, pixels));
  return in_.overdrawn() ? ended() : Status{};
}

Result<Vp8lReader::Codes> Vp8lReader::read_codes(std::uint32_t width, std::uint32_t height, bool main) {
  Codes codes;
  if (in_.read(1)) {
    codes.cache_bits = in_.read(4);
    if (codes.cache_bits < 1 || codes.cache_bits > 11) return bad("colour cache");
  }
  std::size_t groups = 1;
  if (main && in_.read(1)) {
    codes.block_bits = in_.read(3) + 2;
    codes.blocks_in_row = blocks_of(width, codes.block_bits);
    DOKAZ_TRY(read_image(codes.blocks_in_row, blocks_of(height, codes.block_bits), false, &codes.blocks));
    for (std::uint32_t& block : codes.blocks) {
      block = block >> 8 & 0xffff;
      groups = std::max<std::size_t>(groups, block + 1);
    }
  }
  symbols_.clear();
  quick_.clear();
  const unsigned cache = codes.cache_bits ? 1u << codes.cache_bits : 0;
  for (; groups > 0; --groups) {
    Group group;
    std::size_t at = 0;
    for (const unsigned alphabet : {literals + length_codes + cache, 256u, 256u, 256u, distance_codes}) {
      DOKAZ_LET(code, read_code(alphabet));
      group.codes[at++] = code;
    }
    const unsigned first = symbols_[group.codes[0].symbols];
    const bool literal = first < literals;
    group.silent = group.codes[0].single && (first >= literals + length_codes ||
                                             (literal && group.codes[1].single && group.codes[2].single && group.codes[3].single));
    codes.groups.push_back(group);
    if (in_.overdrawn()) return ended();
  }
  return codes;
}

Result<Vp8lReader::Code> Vp8lReader::read_code(unsigned alphabet) {
  std::vector<Byte> lengths(alphabet, 0);
  if (in_.read(1)) {  // one or two symbols, as they are
    const unsigned more = in_.read(1);
    const unsigned first = in_.read(in_.read(1) ? 8 : 1);
    const unsigned second = more ? in_.read(8) : first;
    if (first >= alphabet || second >= alphabet) return bad("a code's symbol");
    lengths[first] = lengths[second] = 1;
  } else {
    DOKAZ_TRY(read_lengths(lengths));
  }
  return make_code(lengths);
}

Status Vp8lReader::read_lengths(std::vector<Byte>& lengths) {
  static constexpr Byte order[19] = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  std::vector<Byte> outer(std::size(order), 0);
  const unsigned given = in_.read(4) + 4;
  if (given > outer.size()) return bad("code lengths");
  for (unsigned i = 0; i < given; ++i) outer[order[i]] = static_cast<Byte>(in_.read(3));
  const std::size_t symbols_before = symbols_.size(), quick_before = quick_.size();
  DOKAZ_LET(code, make_code(outer));
  std::size_t most = lengths.size();
  if (in_.read(1)) {
    const unsigned bits = 2 + 2 * in_.read(3);
    most = 2 + in_.read(bits);
    if (most > lengths.size()) return bad("code lengths");
  }
  Byte previous = 8;
  for (std::size_t at = 0; at < lengths.size() && most > 0; --most) {
    const unsigned length = symbol(code);
    if (length < 16) {
      lengths[at++] = static_cast<Byte>(length);
      if (length > 0) previous = static_cast<Byte>(length);
      continue;
    }
    const std::size_t repeat = length == 16 ? 3 + in_.read(2) : length == 17 ? 3 + in_.read(3) : 11 + in_.read(7);
    if (repeat > lengths.size() - at) return bad("code lengths");
    std::fill_n(lengths.begin() + static_cast<std::ptrdiff_t>(at), repeat, length == 16 ? previous : Byte{0});
    at += repeat;
  }
  symbols_.resize(symbols_before);
  quick_.resize(quick_before);
  return {};
}

Result<Vp8lReader::Code> Vp8lReader::make_code(const std::vector<Byte>& lengths) {
  Code code;
  unsigned symbols = 0;
  for (const Byte length : lengths) {
    ++code.count[length];
    symbols += length > 0;
  }
  code.count[0] = 0;
  code.symbols = static_cast<std::uint32_t>(symbols_.size());
  code.quick = static_cast<std::uint32_t>(quick_.size());
  code.single = symbols == 1;
  if (symbols_.size() + quick_.size() + symbols + (1u << quick_bits) > largest_pool)
    return fail(Errc::too_large, "WebP: codes");
  std::array<std::uint32_t, 16> next{};
  std::uint32_t room = 0;  // of 2^15
  for (unsigned length = 1, at = code.symbols; length <= longest_code; ++length) {
    next[length] = at;
    at += code.count[length];
    room += std::uint32_t{code.count[length]} << (longest_code - length);
  }
  if (!code.single && room != 1u << longest_code) return bad("a code that is not whole");
  symbols_.resize(symbols_.size() + symbols);
  for (std::size_t i = 0; i < lengths.size(); ++i)
    if (lengths[i] > 0) symbols_[next[lengths[i]]++] = static_cast<std::uint16_t>(i);
  if (code.single) return code;
  quick_.resize(quick_.size() + (1u << quick_bits), 0);
  std::uint32_t value = 0, at = code.symbols;
  for (unsigned length = 1; length <= quick_bits; ++length, value <<= 1)
    for (unsigned i = 0; i < code.count[length]; ++i, ++value, ++at) {
      std::uint32_t reversed = 0;
      for (unsigned bit = 0; bit < length; ++bit) reversed |= (value >> bit & 1) << (length - 1 - bit);
      for (; reversed < 1u << quick_bits; reversed += 1u << length)
        quick_[code.quick + reversed] = static_cast<std::uint16_t>(length << 12 | symbols_[at]);
    }
  return code;
}

unsigned Vp8lReader::symbol(const Code& code) {
  if (code.single) return symbols_[code.symbols];
  const std::uint32_t bits = in_.peek();
  if (const unsigned found = quick_[code.quick + (bits & ((1u << quick_bits) - 1))]) {
    in_.skip(found >> 12);
    return found & 0xfff;
  }
  std::uint32_t value = 0, first = 0, at = code.symbols;
  for (unsigned length = 1; length <= longest_code; ++length) {
    value = value << 1 | (bits >> (length - 1) & 1);
    first <<= 1;
    if (value - first < code.count[length]) {
      in_.skip(length);
      return symbols_[at + value - first];
    }
    at += code.count[length];
    first += code.count[length];
  }
  return 0;  // not reached: the code is whole
}

std::uint32_t Vp8lReader::prefixed(unsigned symbol) {
  if (symbol < 4) return symbol + 1;
  const unsigned extra = (symbol - 2) >> 1;
  return ((2 + (symbol & 1)) << extra) + in_.read(extra) + 1;
}

Status Vp8lReader::read_pixels(const Codes& codes, std::uint32_t width, std::uint32_t height,
                               std::vector<std::uint32_t>* pixels) {
  const std::uint64_t total = std::uint64_t{width} * height;
  const bool all_silent =
      std::all_of(codes.groups.begin(), codes.groups.end(), [](const Group& group) { return group.silent; });
  if (all_silent && !pixels) return {};
  if (pixels) pixels->reserve(static_cast<std::size_t>(total));
  std::vector<std::uint32_t> cache(std::size_t{1} << codes.cache_bits, 0);
  const auto keep = [&](std::uint32_t colour) {
    if (codes.cache_bits) cache[static_cast<std::uint32_t>(0x1e35a7bdu * colour) >> (32 - codes.cache_bits)] = colour;
    pixels->push_back(colour);
  };
  const std::uint32_t block = 1u << codes.block_bits;
  for (std::uint64_t at = 0; at < total;) {
    const auto x = static_cast<std::uint32_t>(at % width), y = static_cast<std::uint32_t>(at / width);
    const std::size_t index =
        codes.blocks.empty() ? 0 : codes.blocks[std::size_t{y >> codes.block_bits} * codes.blocks_in_row + (x >> codes.block_bits)];
    const Group& group = codes.groups[index];
    // The group holds until the block's edge, or to the picture's end where there is one only.
    const std::uint64_t edge = codes.blocks.empty() ? total : at + std::min(block - (x & (block - 1)), width - x);
    if (group.silent && !pixels) {
      at = edge;
      continue;
    }
    while (at < edge) {
      if (in_.overdrawn()) return ended();
      const unsigned green = symbol(group.codes[0]);
      if (green < literals) {
        const std::uint32_t red = symbol(group.codes[1]), blue = symbol(group.codes[2]), alpha = symbol(group.codes[3]);
        if (pixels) keep(alpha << 24 | red << 16 | green << 8 | blue);
        ++at;
      } else if (green < literals + length_codes) {
        const std::uint64_t length = prefixed(green - literals);
        const std::uint64_t distance = distance_of(prefixed(symbol(group.codes[4])), width);
        if (distance > at || length > total - at) return bad("a lossless copy");
        if (pixels)
          for (std::uint64_t i = 0; i < length; ++i) keep((*pixels)[pixels->size() - static_cast<std::size_t>(distance)]);
        at += length;
      } else {
        if (pixels) keep(cache[green - literals - length_codes]);
        ++at;
      }
    }
  }
  return {};
}

}  // namespace dokaz::intake::webp
