// SPDX-License-Identifier: GPL-3.0-or-later
// Writing and reading tiles and entry bundles.
#include "sync-server/log/tile_folder.hpp"

#include <algorithm>
#include <map>

#include "crypto/files_steps.hpp"

namespace dokaz::server {
namespace {

constexpr std::size_t hash_size = TreeHash::size;
constexpr std::size_t entry_size = 2 + Leaf::size;

/// Hashes of tile level `level` that a log of `size` has.
std::uint64_t hashes_at(unsigned level, std::uint64_t size) { return level < 8 ? size >> (8 * level) : 0; }

/// How wide tile `index` is when `count` hashes (or entries) of its level are there.
unsigned width_of(std::uint64_t index, std::uint64_t count) {
  const std::uint64_t before = index * tile_width;
  return count <= before ? 0 : static_cast<unsigned>(std::min<std::uint64_t>(tile_width, count - before));
}

}  // namespace

Result<Bytes> TileFolder::read_part(const std::string& part, const std::string& full,
                                    std::size_t wanted) const {
  for (const auto& name : {part, full}) {
    auto bytes = read_file(root_ / name, tile_width * entry_size);
    if (!bytes && bytes.code() == Errc::not_found) continue;
    if (!bytes && bytes.code() != Errc::too_large) return bytes;
    if (!bytes || bytes->size() < wanted) return fail(Errc::damaged_store, "a tile has a wrong length");
    if (name == part && bytes->size() != wanted)
      return fail(Errc::damaged_store, "a tile has a wrong length");
    bytes->resize(wanted);
    return bytes;
  }
  return fail(Errc::damaged_store, "a tile is missing");
}

Result<Bytes> TileFolder::read_tile(unsigned level, std::uint64_t index, std::uint64_t size) const {
  const unsigned width = width_of(index, hashes_at(level, size));
  if (width == 0) return fail(Errc::internal, "a tile beyond the log");
  return read_part(tile_path({level, index, width}), tile_path({level, index, tile_width}),
                   width * hash_size);
}

Result<std::vector<Leaf>> TileFolder::bundle(std::uint64_t index, std::uint64_t size) const {
  const unsigned width = width_of(index, size);
  if (width == 0) return fail(Errc::internal, "a bundle beyond the log");
  DOKAZ_LET(bytes,
            read_part(entries_path(index, width), entries_path(index, tile_width), width * entry_size));
  auto leaves = read_entries(bytes);
  if (!leaves) return fail(Errc::damaged_store, "an entry bundle");
  return leaves;
}

Status TileFolder::add_entries(FileBatch& files, std::uint64_t from, const std::vector<Leaf>& leaves) const {
  const std::uint64_t to = from + leaves.size();
  for (std::uint64_t index = from / tile_width; index * tile_width < to; ++index) {
    std::vector<Leaf> entries;
    if (width_of(index, from) > 0) {
      DOKAZ_LET(older, bundle(index, from));
      entries = std::move(older);
    }
    const unsigned width = width_of(index, to);
    while (entries.size() < width) entries.push_back(leaves[index * tile_width + entries.size() - from]);
    DOKAZ_TRY(files.add(root_ / entries_path(index, width), write_entries(entries)));
  }
  return {};
}

Status TileFolder::add(RightEdge& edge, const std::vector<Leaf>& leaves) {
  const std::uint64_t from = edge.size();
  const std::uint64_t to = from + leaves.size();
  FileBatch files;
  DOKAZ_TRY(add_entries(files, from, leaves));

  std::map<unsigned, Bytes> fresh;  // by tile level: the hashes that the new leaves complete, in order
  for (const Leaf& leaf : leaves)
    edge.append(leaf_hash(leaf), [&](unsigned level, std::uint64_t, const TreeHash& hash) {
      if (level % 8 == 0) append(fresh[level / 8], hash.view());
    });

  for (const TileId& tile : new_tiles(from, to)) {
    const std::uint64_t had = hashes_at(tile.level, from);
    Bytes content;
    if (width_of(tile.index, had) > 0) {
      DOKAZ_LET(older, read_tile(tile.level, tile.index, from));
      content = std::move(older);
    }
    const std::uint64_t start = tile.index * tile_width + content.size() / hash_size - had;
    const std::size_t more = tile.width * hash_size - content.size();
    append(content, ByteView(fresh[tile.level]).subspan(start * hash_size, more));
    DOKAZ_TRY(files.add(root_ / tile_path(tile), content));
  }
  return files.publish();
}

void TileFolder::drop_superseded(std::uint64_t from, std::uint64_t size) {
  const auto drop = [this](const std::string& full) { drop_flat_folder(root_ / (full + ".p")); };
  for (unsigned level = 0; hashes_at(level, size) > 0; ++level)
    for (std::uint64_t index = hashes_at(level, from) / tile_width;
         index < hashes_at(level, size) / tile_width; ++index) {
      drop(tile_path({level, index, tile_width}));
      if (level == 0) drop(entries_path(index, tile_width));
    }
}

void TileFolder::drop_leftovers(std::uint64_t size) {
  // The next write goes beside the last part or into the folder of the next full one.
  const auto clean = [this](const std::string& name) {
    const Path folder = (root_ / name).parent_path();
    std::error_code ignored;
    // A leftover is harmless: it has a name that nobody reads.
    if (std::filesystem::is_directory(folder, ignored)) (void)remove_leftovers(folder).has_value();
  };
  (void)remove_leftovers(root_).has_value();
  for (unsigned level = 0; level == 0 || hashes_at(level, size) > 0; ++level) {
    const std::uint64_t index = hashes_at(level, size) / tile_width;
    for (const unsigned width : {1U, 256U}) {
      clean(tile_path({level, index, width}));
      if (level == 0) clean(entries_path(index, width));
    }
  }
}

}  // namespace dokaz::server
