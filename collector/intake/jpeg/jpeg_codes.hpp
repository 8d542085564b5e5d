// SPDX-License-Identifier: GPL-3.0-or-later
// Huffman codes of JPEG (T.81 annex C), looked up one by one or several at once.
#pragma once

#include <array>
#include <vector>

#include "crypto/bytes.hpp"

namespace dokaz::intake::jpeg {

/// The codes of one table.
class CodeTable {
 public:
  struct alignas(4) Code {
    Byte length = 0;  ///< 0: no such code
    Byte symbol = 0;
    Byte whole = 0;   ///< length and the bits that follow, as many as the symbol's low half says
    /// AC: no further coefficient in this block. (In sequential scans all but 0xf0 and those with bits.)
    bool ends_block() const { return (symbol & 15) == 0 && symbol >> 4 != 15; }
  };
  CodeTable() = default;
  /// A table that huffman_length() has measured, its id byte included.
  explicit CodeTable(ByteView table);

  /// The code at the upper end of `bits`, of which at least 16 count.
  Code at(std::uint64_t bits) const {
    const Code code = short_[bits >> (64 - short_bits)];
    return code.length != 0 ? code : long_code(bits);
  }

  /// AC codes of one block of a sequential scan that stand together in `stride_bits`, with the bits that follow
  /// each: in the low six bits how many they are, above them how many coefficients are passed, more by
  /// `ends` where the last is an end of block; `no_stride` where there is not one whole.
  using Stride = std::uint16_t;
  static constexpr unsigned stride_bits = 13, ends = 64;
  static constexpr Stride no_stride = 127 << 6;
  /// All of them, by the next bits; the table must live as long.
  const Stride* strides() const { return strides_.data(); }
  void make_strides();

 private:
  static constexpr unsigned short_bits = 9;
  Code long_code(std::uint64_t bits) const;

  std::array<Code, std::size_t{1} << short_bits> short_{};
  std::vector<Stride> strides_;
  std::array<std::uint32_t, 17> end_{};     ///< by length: the first code after those of this length
  std::array<std::uint32_t, 17> offset_{};  ///< by length: a code and this give the symbol's place
  std::array<Byte, 256> symbols_{};
};

}  // namespace dokaz::intake::jpeg
