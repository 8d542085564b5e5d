// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of VCDIFF (RFC 3284) that the two sides of recovery share: numbers and the default code table.
#pragma once

#include <array>

#include "crypto/bytes.hpp"

namespace dokaz::vcdiff {

/// Section 4.1: "VCD" with the high bits set, version 0, no secondary compressor, no code table.
inline constexpr std::array<Byte, 5> file_header = {0xd6, 0xc3, 0xc4, 0x00, 0x00};

/// Section 4.2, Win_Indicator.
inline constexpr Byte win_source = 0x01;

/// Section 5.6: entries whose size follows as a number.
inline constexpr Byte add_any = 1;
inline constexpr Byte copy_self_any = 19;

/// Section 2: base 128, most significant first, the high bit marks continuation.
inline void put_number(Bytes& to, std::uint64_t value) {
  std::array<Byte, 10> digits{};
  std::size_t at = digits.size();
  digits[--at] = static_cast<Byte>(value & 0x7f);
  while (value >>= 7) digits[--at] = static_cast<Byte>(0x80 | (value & 0x7f));
  append(to, ByteView(digits).subspan(at));
}

enum class Kind : Byte { nothing, add, run, copy };
struct Instruction {
  Kind kind = Kind::nothing;
  Byte size = 0;  ///< 0: the size follows as a number
  Byte mode = 0;  ///< of a copy
};
struct Pair {
  Instruction first, second;
};

/// Section 5.6.
constexpr std::array<Pair, 256> default_code_table() {
  std::array<Pair, 256> table{};
  std::size_t at = 0;
  table[at++].first = {Kind::run, 0, 0};
  for (Byte size = 0; size <= 17; ++size) table[at++].first = {Kind::add, size, 0};
  for (Byte mode = 0; mode <= 8; ++mode) {
    table[at++].first = {Kind::copy, 0, mode};
    for (Byte size = 4; size <= 18; ++size) table[at++].first = {Kind::copy, size, mode};
  }
  for (Byte mode = 0; mode <= 8; ++mode)
    for (Byte add = 1; add <= 4; ++add)
      for (Byte copy = 4; copy <= (mode <= 5 ? 6 : 4); ++copy)
        table[at++] = {{Kind::add, add, 0}, {Kind::copy, copy, mode}};
  for (Byte mode = 0; mode <= 8; ++mode) table[at++] = {{Kind::copy, 4, mode}, {Kind::add, 1, 0}};
  return table;
}

}  // namespace dokaz::vcdiff
