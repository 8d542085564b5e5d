// SPDX-License-Identifier: GPL-3.0-or-later
// Subtree hashes of a log from its tile files, each tile read and folded once. Any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "sync-server/log/tile_folder.hpp"

namespace dokaz::server {

/// One tile's complete subtrees: of height 0 its own hashes, then each pair's, up to the whole tile.
class TileTree {
 public:
  /// `hashes`: 1 to 256 of them, 32 bytes each.
  explicit TileTree(ByteView hashes);
  /// Nothing where the tile is too narrow for that subtree.
  const TreeHash* at(unsigned height, std::size_t position) const;

 private:
  std::vector<std::vector<TreeHash>> rows_;
};

/// Of a log of one size. Remembers at most `most_tiles` tiles (16 KiB each).
class TileReader {
 public:
  static constexpr std::size_t most_tiles = 256;
  TileReader(TileFolder tiles, std::uint64_t size) : tiles_(std::move(tiles)), size_(size) {}

  /// The hash of a complete subtree: damaged_store if a tile is absent or has a wrong length; internal
  /// for what the log does not have.
  Result<TreeHash> read(unsigned level, std::uint64_t index) const;
  /// The same as a function, valid as long as this object.
  HashReader reader() const {
    return [this](unsigned level, std::uint64_t index) { return read(level, index); };
  }

 private:
  using Key = std::pair<unsigned, std::uint64_t>;
  Result<std::shared_ptr<const TileTree>> tile(const Key& key) const;

  TileFolder tiles_;
  std::uint64_t size_;
  mutable std::mutex mutex_;
  mutable std::map<Key, std::shared_ptr<const TileTree>> known_;
};

}  // namespace dokaz::server
