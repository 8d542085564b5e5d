// SPDX-License-Identifier: GPL-3.0-or-later
// Looks for many patterns in one pass: by a hash of their first bytes, then by comparing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/bytes.hpp"

namespace dokaz::intake::check {

struct Pattern {
  std::string bytes;
  /// How long a text it proves, in characters: a place that is searched for longer ones passes over it.
  std::size_t strength = 0;
};

class Matcher {
 public:
  /// By their first `key` bytes, 6 or 8; shorter patterns are not taken.
  explicit Matcher(std::size_t key) : key_(key) {}
  void add(const Pattern& pattern);
  /// After the last add().
  void finish();
  bool empty() const { return entries_.empty(); }
  std::size_t longest() const { return longest_; }
  /// Whether a pattern of at least that strength stands in `bytes`, whole.
  bool find(ByteView bytes, std::size_t strength) const;

 private:
  struct Entry {
    std::uint64_t key;
    Pattern pattern;
  };
  /// Patterns of one strength or more begin with so many ASCII bytes at least.
  struct Reach {
    std::size_t strength, bytes;
  };
  template <std::size_t size>
  bool find_by(ByteView bytes, std::size_t strength) const;
  std::size_t reach_of(std::size_t strength) const;
  bool matches(std::uint64_t key, ByteView rest, std::size_t strength) const;

  std::size_t key_, longest_ = 0;
  std::vector<Entry> entries_;        ///< by key
  std::vector<std::uint64_t> bitmap_;
  std::vector<Reach> reaches_;        ///< by strength
  unsigned bits_ = 0;
  bool all_ascii_ = true;             ///< the first bytes of every pattern
};

}  // namespace dokaz::intake::check
