// SPDX-License-Identifier: GPL-3.0-or-later
// Looks for many patterns in one pass: most places are ruled out by three bytes further on, many at once.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "crypto/bytes.hpp"

namespace dokaz::intake::check {

struct Pattern {
  std::string bytes;
  /// How long a text it proves, in characters: a place that is searched for longer ones passes over it.
  std::size_t strength = 0;
};

/// The method of Wu and Manber (1994): all patterns count by as many of their first bytes as the shortest has.
class Matcher {
 public:
  static constexpr std::size_t shortest = 6;  ///< bytes

  /// Shorter patterns are not taken.
  void add(Pattern pattern);
  /// After the last add(); `strengths` are those that will be asked for.
  void finish(std::span<const std::size_t> strengths);
  bool empty() const { return entries_.empty(); }
  std::size_t longest() const { return longest_; }
  /// Whether a pattern of at least that strength stands in `bytes`, whole.
  bool find(ByteView bytes, std::size_t strength) const;

 private:
  struct Entry {
    std::uint64_t key;  ///< the first bytes
    Pattern pattern;
  };
  /// For the patterns of one strength or more.
  struct Skips {
    std::size_t strength = 0;
    std::size_t window = 0;           ///< bytes of the shortest; 0 where there is none
    unsigned bits = 0;                ///< of an index of `by_block`
    std::vector<Byte> by_block;       ///< how far the next place is, by the hash of the window's last three bytes
  };
  Skips skips_for(std::size_t strength) const;
  bool matches(std::uint64_t key, ByteView rest, std::size_t strength) const;

  std::size_t longest_ = 0;
  std::vector<Entry> entries_;        ///< by key
  std::vector<std::uint64_t> bitmap_; ///< of the hashes of all keys
  unsigned bits_ = 0;                 ///< of an index of `bitmap_`
  std::vector<Skips> skips_;
};

}  // namespace dokaz::intake::check
