// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/verify/tile_folder.hpp"

#include "crypto/files.hpp"

namespace dokaz {
namespace {

constexpr unsigned tile_height = 8;
constexpr std::size_t entry_size = 2 + Leaf::size;

/// How many of the hashes of tile `index` there are, where the level below has so many in all.
unsigned width_of(std::uint64_t count, std::uint64_t index) {
  const std::uint64_t before = index * tile_width;
  if (index > count / tile_width || before >= count) return 0;
  return static_cast<unsigned>(std::min<std::uint64_t>(count - before, tile_width));
}

std::uint64_t hashes_at(std::uint64_t size, unsigned level) {
  const unsigned bits = tile_height * level;
  return bits >= 64 ? 0 : size >> bits;
}

}  // namespace

Result<Bytes> TileFolder::read(const std::string& partial, const std::string& full, std::size_t wanted) const {
  for (const std::string& name : {partial, full}) {
    auto bytes = read_file(folder_ / name, tile_width * entry_size);
    if (!bytes && bytes.code() == Errc::not_found) continue;
    if (!bytes) return bytes.error();
    if (bytes->size() < wanted || (name == partial && bytes->size() != wanted))
      return fail(Errc::malformed, "a tile of another length");
    bytes->resize(wanted);
    return bytes;
  }
  return fail(Errc::not_found, "a tile of the log");
}

Result<Bytes> TileFolder::tile(unsigned level, std::uint64_t index) const {
  const unsigned width = width_of(hashes_at(size_, level), index);
  if (width == 0) return fail(Errc::not_found, "a tile that this log cannot have");
  return read(tile_path({level, index, width}), tile_path({level, index, tile_width}), width * TreeHash::size);
}

Result<TreeHash> TileFolder::hash(unsigned level, std::uint64_t index) const {
  const unsigned height = level % tile_height;
  const std::uint64_t first = index << height;
  DOKAZ_LET(bytes, tile(level / tile_height, first / tile_width));
  const auto at = static_cast<std::size_t>(first % tile_width);
  const std::size_t count = std::size_t{1} << height;
  if ((at + count) * TreeHash::size > bytes.size()) return fail(Errc::not_found, "a subtree that is not complete");
  std::vector<TreeHash> row;
  for (std::size_t i = 0; i < count; ++i)
    row.push_back(*TreeHash::from(ByteView(bytes).subspan((at + i) * TreeHash::size, TreeHash::size)));
  while (row.size() > 1) {
    for (std::size_t i = 0; i < row.size() / 2; ++i) row[i] = node_hash(row[2 * i], row[2 * i + 1]);
    row.resize(row.size() / 2);
  }
  return row.front();
}

Result<std::vector<Leaf>> TileFolder::entries(std::uint64_t bundle) const {
  const unsigned width = width_of(size_, bundle);
  if (width == 0) return fail(Errc::not_found, "entries that this log cannot have");
  DOKAZ_LET(bytes, read(entries_path(bundle, width), entries_path(bundle, tile_width), width * entry_size));
  return read_entries(bytes);
}

Result<Note> read_checkpoint_file(const std::filesystem::path& folder) {
  DOKAZ_LET(bytes, read_file(folder / "checkpoint", max_note_size));
  return Note::parse(bytes);
}

}  // namespace dokaz
