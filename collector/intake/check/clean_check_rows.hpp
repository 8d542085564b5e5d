// SPDX-License-Identifier: GPL-3.0-or-later
// The second opinion on the rows of a PNG: indices that pixels have, and bits that no pixel has.
#pragma once

#include <bitset>
#include <cstdint>
#include <vector>

#include "crypto/bytes.hpp"

namespace dokaz::intake::check {

/// Takes inflated bytes as they come. Only for pixels of at most a byte; for others it does nothing.
class RowReader {
 public:
  /// One part of a picture: the whole of it, or one pass of an interlaced one.
  struct Part {
    std::uint64_t width = 0, height = 0;
  };
  RowReader(unsigned depth, bool indexed) : depth_(depth), indexed_(indexed) {}
  void begin(std::vector<Part> parts);
  void feed(ByteView bytes);
  const std::bitset<256>& indices() const { return indices_; }
  /// All bits behind rows, of all pictures so far, are the same.
  bool plain() const { return !(zero_ && one_); }

 private:
  void start_part();
  void finish_row();

  unsigned depth_;
  bool indexed_;
  std::vector<Part> parts_;
  std::size_t part_ = 0;
  std::uint64_t rows_left_ = 0;
  std::size_t row_size_ = 0;
  Bytes row_, before_;  ///< grow with what comes, because anybody can claim long rows; no `before_`: zeros
  std::bitset<256> indices_;
  bool zero_ = false, one_ = false;
};

}  // namespace dokaz::intake::check
