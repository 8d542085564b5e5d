// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/backup/copying.hpp"

#include <algorithm>

#include "crypto/files_steps.hpp"
#include "proto/merkle/tiles.hpp"

namespace dokaz::server::copying {
namespace {

constexpr std::size_t block = std::size_t{1} << 18;

Error failure_from(const std::error_code& code) {
  if (code == std::errc::no_space_on_device) return fail(Errc::no_space);
  return fail(code == std::errc::no_such_file_or_directory ? Errc::not_found : Errc::io_error);
}

/// Hands each piece of the file on, in order.
template <class Take>
Result<Copied> read_all(const File& file, Take take) {
  Sha256Stream hash;
  Bytes buffer(block);
  std::uint64_t size = 0;
  for (;;) {
    DOKAZ_LET(got, file.read_at(buffer, size));
    if (got == 0) return Copied{hash.finish(), size};
    const ByteView piece = ByteView(buffer).first(got);
    hash.update(piece);
    DOKAZ_TRY(take(piece));
    size += got;
  }
}

Status write_and_check(const File& source, const Path& part, const std::optional<Sha256>& expected, Copied& copied) {
  {
    DOKAZ_LET(target, File::open(part, File::Access::create_new));
    DOKAZ_LET(read, read_all(source, [&target](ByteView piece) { return target.append(piece); }));
    copied = read;
  }
  if (expected && copied.hash != *expected) return fail(Errc::hash_mismatch, "what was to be copied");
  DOKAZ_LET(back, hash_of(part));
  if (back.hash != copied.hash) return fail(Errc::io_error, "a copy reads otherwise than it was written");
  return {};
}

}  // namespace

Result<Copied> hash_of(const Path& path, Links links) {
  DOKAZ_LET(file, File::open(path, File::Access::read, links));
  return read_all(file, [](ByteView) { return Status(); });
}

Result<Copied> copy_file(const Path& from, const Path& to, const std::optional<Sha256>& expected, Links links) {
  DOKAZ_LET(source, File::open(from, File::Access::read, links));
  const Path part = to.parent_path() / (".part-" + to.filename().string());
  std::error_code ignored;
  std::filesystem::remove(part, ignored);  // of a run that was cut
  Copied copied;
  Status done = write_and_check(source, part, expected, copied);
  if (done) done = rename_path(part, to);
  if (done) return copied;
  std::filesystem::remove(part, ignored);
  if (done.code() == Errc::io_error && !hash_of(from, links)) return fail(Errc::damaged_store, "what was to be copied cannot be read");
  return done.error();
}

Status copy_parts(std::uint64_t size, const CopyPart& copy,
                  const std::function<void(std::uint64_t done, std::uint64_t total)>& progress) {
  const std::vector<TileId> tiles = new_tiles(0, size);
  const std::uint64_t bundles = (size + tile_width - 1) / tile_width, total = bundles + tiles.size();
  std::uint64_t done = 0;
  for (std::uint64_t index = 0; index < bundles; ++index) {
    const auto width = static_cast<unsigned>(std::min<std::uint64_t>(tile_width, size - index * tile_width));
    DOKAZ_TRY(copy(entries_path(index, width), entries_path(index, tile_width), width * (2 + Leaf::size)));
    progress(++done, total);
  }
  for (const TileId& tile : tiles) {
    DOKAZ_TRY(copy(tile_path(tile), tile_path({tile.level, tile.index, tile_width}), tile.width * TreeHash::size));
    progress(++done, total);
  }
  return {};
}

Status ensure_folder(const Path& folder) {
  std::error_code unclear;
  return std::filesystem::is_directory(folder, unclear) ? Status() : make_inner_folder(folder);
}

Status remove_tree(const Path& path) {
  std::error_code failure;
  std::filesystem::remove_all(path, failure);
  return failure ? Status(failure_from(failure)) : Status();
}

}  // namespace dokaz::server::copying
