// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include <set>

#include "naive_tree.hpp"
#include "proto/merkle/tiles.hpp"

using namespace dokaz;

namespace {

Leaf leaf_number(std::size_t number) {
  Leaf leaf;
  const auto hash = sha256(std::to_string(number));
  std::copy(hash.raw().begin(), hash.raw().end(), leaf.raw().begin());
  return leaf;
}

/// What a tree of `size` publishes, by the definition: full tiles, and one partial tile where hashes are left
/// over.
std::set<TileId> tiles_of(std::uint64_t size) {
  std::set<TileId> out;
  std::uint64_t hashes = size;
  for (unsigned level = 0; hashes > 0; ++level, hashes /= 256) {
    for (std::uint64_t i = 0; i < hashes / 256; ++i) out.insert({level, i, 256});
    if (hashes % 256) out.insert({level, hashes / 256, static_cast<unsigned>(hashes % 256)});
  }
  return out;
}

}  // namespace

TEST_CASE("a path that is not canonical is not a tile's") {
  for (const char* path : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile/0/1",
                           "tile/0/01",
                           "tile/0/0001",
                           "tile/00/001",
                           "tile/64/001",
                           "tile/+1/001",
                           "tile/0/x000/001",
                           "tile/0/001/002",
                           "tile/0/x001/x234/67",
                           "tile/0/X001/234",
                           "tile/0/x001/",
                           "tile/0/001.p/0",
                           "tile/0/001.p/256",
                           "tile/0/001.p/257",
                           "tile/0/001.p/",
                           "tile/0/001.p/01",
                           "tile/0/001.p",
                           "tile/0/001.p/1/",
                           "tile/0/001.p/1.p/1",
                           "/tile/0/001",
                           "tile/0/001 ",
                           "tile/-1/001",
                           "tile/entries/001",
                           "tile/0/x018/x446/x744/x073/x709/x551/616",
                           "tile/0/..",
                           "tile/0/x001x/234",
                           "tile//001"}) {
    INFO(path);
    CHECK(parse_tile_path(path).code() == Errc::malformed);
  }
}

TEST_CASE("paths go there and back") {
  CHECK(tile_path({0, 1234067, 256}) == "tile/0/x001/x234/067");
  CHECK(tile_path({0, 0, 1}) == "tile/0/000.p/1");
  CHECK(tile_path({63, 1000, 255}) == "tile/63/x001/000.p/255");
  CHECK(entries_path(273, 112) == "tile/entries/273.p/112");
  CHECK(entries_path(1000, 256) == "tile/entries/x001/000");
  for (unsigned level : {0u, 1u, 7u, 63u})
    for (std::uint64_t index : {std::uint64_t{0}, std::uint64_t{9}, std::uint64_t{999}, std::uint64_t{1000},
                                std::uint64_t{123456}, std::uint64_t{1000000}, UINT64_MAX})
      for (unsigned width : {1u, 112u, 255u, 256u}) {
        const TileId tile{level, index, width};
        CHECK(parse_tile_path(tile_path(tile)).value() == tile);
      }
}

TEST_CASE("new tiles are those that the larger tree has and the smaller had not") {
  for (std::uint64_t from : {0u, 1u, 2u, 255u, 256u, 257u, 65535u, 65536u, 65537u, 70000u})
    for (std::uint64_t size : {0u, 1u, 2u, 255u, 256u, 257u, 512u, 65535u, 65536u, 65537u, 65792u, 70000u}) {
      if (from > size) continue;
      const auto before = tiles_of(from);
      std::set<TileId> expected;
      for (const TileId& tile : tiles_of(size))
        if (!before.contains(tile)) expected.insert(tile);
      const auto got = new_tiles(from, size);
      INFO(from << " to " << size);
      CHECK(std::set<TileId>(got.begin(), got.end()) == expected);
      CHECK(got.size() == expected.size());
    }
  const auto top = new_tiles(UINT64_MAX - 1, UINT64_MAX);
  REQUIRE(top.size() == 1);
  CHECK(top[0] == TileId{0, UINT64_MAX / 256, 255});
  CHECK(new_tiles(UINT64_MAX - 256, UINT64_MAX - 255).size() == 2);
}

TEST_CASE("the tree can be read back from its tiles alone") {
  constexpr std::uint64_t largest = 65537;
  std::map<TileId, std::vector<TreeHash>> files;
  naive::Stored stored;
  std::uint64_t published = 0;
  for (std::uint64_t size = 1; size <= largest; ++size) {
    stored.append(TreeHash(sha256(std::to_string(size)).raw()));
    if (size != 255 && size != 256 && size != 257 && size != 65535 && size != 65536 && size != 65537)
      continue;
    for (const TileId& tile : new_tiles(published, size)) {
      auto& file = files[tile];
      for (unsigned i = 0; i < tile.width; ++i)
        file.push_back(stored.reader()(8 * tile.level, tile.index * 256 + i).value());
    }
    published = size;
    // Only tiles of this size; hashes between tile levels are computed from the tile below.
    const HashReader from_tiles = [&](unsigned level, std::uint64_t index) -> Result<TreeHash> {
      const unsigned tile_level = level / 8, above = level % 8;
      std::vector<TreeHash> row;
      for (std::uint64_t i = index << above; i < (index + 1) << above; ++i) {
        const std::uint64_t hashes = size >> 8 * tile_level;
        const unsigned width = i / 256 < hashes / 256 ? 256 : static_cast<unsigned>(hashes % 256);
        const auto found = files.find({tile_level, i / 256, width});
        if (found == files.end() || i % 256 >= found->second.size()) return Errc::damaged_store;
        row.push_back(found->second[i % 256]);
      }
      while (row.size() > 1) {
        for (std::size_t i = 0; i < row.size() / 2; ++i) row[i] = node_hash(row[2 * i], row[2 * i + 1]);
        row.resize(row.size() / 2);
      }
      return row[0];
    };
    INFO(size);
    const TreeHead head{size, stored.edge().root()};
    CHECK(root_of(size, from_tiles).value() == head.root);
    CHECK(RightEdge::resume(size, from_tiles).value().root() == head.root);
    for (std::uint64_t index : {std::uint64_t{0}, size / 2, size - 1}) {
      const auto path = prove_inclusion(index, size, from_tiles).value();
      CHECK(verify_inclusion(stored.reader()(0, index).value(), index, path, head));
    }
    for (std::uint64_t older : {std::uint64_t{1}, std::uint64_t{128}, size - 1}) {
      const TreeHead old{older, root_of(older, stored.reader()).value()};
      CHECK(verify_consistency(old, head, prove_consistency(older, size, from_tiles).value()));
    }
  }
}

TEST_CASE("an entry bundle that lies about a length is refused") {
  const auto good = write_entries({leaf_number(1), leaf_number(2)});
  REQUIRE(read_entries(good));
  CHECK(read_entries({}).code() == Errc::malformed);
  for (std::size_t cut = 0; cut < good.size(); ++cut)
    if (cut != 130) CHECK(read_entries(ByteView(good).first(cut)).code() == Errc::malformed);
  for (std::size_t at : {0u, 1u, 130u, 131u}) {
    auto bad = good;
    bad[at] ^= 1;
    CHECK(read_entries(bad).code() == Errc::malformed);
  }
  Bytes long_one;
  for (int i = 0; i < 257; ++i) append(long_one, ByteView(good).first(130));
  CHECK(read_entries(long_one).code() == Errc::malformed);
  CHECK(read_entries(ByteView(long_one).first(256 * 130)));
}

TEST_CASE("an entry bundle goes there and back") {
  std::vector<Leaf> leaves;
  for (std::size_t i = 0; i < 256; ++i) leaves.push_back(leaf_number(i));
  const auto bytes = write_entries(leaves);
  CHECK(bytes.size() == 33280);
  CHECK(read_entries(bytes).value() == leaves);
}
