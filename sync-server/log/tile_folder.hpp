// SPDX-License-Identifier: GPL-3.0-or-later
// The log's files as c2sp.org/tlog-tiles lays them out, so that any static server can publish them:
// docs/format.md section 9. What `add` has written is on the disk when it returns.
#pragma once

#include "crypto/files.hpp"
#include "proto/merkle/tiles.hpp"

namespace dokaz::server {

class TileFolder {
 public:
  explicit TileFolder(Path root) : root_(std::move(root)) {}

  /// Appends leaves to a log of `edge.size()`: entry bundles first, then hash tiles; each file and each folder is
  /// synced once. Moves `edge` on. The same leaves always give the same files, so a run that was cut short is
  /// repeated from the last signed size. no_space, io_error; damaged_store if an older part is missing.
  Status add(RightEdge& edge, const std::vector<Leaf>& leaves);

  /// Removes the partial tiles and bundles whose full ones the log of `size` has. Only after a checkpoint
  /// of `size` is published; failures leave harmless files.
  void drop_superseded(std::uint64_t from, std::uint64_t size);

  /// Removes what an interrupted write left beside the right edge of a log of `size`.
  void drop_leftovers(std::uint64_t size);

  /// The hashes of one tile of a log of `size`: damaged_store if it is absent or has a wrong length.
  Result<Bytes> read_tile(unsigned level, std::uint64_t index, std::uint64_t size) const;

  /// The leaves of one bundle of a log of `size`.
  Result<std::vector<Leaf>> bundle(std::uint64_t index, std::uint64_t size) const;

 private:
  Result<Bytes> read_part(const std::string& part, const std::string& full, std::size_t wanted) const;
  Status add_entries(FileBatch& files, std::uint64_t from, const std::vector<Leaf>& leaves) const;

  Path root_;
};

}  // namespace dokaz::server
