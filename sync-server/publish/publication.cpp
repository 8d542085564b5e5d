// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/publish/publication.hpp"

#include "sync-server/publish/sigsum.hpp"

namespace dokaz::server {
namespace {

constexpr std::size_t hash_size = TreeHash::size;
constexpr std::size_t entry_size = 2 + Leaf::size;
constexpr std::uint64_t max_leaves_at_once = 512;
constexpr std::size_t max_anchor_file = 1 << 20;
constexpr int tiles_at_once = 64;  // indexed in one call: about 2 ms
constexpr int tries = 3;           // while the writer replaces files

constexpr std::string_view binary = "application/octet-stream";
constexpr std::string_view for_ever = "public, max-age=31536000, immutable";
constexpr std::string_view an_hour = "public, max-age=3600";
constexpr std::string_view never = "no-store";

/// Failures in words that say nothing of the machine.
Answer refusal(Errc code) {
  const auto say = [](unsigned status, std::string_view text) {
    return Answer{status, "text/plain; charset=utf-8", never, to_bytes(text)};
  };
  if (code == Errc::not_found) return say(404, "not found\n");
  if (code == Errc::malformed) return say(400, "malformed request\n");
  if (code == Errc::refused) return say(401, "for readers with a token\n");
  return say(500, "the server cannot answer this\n");
}

/// How many of the `count` hashes or entries of a level are in tile `index`.
std::uint64_t width_of(std::uint64_t index, std::uint64_t count) {
  const std::uint64_t tile = count / tile_width;
  return index < tile ? tile_width : index == tile ? count % tile_width : 0;
}

/// The first `wanted` bytes of whichever of these files is there: each says what the one before it said, and more.
Result<Bytes> first_of(const Path& folder, const std::vector<std::string>& names, std::size_t wanted) {
  for (const std::string& name : names) {
    auto bytes = read_file(folder / name, tile_width * entry_size);
    if (!bytes && bytes.code() == Errc::not_found) continue;
    if (!bytes) return bytes;
    if (bytes->size() < wanted) return fail(Errc::damaged_store, "a tile has a wrong length");
    bytes->resize(wanted);
    return bytes;
  }
  return fail(Errc::damaged_store, "a tile is missing");
}

std::string_view caching_of(std::uint64_t width) { return width == tile_width ? for_ever : an_hour; }

}  // namespace

Publication::Publication(Path log_folder, Path readers_file, Policy policy)
    : log_(std::move(log_folder)), readers_(std::move(readers_file)), policy_(std::move(policy)), tiles_(log_) {}

std::optional<Answer> Publication::answer(const Question& question) {
  auto found = try_answer(question);
  // A file may give way between the checkpoint and the tile that it names; the next checkpoint names the other.
  for (int again = 1; again < tries && !found && found.code() == Errc::damaged_store; ++again)
    found = try_answer(question);
  if (!found) return refusal(found.code());
  return std::move(*found);
}

Result<std::optional<Answer>> Publication::try_answer(const Question& question) {
  const ReaderPath asked = split_reader(question.path);
  const bool reader = is_reader(asked.token ? asked.token : question.bearer);
  if (!reader && (asked.token || is_for_readers(asked.rest))) return Errc::refused;
  DOKAZ_LET(path, parse_published_path(asked.rest));
  DOKAZ_LET(found, std::visit([&](const auto& each) { return find(each); }, path));
  // What was got by a token in the path is not for a cache between.
  if (found && asked.token) found->caching = never;
  return found;
}

bool Publication::is_reader(const std::optional<std::string_view>& token) const {
  if (!token) return false;
  const auto readers = Readers::load(readers_);
  return readers && readers->knows(*token);
}

Result<Checkpoint> Publication::checkpoint(const char* file) const {
  DOKAZ_LET(bytes, read_file(log_ / file, max_note_size));
  const auto note = Note::parse(bytes);
  if (!note) return Errc::damaged_store;
  auto checkpoint = parse_checkpoint(*note);
  if (!checkpoint || checkpoint->origin != log_origin(policy_.log())) return Errc::damaged_store;
  return checkpoint;
}

Result<Checkpoint> Publication::shown() const { return checkpoint(policy_.needs_witnesses() ? "cosigned" : "checkpoint"); }

Publication::Found Publication::find(const CheckpointPath& path) {
  DOKAZ_LET(found, path.log_signed ? newest() : shown());
  Answer answer;
  answer.body = found.note.bytes();
  return std::optional(std::move(answer));
}

Publication::Found Publication::find(const TilePath& path) {
  const auto& [level, index, width] = path.tile;
  DOKAZ_LET(head, newest());
  const std::uint64_t there = level < 8 ? width_of(index, head.head.size >> (8 * level)) : 0;
  if (width > there) return Errc::not_found;
  std::vector<std::string> names = {tile_path(path.tile), tile_path({level, index, tile_width})};
  if (there < tile_width) names.push_back(tile_path({level, index, static_cast<unsigned>(there)}));
  DOKAZ_LET(bytes, first_of(log_, names, width * hash_size));
  return std::optional(Answer{200, binary, caching_of(width), std::move(bytes)});
}

Publication::Found Publication::find(const EntriesPath& path) {
  DOKAZ_LET(head, newest());
  const std::uint64_t there = width_of(path.index, head.head.size);
  if (path.width > there) return Errc::not_found;
  std::vector<std::string> names = {entries_path(path.index, path.width), entries_path(path.index, tile_width)};
  if (there < tile_width) names.push_back(entries_path(path.index, static_cast<unsigned>(there)));
  DOKAZ_LET(bytes, first_of(log_, names, path.width * entry_size));
  return std::optional(Answer{200, binary, never, std::move(bytes)});
}

Publication::Found Publication::find(const AnchorPath& path) {
  auto bytes = read_file(log_ / "anchors" / std::to_string(path.size) / path.file, max_anchor_file);
  if (!bytes) return bytes.code() == Errc::io_error ? Errc::io_error : Errc::not_found;
  return std::optional(Answer{200, binary, an_hour, std::move(*bytes)});
}

Publication::Found Publication::find(const TreeHeadPath&) {
  DOKAZ_LET(head, shown());
  Answer answer;
  DOKAZ_LET(body, sigsum_tree_head(head, policy_));
  answer.body = std::move(body);
  return std::optional(std::move(answer));
}

Publication::Found Publication::find(const ConsistencyProofPath& path) {
  DOKAZ_LET(head, newest());
  if (path.newer > head.head.size) return Errc::not_found;
  const TileReader tiles(tiles_, head.head.size);
  DOKAZ_LET(proof, prove_consistency(path.older, path.newer, tiles.reader()));
  Answer answer;
  answer.caching = for_ever;
  answer.body = sigsum_consistency_proof(proof);
  return std::optional(std::move(answer));
}

Result<bool> Publication::index_some(std::uint64_t size) {
  if (size > LeafIndex::max_size) return fail(Errc::too_large, "log");
  for (int tile = 0; tile < tiles_at_once; ++tile) {
    if (index_.size() + tile_width > size) return true;
    DOKAZ_LET(bytes, tiles_.read_tile(0, index_.size() / tile_width, size));
    std::array<TreeHash, tile_width> hashes;
    for (std::size_t i = 0; i < tile_width; ++i)
      hashes[i] = *TreeHash::from(ByteView(bytes).subspan(i * hash_size, hash_size));
    index_.add(hashes);
  }
  return false;
}

Result<std::uint64_t> Publication::place_of(const TreeHash& leaf, std::uint64_t size) const {
  const TileReader tiles(tiles_, size);
  const auto is_it = [&](std::uint64_t index) {
    if (index >= size) return false;
    const auto hash = tiles.read(0, index);
    return hash && *hash == leaf;
  };
  if (const auto found = index_.find(leaf, is_it)) return *found;
  for (std::uint64_t index = std::min(index_.size(), size); index < size; ++index) {
    DOKAZ_LET(hash, tiles.read(0, index));
    if (hash == leaf) return index;
  }
  return Errc::not_found;
}

Publication::Found Publication::find(const InclusionProofPath& path) {
  DOKAZ_LET(head, newest());
  if (path.size > head.head.size) return Errc::not_found;
  DOKAZ_LET(complete, index_some(head.head.size));
  if (!complete) return std::optional<Answer>();
  DOKAZ_LET(index, place_of(path.leaf, head.head.size));
  if (index >= path.size) return Errc::not_found;
  const TileReader tiles(tiles_, head.head.size);
  DOKAZ_LET(proof, prove_inclusion(index, path.size, tiles.reader()));
  Answer answer;
  answer.caching = for_ever;
  answer.body = sigsum_inclusion_proof(index, proof);
  return std::optional(std::move(answer));
}

Publication::Found Publication::find(const LeavesPath& path) {
  DOKAZ_LET(head, newest());
  const std::uint64_t size = head.head.size;
  if (path.start >= size) return Errc::not_found;
  const std::uint64_t end = std::min({path.end, size, path.start + max_leaves_at_once});
  std::vector<Leaf> leaves;
  for (std::uint64_t at = path.start; at < end; at += tile_width - at % tile_width) {
    DOKAZ_LET(bundle, tiles_.bundle(at / tile_width, size));
    const auto begin = bundle.begin() + static_cast<std::ptrdiff_t>(at % tile_width);
    const auto count = std::min<std::uint64_t>(end - at, static_cast<std::uint64_t>(bundle.end() - begin));
    leaves.insert(leaves.end(), begin, begin + static_cast<std::ptrdiff_t>(count));
  }
  return std::optional(Answer{200, "text/plain; charset=utf-8", never, sigsum_leaves(leaves)});
}

}  // namespace dokaz::server
