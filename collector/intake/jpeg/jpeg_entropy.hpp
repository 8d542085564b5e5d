// SPDX-License-Identifier: GPL-3.0-or-later
// Where the Huffman-coded data of a JPEG scan end: code lengths only, no picture is made.
#pragma once

#include <array>

#include "collector/intake/jpeg/jpeg_frame.hpp"

namespace dokaz::intake::jpeg {

/// The codes of one table (T.81 annex C).
class CodeTable {
 public:
  struct Code {
    Byte length = 0;  ///< 0: no such code
    Byte symbol = 0;
    Byte whole = 0;   ///< length and the bits that follow, as many as the symbol's low half says
  };
  CodeTable() = default;
  /// A table that huffman_length() has measured, its id byte included.
  explicit CodeTable(ByteView table);
  /// AC codes that stand together in a few bits: all of them, but none of a following block.
  struct Stride {
    Byte bits = 0;     ///< 0: not one whole code
    Byte forward = 0;  ///< coefficients passed
    bool ends = false; ///< an end of block is last
  };
  const Stride& stride(std::uint64_t bits) const { return strides_[bits >> (64 - stride_bits)]; }
  /// Fills the strides, for AC tables of sequential scans.
  void make_strides();

  /// The code at the upper end of `bits`, of which at least 16 count.
  Code at(std::uint64_t bits) const {
    const Code code = short_[bits >> (64 - short_bits)];
    return code.length != 0 ? code : long_code(bits);
  }

 private:
  static constexpr unsigned short_bits = 10, stride_bits = 13;
  Code long_code(std::uint64_t bits) const;

  std::array<Code, std::size_t{1} << short_bits> short_{};
  std::vector<Stride> strides_;
  std::array<std::uint32_t, 17> end_{};     ///< by length: the first code after those of this length
  std::array<std::uint32_t, 17> offset_{};  ///< by length: a code and this give the symbol's place
  std::array<Byte, 256> symbols_{};
};

/// The coefficients of each block that are known not to be zero; refinement depends on them.
using NonZero = std::vector<std::uint64_t>;

/// More blocks than these in a component of a progressive picture are `too_large`.
inline constexpr std::uint64_t most_blocks = std::uint64_t{1} << 23;

/// Reads the intervals of one scan, in their order. Keeps references to all that it is given.
class ScanReader {
 public:
  /// `tables` as selected by kind and id, `non_zero` by the component's place in the frame.
  ScanReader(const Frame& frame, const Scan& scan, const std::array<std::array<CodeTable, 4>, 2>& tables,
             std::array<NonZero, 4>& non_zero);

  /// The number of bytes at the front of `coded`, stuffing included, that hold the next `units`
  /// units; what follows them is not the picture's. `truncated_media` where they end early,
  /// `malformed_media` for a code that does not exist, a coefficient beyond the last, a run beyond the interval.
  Result<std::size_t> interval(ByteView coded, std::uint64_t units);

 private:
  std::uint64_t window() const;
  std::uint32_t take(unsigned bits);
  bool sequential_block(const CodeTable& dc, const CodeTable& ac);
  bool dc_block(const CodeTable& dc);
  bool first_block(const CodeTable& ac, std::uint64_t& non_zero);
  bool refined_block(const CodeTable& ac, std::uint64_t& non_zero);
  bool unit(std::uint64_t number);

  const Scan& scan_;
  const std::array<std::array<CodeTable, 4>, 2>& tables_;
  std::array<NonZero, 4>& non_zero_;
  std::vector<unsigned> blocks_;  ///< in a unit, by the scan's components
  std::uint64_t units_in_scan_ = 0, next_unit_ = 0;
  Bytes bits_;                    ///< the interval without stuffing, then zeros
  std::uint64_t position_ = 0;    ///< in bits
  std::uint32_t run_ = 0;         ///< blocks that end at once
};

}  // namespace dokaz::intake::jpeg
