// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of what is read of a log's files: names of tiles, bundles of entries, proofs out of hostile hashes.
#include "crypto/check.hpp"
#include "proto/merkle/tiles.hpp"
#include "tests/fuzz/seeds.hpp"

using namespace dokaz;

namespace {

Leaf leaf_number(std::uint64_t number) {
  Leaf leaf;
  leaf.raw().fill(static_cast<Byte>(number));
  return leaf;
}

/// The input is cut into hashes; a proof of them for a size and an index that it names holds, or is refused.
void prove(ByteView bytes) {
  if (bytes.size() < 4 || bytes.size() > 4 + 32 * 512) return;
  const std::uint64_t size = bytes[0] * 256U + bytes[1];
  const std::uint64_t index = bytes[2] * 256U + bytes[3];
  InclusionPath path;
  for (std::size_t at = 4; at + 32 <= bytes.size(); at += 32) path.push_back(*TreeHash::from(bytes.subspan(at, 32)));
  RightEdge edge;
  std::vector<std::vector<TreeHash>> stored(20);
  for (std::uint64_t i = 0; i < size % 600; ++i)
    edge.append(leaf_hash(leaf_number(i)), [&](unsigned level, std::uint64_t, const TreeHash& hash) {
      stored[level].push_back(hash);
    });
  const TreeHead head{edge.size(), edge.root()};
  const HashReader read = [&](unsigned level, std::uint64_t at) -> Result<TreeHash> {
    if (level >= stored.size() || at >= stored[level].size()) return Errc::not_found;
    return stored[level][at];
  };
  const auto good = prove_inclusion(index, head.size, read);
  DOKAZ_CHECK(good.has_value() == (index < head.size));
  if (good) {
    DOKAZ_CHECK(verify_inclusion(leaf_hash(leaf_number(index)), index, *good, head).has_value());
    DOKAZ_CHECK(verify_inclusion(leaf_hash(leaf_number(index)), index, path, head).has_value() == (path == *good));
  } else {
    DOKAZ_CHECK(!verify_inclusion(leaf_hash(leaf_number(index)), index, path, head));
  }
  const std::uint64_t older = head.size == 0 ? 0 : index % (head.size + 1);
  RightEdge before;
  for (std::uint64_t i = 0; i < older; ++i) before.append(leaf_hash(leaf_number(i)), [](auto...) {});
  const auto since = prove_consistency(older, head.size, read).value();
  DOKAZ_CHECK(verify_consistency({older, before.root()}, head, since).has_value());
  if (older > 0) DOKAZ_CHECK(verify_consistency({older, before.root()}, head, path).has_value() == (path == since));
}

}  // namespace

std::vector<Bytes> fuzz_seeds() {
  std::vector<Bytes> out;
  for (const TileId& tile : new_tiles(0, 70'000)) {
    out.push_back(to_bytes(tile_path(tile)));
    if (out.size() == 20) break;
  }
  for (const TileId tile : {TileId{0, 1'234'067, 256}, TileId{5, 0, 1}, TileId{0, 70'000, 255}})
    out.push_back(to_bytes(tile_path(tile)));
  out.push_back(to_bytes(entries_path(1'234'067, 3)));
  for (const unsigned count : {1U, 2U, 255U, 256U}) {
    std::vector<Leaf> leaves;
    for (unsigned i = 0; i < count; ++i) leaves.push_back(leaf_number(i));
    out.push_back(write_entries(leaves));
  }
  for (const unsigned size : {0U, 1U, 2U, 7U, 256U, 257U, 599U}) {
    Bytes seed{static_cast<Byte>(size >> 8), static_cast<Byte>(size), 0, static_cast<Byte>(size / 2)};
    seed.resize(seed.size() + 32 * 9, 7);
    out.push_back(std::move(seed));
  }
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  if (const auto tile = parse_tile_path(text_of(bytes))) DOKAZ_CHECK(tile_path(*tile) == text_of(bytes));
  if (const auto leaves = read_entries(bytes)) DOKAZ_CHECK(std::ranges::equal(write_entries(*leaves), bytes));
  prove(bytes);
  return 0;
}
