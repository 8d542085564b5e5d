// SPDX-License-Identifier: GPL-3.0-or-later
// The paths of the published log: docs/protocol.md section 9. One text for each thing that can be asked.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "proto/merkle/tiles.hpp"

namespace dokaz::server {

struct CheckpointPath {
  bool log_signed = false;  // the newest, whoever cosigned it
};
struct TilePath {
  TileId tile;
};
struct EntriesPath {
  std::uint64_t index = 0;
  unsigned width = 0;
};
struct AnchorPath {
  std::uint64_t size = 0;
  std::string file;  // a plain name: no separator, and no dot at its start or beside another
};
struct TreeHeadPath {};
struct ConsistencyProofPath {
  std::uint64_t older = 0;  // at least 1
  std::uint64_t newer = 0;  // larger
};
struct InclusionProofPath {
  std::uint64_t size = 0;  // at least 2: in a tree of one there is nothing to prove
  TreeHash leaf;
};
struct LeavesPath {
  std::uint64_t start = 0;
  std::uint64_t end = 0;  // larger
};
using PublishedPath = std::variant<CheckpointPath, TilePath, EntriesPath, AnchorPath, TreeHeadPath, ConsistencyProofPath,
                                   InclusionProofPath, LeavesPath>;

/// "/reader/<token>/rest" is taken apart into token and "/rest"; any other path is left whole.
struct ReaderPath {
  std::optional<std::string_view> token;  // whatever stands there, not judged
  std::string_view rest;
};
ReaderPath split_reader(std::string_view path);

/// Of a path without reader. not_found; malformed for a known endpoint with wrong arguments.
Result<PublishedPath> parse_published_path(std::string_view path);

/// What readers alone may see, known or not: judged before the path is.
bool is_for_readers(std::string_view path);

}  // namespace dokaz::server
