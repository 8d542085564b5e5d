// SPDX-License-Identifier: GPL-3.0-or-later
// A copy of a published log on a disk: checkpoint, tiles and entries as c2sp.org/tlog-tiles names them (format.md
// section 9). Reads only; nothing of it is trusted.
#pragma once

#include <filesystem>

#include "proto/format/policy.hpp"
#include "proto/merkle/tiles.hpp"

namespace dokaz {

/// Any thread.
class TileFolder {
 public:
  /// `size`: how long the log is that the folder holds, by its checkpoint.
  TileFolder(std::filesystem::path folder, std::uint64_t size) : folder_(std::move(folder)), size_(size) {}

  /// The hash of a complete subtree, from the tile that has it: not_found, malformed (a tile of another length), io_error.
  Result<TreeHash> hash(unsigned level, std::uint64_t index) const;
  /// One whole tile of the tree of this size: its hashes one after the other.
  Result<Bytes> tile(unsigned level, std::uint64_t index) const;
  /// The leaves of one bundle.
  Result<std::vector<Leaf>> entries(std::uint64_t bundle) const;

  HashReader reader() const {
    return [this](unsigned level, std::uint64_t index) { return hash(level, index); };
  }

 private:
  Result<Bytes> read(const std::string& partial, const std::string& full, std::size_t wanted) const;
  std::filesystem::path folder_;
  std::uint64_t size_;
};

/// The note in `folder`/checkpoint: not_found, malformed.
Result<Note> read_checkpoint_file(const std::filesystem::path& folder);

}  // namespace dokaz
