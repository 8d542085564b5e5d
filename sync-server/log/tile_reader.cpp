// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/log/tile_reader.hpp"

namespace dokaz::server {

TileTree::TileTree(ByteView hashes) : rows_(1) {
  for (; !hashes.empty(); hashes = hashes.subspan(TreeHash::size))
    rows_[0].push_back(*TreeHash::from(hashes.first(TreeHash::size)));
  while (rows_.back().size() > 1) {
    const auto& below = rows_.back();
    std::vector<TreeHash> row;
    for (std::size_t i = 0; i + 1 < below.size(); i += 2) row.push_back(node_hash(below[i], below[i + 1]));
    rows_.push_back(std::move(row));
  }
}

const TreeHash* TileTree::at(unsigned height, std::size_t position) const {
  return height < rows_.size() && position < rows_[height].size() ? &rows_[height][position] : nullptr;
}

Result<std::shared_ptr<const TileTree>> TileReader::tile(const Key& key) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
  }
  // Two threads may read the same tile at once; they find the same.
  DOKAZ_LET(bytes, tiles_.read_tile(key.first, key.second, size_));
  auto tree = std::make_shared<const TileTree>(bytes);
  const std::lock_guard lock(mutex_);
  if (known_.size() >= most_tiles) known_.erase(known_.begin());
  return known_.insert_or_assign(key, std::move(tree)).first->second;
}

Result<TreeHash> TileReader::read(unsigned level, std::uint64_t index) const {
  const unsigned height = level % 8;  // inside the tile
  if (index > (UINT64_MAX >> height)) return fail(Errc::internal, "a subtree beyond the log");
  const std::uint64_t first = index << height;
  DOKAZ_LET(tree, tile({level / 8, first / tile_width}));
  const TreeHash* hash = tree->at(height, (first % tile_width) >> height);
  if (hash == nullptr) return fail(Errc::internal, "a subtree beyond the log");
  return *hash;
}

}  // namespace dokaz::server
