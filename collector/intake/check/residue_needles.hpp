// SPDX-License-Identifier: GPL-3.0-or-later
// What the removed parts of a file say: the texts, numbers and identifiers to look for elsewhere.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "crypto/bytes.hpp"

namespace dokaz::intake::check {

inline constexpr std::size_t shortest_needle = 6;    ///< characters
inline constexpr std::size_t longest_needle = 64;    ///< bytes; longer texts are several
inline constexpr std::size_t most_needles = 20'000;

class Needles {
 public:
  /// Adds all that stands in these bytes. A text that goes over their end is taken as far as it is there.
  void read(ByteView removed) { read(removed, 0); }

  /// UTF-8, longest first.
  std::vector<std::string> texts() const;
  /// Raw bytes: rationals of places, UUIDs.
  const std::vector<std::string>& numbers() const { return numbers_; }

 private:
  void read(ByteView bytes, int depth);
  void read_texts(ByteView bytes, int depth);
  void read_utf16(ByteView bytes, bool big);
  void read_exif(ByteView tiff);
  void read_streams(ByteView bytes, int depth);
  void add(std::string_view text);
  void add_writings(std::string_view text);
  void add_number(std::string_view raw);

  std::unordered_set<std::string> texts_;
  std::vector<std::string> numbers_;
  int streams_left_ = 256, blocks_left_ = 64;
  std::size_t inflated_left_ = std::size_t{16} << 20;
};

/// Number of different bytes.
std::size_t distinct_bytes(std::string_view text);

}  // namespace dokaz::intake::check
