// SPDX-License-Identifier: GPL-3.0-or-later
// The append-only log: leaves in the order that the database fixed, a tree of tiles, and its signed
// head: docs/format.md section 9. A checkpoint is signed only over what is on the disk.
#pragma once

#include "sync-server/log/tile_folder.hpp"

namespace dokaz::server {

/// The published checkpoint, if it is this key's: damaged_store.
Result<Checkpoint> read_checkpoint(const Path& folder, const PublicKey& key);

/// One thread, and one Log per folder at a time (the caller holds the lock).
class Log {
 public:
  /// Publishes the checkpoint of the empty log, size 0 and root H(""). already_exists.
  static Status create(const Path& folder, const SigningKey& key);
  /// Reads the right edge alone and recomputes the root. damaged_store if it is not that of the last
  /// signed checkpoint, if the checkpoint is not the key's, or if a part is missing.
  static Result<Log> open(const Path& folder, SigningKey key);

  const TreeHead& head() const { return checkpoint_.head; }
  const Checkpoint& checkpoint() const { return checkpoint_; }

  /// Makes the leaves durable and then publishes the checkpoint that covers them. After a failure the
  /// log stands where it stood; the same leaves may be appended again. no_space, io_error.
  Status append(const std::vector<Leaf>& leaves);

  /// Against the present checkpoint, and checked before it is given out: damaged_store.
  Result<InclusionPath> prove(std::uint64_t index, const Leaf& leaf) const;
  /// Empty for 0, for the present size, and for sizes that this log has not reached.
  Result<ConsistencyPath> prove_from(std::uint64_t older) const;

 private:
  Log(TileFolder tiles, SigningKey key, Path file, Checkpoint checkpoint, RightEdge edge)
      : tiles_(std::move(tiles)),
        key_(std::move(key)),
        file_(std::move(file)),
        checkpoint_(std::move(checkpoint)),
        edge_(std::move(edge)) {}

  TileFolder tiles_;
  SigningKey key_;
  Path file_;
  Checkpoint checkpoint_;
  RightEdge edge_;
};

}  // namespace dokaz::server
