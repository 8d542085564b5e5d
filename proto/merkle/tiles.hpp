// SPDX-License-Identifier: GPL-3.0-or-later
// Names and contents of tiles (c2sp.org/tlog-tiles): format.md section 9.
#pragma once

#include <string>
#include <vector>

#include "proto/merkle/tree.hpp"

namespace dokaz {

inline constexpr unsigned tile_width = 256;  // hashes in a full tile

struct TileId {
  unsigned level = 0;  // tile level; a tile of level L holds tree level 8 L
  std::uint64_t index = 0;
  unsigned width = 256;  // 1 to 256
  friend auto operator<=>(const TileId&, const TileId&) = default;
};

/// "tile/0/x001/x234/067" or with ".p/<width>".
std::string tile_path(const TileId& tile);
/// "tile/entries/…".
std::string entries_path(std::uint64_t index, unsigned width);
/// malformed for anything that tile_path would not have written.
Result<TileId> parse_tile_path(std::string_view path);

/// The tiles, full and partial, that a tree of `size` has and a tree of `from`, not larger, did not.
std::vector<TileId> new_tiles(std::uint64_t from, std::uint64_t size);

/// u16 128 || leaf, for each of 1 to 256 leaves. The reader: malformed.
Bytes write_entries(const std::vector<Leaf>& leaves);
Result<std::vector<Leaf>> read_entries(ByteView bytes);

}  // namespace dokaz
