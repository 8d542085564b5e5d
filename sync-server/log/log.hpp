// SPDX-License-Identifier: GPL-3.0-or-later
// The append-only log: leaves in the order that the database fixed, a tree of tiles, and its signed
// head: docs/format.md section 9. A checkpoint is signed only over what is on the disk.
#pragma once

#include "sync-server/log/log_view.hpp"

namespace dokaz::server {

/// The published checkpoint, if it is this key's: damaged_store.
Result<Checkpoint> read_checkpoint(const Path& folder, const PublicKey& key);

/// One thread appends, and one Log per folder at a time (the caller holds the lock); any thread reads.
class Log {
 public:
  /// Publishes the checkpoint of the empty log, size 0 and root H(""). already_exists.
  static Status create(const Path& folder, const SigningKey& key);
  /// Reads the right edge alone and recomputes the root. damaged_store if it is not that of the last
  /// signed checkpoint, if the checkpoint is not the key's, or if a part is missing.
  static Result<Log> open(const Path& folder, SigningKey key);

  /// The newest signed checkpoint, and proofs under it. Any thread, also while the log grows.
  std::shared_ptr<const LogView> view() const { return newest_->get(); }
  TreeHead head() const { return view()->head(); }
  /// A checkpoint of the empty log, which every log began with.
  Checkpoint sign_empty() const { return sign_checkpoint({0, empty_root()}, key_); }

  /// Makes the leaves durable and then publishes the checkpoint that covers them. After a failure the
  /// log stands where it stood; the same leaves may be appended again. no_space, io_error.
  Status append(const std::vector<Leaf>& leaves);

 private:
  /// Stays where it is when the log is moved.
  class Newest {
   public:
    explicit Newest(std::shared_ptr<const LogView> view) : view_(std::move(view)) {}
    std::shared_ptr<const LogView> get() const {
      const std::lock_guard lock(mutex_);
      return view_;
    }
    void set(std::shared_ptr<const LogView> view) {
      const std::lock_guard lock(mutex_);
      view_ = std::move(view);
    }

   private:
    mutable std::mutex mutex_;
    std::shared_ptr<const LogView> view_;
  };

  Log(TileFolder tiles, SigningKey key, Path file, std::shared_ptr<const LogView> view, RightEdge edge)
      : tiles_(std::move(tiles)),
        key_(std::move(key)),
        file_(std::move(file)),
        newest_(std::make_unique<Newest>(std::move(view))),
        edge_(std::move(edge)) {}

  TileFolder tiles_;
  SigningKey key_;
  Path file_;
  std::unique_ptr<Newest> newest_;
  RightEdge edge_;  // of the thread that appends
};

}  // namespace dokaz::server
