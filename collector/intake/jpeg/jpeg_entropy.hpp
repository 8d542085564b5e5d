// SPDX-License-Identifier: GPL-3.0-or-later
// Where the Huffman-coded data of a JPEG scan end: code lengths only, no picture is made.
#pragma once

#include <array>

#include "collector/intake/jpeg/jpeg_bits.hpp"
#include "collector/intake/jpeg/jpeg_codes.hpp"
#include "collector/intake/jpeg/jpeg_frame.hpp"

namespace dokaz::intake::jpeg {

/// The coefficients of each block that are known not to be zero; refinement depends on them.
using NonZero = std::vector<std::uint64_t>;

/// By kind (0 DC, 1 AC) and id.
using CodeTables = std::array<std::array<CodeTable, 4>, 2>;

/// More blocks than these in a component of a progressive picture are `too_large`.
inline constexpr std::uint64_t most_blocks = std::uint64_t{1} << 23;
/// And more than these in all scans of any picture.
inline constexpr std::uint64_t most_blocks_in_all = std::uint64_t{1} << 28;

/// Reads the intervals of one scan, in their order. Keeps references to all that it is given.
class ScanReader {
 public:
  /// `tables` as selected by the scan, with strides where it is sequential; `non_zero` by the component's
  /// place in the frame.
  ScanReader(const Frame& frame, const Scan& scan, const CodeTables& tables, std::array<NonZero, 4>& non_zero);

  struct Interval {
    std::size_t size = 0;  ///< bytes at the front that hold the units, stuffing included
    unsigned padding = 0;  ///< bits of the last byte that do not
  };
  /// The next `units` units at the front of `coded`, which goes on behind them. `truncated_media` where a
  /// marker or the end comes early, `malformed_media` for a code that does not exist, a coefficient beyond
  /// the last, a run beyond the interval.
  Result<Interval> interval(ByteView coded, std::uint64_t units);

 private:
  struct Block {
    const CodeTable *dc, *ac;
  };
  // Each reads `units` units and is false for what the errors above name.
  bool sequential(Bits& bits, std::uint64_t units) const;
  bool dc_first(Bits& bits, std::uint64_t units) const;
  bool ac_first(Bits& bits, NonZero& non_zero, std::uint64_t units);
  bool ac_refined(Bits& bits, NonZero& non_zero, std::uint64_t units);

  const Scan& scan_;
  std::array<NonZero, 4>& non_zero_;
  std::vector<Block> blocks_;  ///< of a unit, in their order
  std::uint64_t units_in_scan_ = 0, next_unit_ = 0;
};

}  // namespace dokaz::intake::jpeg
