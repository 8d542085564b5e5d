// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/publish/leaf_index.hpp"

#include "crypto/check.hpp"

namespace dokaz::server {
namespace {

std::uint32_t start_of(const TreeHash& hash) {
  const auto& raw = hash.raw();
  return std::uint32_t{raw[0]} << 24 | std::uint32_t{raw[1]} << 16 | std::uint32_t{raw[2]} << 8 | raw[3];
}

}  // namespace

void LeafIndex::add(std::span<const TreeHash, tile_width> hashes) {
  DOKAZ_CHECK(size_ + tile_width <= max_size);
  Run fresh;
  fresh.reserve(tile_width);
  for (const TreeHash& hash : hashes) fresh.push_back({start_of(hash), static_cast<std::uint32_t>(size_++)});
  std::sort(fresh.begin(), fresh.end());
  while (!runs_.empty() && runs_.back().size() <= 2 * fresh.size()) {
    Run merged(runs_.back().size() + fresh.size());
    std::merge(runs_.back().begin(), runs_.back().end(), fresh.begin(), fresh.end(), merged.begin());
    runs_.pop_back();
    fresh = std::move(merged);
  }
  runs_.push_back(std::move(fresh));
}

std::optional<std::uint64_t> LeafIndex::find(const TreeHash& hash,
                                             const std::function<bool(std::uint64_t index)>& is_it) const {
  const std::uint32_t start = start_of(hash);
  for (const Run& run : runs_)
    for (auto place = std::lower_bound(run.begin(), run.end(), Place{start, 0});
         place != run.end() && place->start == start; ++place)
      if (is_it(place->index)) return place->index;
  return std::nullopt;
}

}  // namespace dokaz::server
