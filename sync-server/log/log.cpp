// SPDX-License-Identifier: GPL-3.0-or-later
// Opening and growing.
#include "sync-server/log/log.hpp"

namespace dokaz::server {
namespace {

constexpr std::uint64_t max_checkpoint_file = 65536;

Path checkpoint_file(const Path& folder) { return folder / "checkpoint"; }

Error damaged_if_absent(Error error) {
  if (error.code == Errc::not_found || error.code == Errc::malformed) error.code = Errc::damaged_store;
  return error;
}

/// The last entry bundle must say the same as the hash tile above it.
Status check_last_bundle(const TileFolder& tiles, const HashReader& read, std::uint64_t size) {
  if (size == 0) return {};
  const std::uint64_t index = (size - 1) / tile_width;
  DOKAZ_LET(leaves, tiles.bundle(index, size));
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    DOKAZ_LET(hash, read(0, index * tile_width + i));
    if (hash != leaf_hash(leaves[i])) return fail(Errc::damaged_store, "an entry bundle");
  }
  return {};
}

}  // namespace

Result<Checkpoint> read_checkpoint(const Path& folder, const PublicKey& key) {
  auto bytes = read_file(checkpoint_file(folder), max_checkpoint_file);
  if (!bytes) {
    if (bytes.code() == Errc::not_found) return fail(Errc::damaged_store, "the checkpoint is missing");
    return std::move(bytes).error();
  }
  const auto note = Note::parse(*bytes);
  if (!note) return fail(Errc::damaged_store, "the checkpoint");
  auto checkpoint = parse_checkpoint(*note);
  if (!checkpoint || checkpoint->origin != log_origin(key) || !note->verify(log_origin(key), key))
    return fail(Errc::damaged_store, "the checkpoint");
  return checkpoint;
}

Status Log::create(const Path& folder, const SigningKey& key) {
  DOKAZ_TRY(make_inner_folder(folder));
  return create_file_durably(checkpoint_file(folder), sign_checkpoint({0, empty_root()}, key).note.bytes());
}

Result<Log> Log::open(const Path& folder, SigningKey key) {
  DOKAZ_LET(checkpoint, read_checkpoint(folder, key.public_key()));
  TileFolder tiles(folder);
  const std::uint64_t size = checkpoint.head.size;
  const TileReader hashes(tiles, size);
  auto edge = RightEdge::resume(size, hashes.reader());
  if (!edge) return damaged_if_absent(std::move(edge).error());
  if (edge->root() != checkpoint.head.root)
    return fail(Errc::damaged_store, "the tiles do not lead to the last signed checkpoint");
  DOKAZ_TRY(check_last_bundle(tiles, hashes.reader(), size));
  tiles.drop_leftovers(size);
  auto view = std::make_shared<const LogView>(tiles, std::move(checkpoint));
  return Log(std::move(tiles), std::move(key), checkpoint_file(folder), std::move(view), std::move(*edge));
}

Status Log::append(const std::vector<Leaf>& leaves) {
  if (leaves.empty()) return {};
  const std::uint64_t from = edge_.size();
  RightEdge edge = edge_;
  DOKAZ_TRY(tiles_.add(edge, leaves));
  Checkpoint checkpoint = sign_checkpoint({edge.size(), edge.root()}, key_);
  auto view = std::make_shared<const LogView>(tiles_, std::move(checkpoint));
  DOKAZ_TRY(write_file_durably(file_, view->checkpoint().note.bytes()));
  // From here on nothing fails: the edge and what is said of it never part.
  edge_ = std::move(edge);
  newest_->set(std::move(view));
  tiles_.drop_superseded(from, edge_.size());
  return {};
}

}  // namespace dokaz::server
