// SPDX-License-Identifier: GPL-3.0-or-later
// The published log, answered from the files under `log/` and nothing else: docs/protocol.md section 9.
// No lock and no database: the writer replaces files beside it, and what it replaces says the same.
#pragma once

#include "proto/format/policy.hpp"
#include "sync-server/log/tile_reader.hpp"
#include "sync-server/publish/answer.hpp"
#include "sync-server/publish/leaf_index.hpp"
#include "sync-server/publish/path.hpp"
#include "sync-server/publish/readers.hpp"

namespace dokaz::server {

/// One thread. Each call reads the newest checkpoint first; nothing beyond it is shown.
class Publication {
 public:
  /// `policy` decides which checkpoint is shown, and whose cosignatures.
  Publication(Path log_folder, Path readers_file, Policy policy);

  /// Nothing as long as leaves must be indexed for a get-inclusion-proof: ask again. The first such question
  /// costs reading every full tile of level 0, 32 bytes a leaf, and 8 bytes of memory a leaf from then on.
  std::optional<Answer> answer(const Question& question);

 private:
  Result<std::optional<Answer>> try_answer(const Question& question);
  bool is_reader(const std::optional<std::string_view>& token) const;

  Result<Checkpoint> checkpoint(const char* file) const;
  Result<Checkpoint> shown() const;
  Result<Checkpoint> newest() const { return checkpoint("checkpoint"); }

  using Found = Result<std::optional<Answer>>;
  Found find(const CheckpointPath& path);
  Found find(const TilePath& path);
  Found find(const EntriesPath& path);
  Found find(const AnchorPath& path);
  Found find(const TreeHeadPath& path);
  Found find(const ConsistencyProofPath& path);
  Found find(const InclusionProofPath& path);
  Found find(const LeavesPath& path);

  /// Takes some full tiles into the index; true when it knows all that a log of `size` has.
  Result<bool> index_some(std::uint64_t size);
  Result<std::uint64_t> place_of(const TreeHash& leaf, std::uint64_t size) const;

  Path log_;
  Path readers_;
  Policy policy_;
  TileFolder tiles_;
  LeafIndex index_;
};

}  // namespace dokaz::server
