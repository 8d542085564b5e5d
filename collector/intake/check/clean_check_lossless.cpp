// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/clean_check_lossless.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace dokaz::intake::check {
namespace {

constexpr std::size_t heaviest = std::size_t{1} << 26;

std::uint32_t tiles(std::uint32_t size, unsigned bits) {
  return static_cast<std::uint32_t>((std::uint64_t{size} + (1u << bits) - 1) >> bits);
}

struct Offset {
  int x, y;
};
/// The neighbours of RFC 9649, 5.2.2, from the nearest to the farthest: x to the left, y up.
constexpr std::array<Offset, 120> near = {{
    {0, 1}, {1, 0}, {1, 1}, {-1, 1}, {0, 2}, {2, 0}, {1, 2}, {-1, 2}, {2, 1}, {-2, 1},
    {2, 2}, {-2, 2}, {0, 3}, {3, 0}, {1, 3}, {-1, 3}, {3, 1}, {-3, 1}, {2, 3}, {-2, 3},
    {3, 2}, {-3, 2}, {0, 4}, {4, 0}, {1, 4}, {-1, 4}, {4, 1}, {-4, 1}, {3, 3}, {-3, 3},
    {2, 4}, {-2, 4}, {4, 2}, {-4, 2}, {0, 5}, {3, 4}, {-3, 4}, {4, 3}, {-4, 3}, {5, 0},
    {1, 5}, {-1, 5}, {5, 1}, {-5, 1}, {2, 5}, {-2, 5}, {5, 2}, {-5, 2}, {4, 4}, {-4, 4},
    {3, 5}, {-3, 5}, {5, 3}, {-5, 3}, {0, 6}, {6, 0}, {1, 6}, {-1, 6}, {6, 1}, {-6, 1},
    {2, 6}, {-2, 6}, {6, 2}, {-6, 2}, {4, 5}, {-4, 5}, {5, 4}, {-5, 4}, {3, 6}, {-3, 6},
    {6, 3}, {-6, 3}, {0, 7}, {7, 0}, {1, 7}, {-1, 7}, {5, 5}, {-5, 5}, {7, 1}, {-7, 1},
    {4, 6}, {-4, 6}, {6, 4}, {-6, 4}, {2, 7}, {-2, 7}, {7, 2}, {-7, 2}, {3, 7}, {-3, 7},
    {7, 3}, {-7, 3}, {5, 6}, {-5, 6}, {6, 5}, {-6, 5}, {8, 0}, {4, 7}, {-4, 7}, {7, 4},
    {-7, 4}, {8, 1}, {8, 2}, {6, 6}, {-6, 6}, {8, 3}, {5, 7}, {-5, 7}, {7, 5}, {-7, 5},
    {8, 4}, {6, 7}, {-6, 7}, {7, 6}, {-7, 6}, {8, 5}, {7, 7}, {-7, 7}, {8, 6}, {8, 7},
}};

}  // namespace

std::uint32_t LosslessReader::take(unsigned bits) {
  const std::size_t byte = static_cast<std::size_t>(at_ / 8);
  std::uint64_t window = 0;
  for (std::size_t i = 0; i < 5 && byte + i < bytes_.size(); ++i)
    window |= std::uint64_t{static_cast<unsigned char>(bytes_[byte + i])} << (8 * i);
  window >>= at_ % 8;
  at_ += bits;
  return static_cast<std::uint32_t>(window & ((std::uint64_t{1} << bits) - 1));
}

std::uint32_t LosslessReader::next(const PrefixCode& code) {
  if (code.symbols.size() == 1) return code.symbols.front();
  const std::uint32_t window = take(15);
  if (const unsigned found = code.by_byte[window & 255]) {
    at_ -= 15 - found / 4096;
    return found % 4096;
  }
  std::uint32_t value = 0;
  for (unsigned length = 1; length <= 15; ++length) {
    value = 2 * value + (window >> (length - 1) & 1);
    const std::uint32_t within = value - code.first[length];
    if (value >= code.first[length] && within < code.place[length + 1] - code.place[length]) {
      at_ -= 15 - length;
      return code.symbols[code.place[length] + within];
    }
  }
  return 0;
}

std::uint32_t LosslessReader::extended(std::uint32_t symbol) {
  if (symbol < 4) return symbol + 1;
  const std::uint32_t bits = symbol / 2 - 1;
  return ((2 | symbol % 2) << bits) + take(bits) + 1;
}

bool LosslessReader::arrange(PrefixCode& code, const std::vector<unsigned>& lengths) {
  code = {};
  for (unsigned length = 1; length <= 15; ++length) {
    code.place[length] = static_cast<std::uint32_t>(code.symbols.size());
    for (std::size_t i = 0; i < lengths.size(); ++i)
      if (lengths[i] == length) code.symbols.push_back(static_cast<std::uint16_t>(i));
  }
  code.place[16] = static_cast<std::uint32_t>(code.symbols.size());
  weight_ += code.symbols.size() + 128;
  if (code.symbols.empty() || weight_ > heaviest) return false;
  if (code.symbols.size() == 1) return true;
  code.by_byte.assign(256, 0);
  std::uint32_t value = 0;
  for (unsigned length = 1; length <= 15; ++length) {
    value *= 2;
    code.first[length] = value;
    const std::uint32_t count = code.place[length + 1] - code.place[length];
    if (value + count > 1u << length) return false;
    for (std::uint32_t i = 0; i < count && length <= 8; ++i) {
      unsigned mirrored = 0;
      for (unsigned bit = 0; bit < length; ++bit)
        if ((value + i) >> bit & 1) mirrored |= 1u << (length - 1 - bit);
      for (; mirrored < 256; mirrored += 1u << length)
        code.by_byte[mirrored] = static_cast<std::uint16_t>(length * 4096 + code.symbols[code.place[length] + i]);
    }
    value += count;
  }
  return value == 1u << 15;
}

bool LosslessReader::read_code(PrefixCode& code, unsigned alphabet) {
  std::vector<unsigned> lengths(std::max(alphabet, 256u), 0);
  if (take(1) == 1) {
    const bool two = take(1) == 1, wide = take(1) == 1;
    lengths[take(wide ? 8 : 1)] = 1;
    if (two) lengths[take(8)] = 1;
    lengths.resize(alphabet);
    return arrange(code, lengths);
  }
  std::vector<unsigned> inner(19, 0);
  constexpr std::string_view places("\x11\x12\0\1\2\3\4\5\x10\6\7\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f", 19);
  const std::size_t count = take(4) + 4;
  if (count > 19) return false;
  for (std::size_t i = 0; i < count; ++i) inner[static_cast<unsigned char>(places[i])] = take(3);
  PrefixCode of_lengths;
  if (!arrange(of_lengths, inner)) return false;
  lengths.assign(alphabet, 0);
  std::uint32_t left = alphabet;
  if (take(1) == 1) {
    const unsigned bits = 2 + 2 * take(3);
    left = 2 + take(bits);
    if (left > alphabet) return false;
  }
  std::size_t at = 0;
  for (unsigned last = 8; left > 0 && at < alphabet; --left) {
    const std::uint32_t symbol = next(of_lengths);
    if (symbol <= 15) {
      if (symbol != 0) last = symbol;
      lengths[at++] = symbol;
      continue;
    }
    std::size_t times = 0;
    if (symbol == 16) times = 3 + take(2);
    if (symbol == 17) times = 3 + take(3);
    if (symbol == 18) times = 11 + take(7);
    for (; times > 0; --times) {
      if (at == alphabet) return false;
      lengths[at++] = symbol == 16 ? last : 0;
    }
  }
  return arrange(code, lengths);
}

bool LosslessReader::image(std::uint32_t width, std::uint32_t height, bool outermost, Pixels* pixels) {
  unsigned cache = 0, tile = 0;
  if (take(1) == 1) {
    cache = take(4);
    if (cache == 0 || cache > 11) return false;
  }
  Pixels which;
  std::uint32_t sets = 1;
  if (outermost && take(1) == 1) {
    tile = take(3) + 2;
    if (!image(tiles(width, tile), tiles(height, tile), false, &which)) return false;
    for (std::uint32_t& pixel : which) {
      pixel = pixel / 256 % 65536;
      sets = std::max(sets, pixel + 1);
    }
  }
  weight_ = 0;
  std::vector<Set> all(sets);
  for (Set& set : all) {
    set.resize(5);
    const unsigned first = 280 + (cache > 0 ? 1u << cache : 0);
    if (!read_code(set[0], first) || !read_code(set[1], 256) || !read_code(set[2], 256) || !read_code(set[3], 256) ||
        !read_code(set[4], 40) || beyond())
      return false;
  }
  return fill(all, which, tile, width, height, cache, pixels) && !beyond();
}

bool LosslessReader::fill(const std::vector<Set>& sets, const Pixels& which, unsigned tile, std::uint32_t width,
                          std::uint32_t height, unsigned cache, Pixels* pixels) {
  // Pixels that take no bits need not be looked at, unless somebody asks for them.
  std::vector<bool> free(sets.size());
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const auto one = [&](std::size_t code) { return sets[i][code].symbols.size() == 1; };
    const unsigned green = sets[i][0].symbols.front();
    free[i] = !pixels && one(0) && (green >= 280 || (green < 256 && one(1) && one(2) && one(3)));
  }
  if (std::find(free.begin(), free.end(), false) == free.end()) return true;
  std::vector<std::uint32_t> recent(std::size_t{1} << cache);
  const auto put = [&](std::uint32_t colour) {
    pixels->push_back(colour);
    if (cache > 0) recent[std::uint32_t{0x1e35a7bd} * colour >> (32 - cache)] = colour;
  };
  const std::uint64_t end = std::uint64_t{width} * height;
  const std::uint32_t across = tiles(width, tile);
  std::uint64_t done = 0;
  while (done < end) {
    if (beyond()) return false;
    std::size_t set = 0;
    if (!which.empty()) {
      const std::uint64_t column = done % width;
      set = which[static_cast<std::size_t>((done / width >> tile) * across + (column >> tile))];
      if (free[set]) {
        done += std::min<std::uint64_t>(((column >> tile) + 1) << tile, width) - column;
        continue;
      }
    }
    const std::uint32_t green = next(sets[set][0]);
    if (green >= 280) {
      if (pixels) put(recent[green - 280]);
      ++done;
    } else if (green >= 256) {
      std::uint64_t length = extended(green - 256);
      const std::uint32_t code = extended(next(sets[set][4]));
      std::int64_t back = std::int64_t{code} - 120;
      if (code <= near.size())
        back = std::max<std::int64_t>(1, near[code - 1].x + std::int64_t{near[code - 1].y} * width);
      if (static_cast<std::uint64_t>(back) > done || length > end - done) return false;
      done += length;
      for (; pixels && length > 0; --length) put((*pixels)[pixels->size() - static_cast<std::size_t>(back)]);
    } else {
      const std::uint32_t red = next(sets[set][1]), blue = next(sets[set][2]), alpha = next(sets[set][3]);
      if (pixels) put(alpha << 24 | red << 16 | green << 8 | blue);
      ++done;
    }
  }
  return true;
}

std::optional<std::size_t> LosslessReader::length_of(std::uint32_t width, std::uint32_t height) {
  std::array<bool, 4> had{};
  while (take(1) == 1) {
    const std::uint32_t kind = take(2);
    if (had[kind]) return std::nullopt;
    had[kind] = true;
    if (kind == 3) {
      const std::uint32_t colours = take(8) + 1;
      if (!image(colours, 1, false, nullptr)) return std::nullopt;
      width = tiles(width, colours <= 2 ? 3 : colours <= 4 ? 2 : colours <= 16 ? 1 : 0);
    } else if (kind != 2) {
      const unsigned tile = take(3) + 2;
      if (!image(tiles(width, tile), tiles(height, tile), false, nullptr)) return std::nullopt;
    }
  }
  if (!image(width, height, true, nullptr)) return std::nullopt;
  return static_cast<std::size_t>((at_ + 7) / 8);
}

}  // namespace dokaz::intake::check
