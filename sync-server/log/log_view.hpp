// SPDX-License-Identifier: GPL-3.0-or-later
// The log as one signed checkpoint shows it: what is proven here stays true while the log grows. Any thread.
#pragma once

#include "sync-server/log/tile_reader.hpp"

namespace dokaz::server {

class LogView {
 public:
  LogView(TileFolder tiles, Checkpoint checkpoint)
      : checkpoint_(std::move(checkpoint)), hashes_(std::move(tiles), checkpoint_.head.size) {}

  const Checkpoint& checkpoint() const { return checkpoint_; }
  const TreeHead& head() const { return checkpoint_.head; }

  /// Inclusion in this checkpoint, or in an older head of the log; checked before it is given out:
  /// damaged_store. bad_inclusion if that head does not cover the index.
  Result<InclusionPath> prove(std::uint64_t index, const Leaf& leaf) const { return prove(index, leaf, head()); }
  Result<InclusionPath> prove(std::uint64_t index, const Leaf& leaf, const TreeHead& in) const;
  /// Empty for 0 and for equal sizes; bad_consistency unless older <= newer <= this size.
  Result<ConsistencyPath> prove_between(std::uint64_t older, std::uint64_t newer) const;
  /// The same for sizes in either order; empty also where this view does not have them: what an answer carries.
  Result<ConsistencyPath> prove_history(std::uint64_t one, std::uint64_t other) const;
  /// bad_consistency unless the log had this root when it had this size.
  Status check(const TreeHead& head) const;

 private:
  Checkpoint checkpoint_;
  TileReader hashes_;
};

}  // namespace dokaz::server
