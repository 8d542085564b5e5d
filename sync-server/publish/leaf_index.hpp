// SPDX-License-Identifier: GPL-3.0-or-later
// From a leaf's hash to its place in the log. The tiles say it already, the other way round; this is kept
// in memory, built from the full tiles, and lost without harm.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "proto/merkle/tiles.hpp"

namespace dokaz::server {

/// 8 bytes a leaf, twice that while two runs are merged. One thread.
class LeafIndex {
 public:
  /// More leaves than this are not indexed: 32 GiB.
  static constexpr std::uint64_t max_size = std::uint64_t{1} << 32;

  /// How many leaves it knows, a multiple of tile_width.
  std::uint64_t size() const { return size_; }
  /// The leaves size() to size() + 255; `size() + tile_width <= max_size`.
  void add(std::span<const TreeHash, tile_width> hashes);

  /// The first place that `is_it` confirms, of those whose hash begins with the same 32 bits: with ten million
  /// leaves one in 400 calls is asked about a wrong one.
  std::optional<std::uint64_t> find(const TreeHash& hash,
                                    const std::function<bool(std::uint64_t index)>& is_it) const;

 private:
  struct Place {
    std::uint32_t start;  // of the hash
    std::uint32_t index;
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  using Run = std::vector<Place>;  // ascending

  std::uint64_t size_ = 0;
  std::vector<Run> runs_;  // each more than twice as long as the next
};

}  // namespace dokaz::server
