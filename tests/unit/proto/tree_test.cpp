// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "crypto/encoding.hpp"
#include "naive_tree.hpp"

using namespace dokaz;

namespace {

constexpr std::size_t largest = 130;

struct Grown {
  naive::Leaves leaves = naive::leaves(largest);
  std::vector<TreeHash> roots;  // by size
  naive::Stored stored;
  Grown() {
    for (std::size_t size = 0; size <= largest; ++size)
      roots.push_back(naive::mth(naive::part(leaves, 0, size)));
    for (const TreeHash& leaf : leaves) stored.append(leaf);
  }
  TreeHead head(std::size_t size) const { return {size, roots[size]}; }
};

const Grown& grown() {
  static const Grown tree;
  return tree;
}

TreeHash flipped(TreeHash hash, std::size_t bit) {
  hash.raw()[bit / 8 % 32] ^= static_cast<Byte>(1u << bit % 8);
  return hash;
}

/// Every path that differs from a good one in one way.
std::vector<std::vector<TreeHash>> changed_paths(const std::vector<TreeHash>& good) {
  std::vector<std::vector<TreeHash>> out;
  for (std::size_t i = 0; i < good.size(); ++i) {
    out.push_back(good);
    out.back()[i] = flipped(good[i], 37 * i + 5);
    out.push_back(good);
    out.back().erase(out.back().begin() + static_cast<std::ptrdiff_t>(i));
  }
  for (std::size_t i = 0; i <= good.size(); ++i) {
    out.push_back(good);
    out.back().insert(out.back().begin() + static_cast<std::ptrdiff_t>(i), TreeHash(sha256("extra").raw()));
  }
  for (std::size_t i = 0; i + 1 < good.size(); ++i) {
    out.push_back(good);
    std::swap(out.back()[i], out.back()[i + 1]);
  }
  if (!good.empty()) {
    out.push_back(good);
    out.back().push_back(good.back());
  }
  return out;
}

}  // namespace

TEST_CASE("an inclusion proof that was changed in any way is refused") {
  const auto& tree = grown();
  for (std::size_t size : {1u, 2u, 3u, 6u, 7u, 8u, 9u, 31u, 33u, 64u, 100u, 130u})
    for (std::size_t index = 0; index < size; ++index) {
      const auto path = prove_inclusion(index, size, tree.stored.reader()).value();
      const TreeHash& leaf = tree.leaves[index];
      REQUIRE(verify_inclusion(leaf, index, path, tree.head(size)));
      for (const auto& bad : changed_paths(path))
        REQUIRE(verify_inclusion(leaf, index, bad, tree.head(size)).code() == Errc::bad_inclusion);
      REQUIRE(verify_inclusion(flipped(leaf, index), index, path, tree.head(size)).code() ==
              Errc::bad_inclusion);
      REQUIRE(verify_inclusion(leaf, index, path, {size, flipped(tree.roots[size], index)}).code() ==
              Errc::bad_inclusion);
      for (std::size_t other = 0; other <= size + 1; ++other)
        if (other != index)
          REQUIRE(verify_inclusion(leaf, other, path, tree.head(size)).code() == Errc::bad_inclusion);
      REQUIRE(verify_inclusion(leaf, UINT64_MAX, path, tree.head(size)).code() == Errc::bad_inclusion);
    }
}

TEST_CASE("an inclusion proof does not hold for another size") {
  // The root is not that of the other size, so even where index and path would fit, the head does not.
  const auto& tree = grown();
  for (std::size_t size = 1; size <= 40; ++size)
    for (std::size_t index = 0; index < size; ++index) {
      const auto path = prove_inclusion(index, size, tree.stored.reader()).value();
      for (std::size_t other = 0; other <= 70; ++other)
        if (other != size)
          REQUIRE(verify_inclusion(tree.leaves[index], index, path, tree.head(other)).code() ==
                  Errc::bad_inclusion);
    }
}

TEST_CASE("nothing is in the empty tree") {
  CHECK(verify_inclusion(empty_root(), 0, {}, {0, empty_root()}).code() == Errc::bad_inclusion);
  CHECK(prove_inclusion(0, 0, grown().stored.reader()).code() == Errc::bad_inclusion);
  CHECK(prove_inclusion(5, 5, grown().stored.reader()).code() == Errc::bad_inclusion);
}

TEST_CASE("a consistency proof that was changed in any way is refused") {
  const auto& tree = grown();
  for (std::size_t newer : {2u, 3u, 6u, 7u, 8u, 9u, 31u, 33u, 64u, 100u})
    for (std::size_t older = 1; older < newer; ++older) {
      const auto path = prove_consistency(older, newer, tree.stored.reader()).value();
      REQUIRE(verify_consistency(tree.head(older), tree.head(newer), path));
      for (const auto& bad : changed_paths(path))
        REQUIRE(verify_consistency(tree.head(older), tree.head(newer), bad).code() == Errc::bad_consistency);
      REQUIRE(verify_consistency({older, flipped(tree.roots[older], older)}, tree.head(newer), path).code() ==
              Errc::bad_consistency);
      REQUIRE(verify_consistency(tree.head(older), {newer, flipped(tree.roots[newer], older)}, path).code() ==
              Errc::bad_consistency);
      REQUIRE(verify_consistency(tree.head(newer), tree.head(older), path).code() == Errc::bad_consistency);
      REQUIRE(verify_consistency(tree.head(older), tree.head(newer), {}).code() == Errc::bad_consistency);
      for (std::size_t other = 1; other < newer + 3; ++other)
        if (other != older)
          REQUIRE(verify_consistency({other, tree.roots[older]}, tree.head(newer), path).code() ==
                  Errc::bad_consistency);
    }
}

TEST_CASE("equal sizes need equal roots and an empty path; the empty tree comes before all") {
  const auto& tree = grown();
  const std::vector<TreeHash> one = {tree.leaves[0]};
  CHECK(verify_consistency(tree.head(5), tree.head(5), {}));
  CHECK(verify_consistency(tree.head(5), tree.head(5), one).code() == Errc::bad_consistency);
  CHECK(verify_consistency(tree.head(5), {5, flipped(tree.roots[5], 0)}, {}).code() == Errc::bad_consistency);
  CHECK(verify_consistency(tree.head(0), tree.head(5), {}));
  CHECK(verify_consistency(TreeHead{}, tree.head(5), {}));
  CHECK(verify_consistency(tree.head(0), tree.head(5), one).code() == Errc::bad_consistency);
  CHECK(verify_consistency(tree.head(0), tree.head(0), {}));
  CHECK(verify_consistency(tree.head(0), {0, tree.roots[1]}, {}).code() == Errc::bad_consistency);
  CHECK(verify_consistency(tree.head(1), tree.head(0), {}).code() == Errc::bad_consistency);
  CHECK(prove_consistency(6, 5, tree.stored.reader()).code() == Errc::bad_consistency);
}

TEST_CASE("root, edge and inclusion proofs agree with the RFC's recursion for all sizes and indexes") {
  const auto& tree = grown();
  naive::Stored stored;
  for (std::size_t size = 0; size <= largest; ++size) {
    REQUIRE(stored.edge().size() == size);
    REQUIRE(stored.edge().root() == tree.roots[size]);
    REQUIRE(root_of(size, stored.reader()).value() == tree.roots[size]);
    REQUIRE(RightEdge::resume(size, stored.reader()).value().root() == tree.roots[size]);
    const auto now = naive::part(tree.leaves, 0, size);
    for (std::size_t index = 0; index < size; ++index) {
      const auto path = prove_inclusion(index, size, stored.reader()).value();
      REQUIRE(path == naive::path(index, now));
      REQUIRE(verify_inclusion(tree.leaves[index], index, path, tree.head(size)));
    }
    if (size < largest) stored.append(tree.leaves[size]);
  }
}

TEST_CASE("consistency proofs agree with the RFC's recursion for all pairs of sizes") {
  const auto& tree = grown();
  for (std::size_t newer = 0; newer <= largest; ++newer) {
    const auto now = naive::part(tree.leaves, 0, newer);
    for (std::size_t older = 0; older <= newer; ++older) {
      const auto path = prove_consistency(older, newer, tree.stored.reader()).value();
      if (older > 0) REQUIRE(path == naive::subproof(older, now, true));
      REQUIRE(verify_consistency(tree.head(older), tree.head(newer), path));
    }
  }
}

TEST_CASE("an edge that was resumed goes on as one that never stopped") {
  const auto& tree = grown();
  for (std::size_t stop = 0; stop <= largest; ++stop) {
    auto edge = RightEdge::resume(stop, tree.stored.reader()).value();
    for (std::size_t i = stop; i < largest; ++i)
      edge.append(tree.leaves[i], [&](unsigned level, std::uint64_t index, const TreeHash& hash) {
        REQUIRE(tree.stored.reader()(level, index).value() == hash);
      });
    REQUIRE(edge.root() == tree.roots[largest]);
  }
}

TEST_CASE("a reader's failure passes through") {
  const HashReader broken = [](unsigned, std::uint64_t) -> Result<TreeHash> { return Errc::damaged_store; };
  CHECK(root_of(3, broken).code() == Errc::damaged_store);
  CHECK(prove_inclusion(1, 3, broken).code() == Errc::damaged_store);
  CHECK(prove_consistency(2, 3, broken).code() == Errc::damaged_store);
  CHECK(RightEdge::resume(3, broken).code() == Errc::damaged_store);
}

TEST_CASE("sizes up to 2^64 - 1 cost a few reads and do not overflow") {
  std::size_t reads = 0;
  const HashReader any = [&](unsigned level, std::uint64_t index) -> Result<TreeHash> {
    ++reads;
    REQUIRE(level < 64);
    REQUIRE((level == 0 || index < (UINT64_MAX >> level) + 1));
    return TreeHash(sha256(std::to_string(level) + "/" + std::to_string(index)).raw());
  };
  for (std::uint64_t size :
       {UINT64_MAX, UINT64_MAX - 1, std::uint64_t{1} << 63, (std::uint64_t{1} << 63) + 1}) {
    reads = 0;
    const auto path = prove_inclusion(size - 1, size, any).value();
    CHECK(path.size() <= 64);
    CHECK(reads <= 64);
    CHECK(root_of(size, any));
    const auto first = prove_inclusion(0, size, any).value();
    CHECK(verify_inclusion(any(0, size - 1).value(), size - 1, path, {size, TreeHash()}).code() ==
          Errc::bad_inclusion);
    CHECK(prove_consistency(size - 1, size, any));
    CHECK(first.size() <= 64);
  }
}

TEST_CASE("the known tree of eight leaves of certificate transparency's tests") {
  const char* inputs[] = {
      "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
  const char* roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                         "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  naive::Stored stored;
  CHECK(hex(stored.edge().root()) == roots[0]);
  for (std::size_t i = 0; i < 8; ++i) {
    Bytes leaf = {0x00};
    append(leaf, from_hex(inputs[i]).value());
    stored.append(TreeHash(sha256(leaf).raw()));
    CHECK(hex(stored.edge().root()) == roots[i + 1]);
  }
}

TEST_CASE("a leaf is C, S and K in this order") {
  StatementHash statement;
  statement.raw().fill(0x11);
  Signature signature;
  signature.raw().fill(0x22);
  KeyHash member;
  member.raw().fill(0x33);
  const Leaf leaf = leaf_of(statement, signature, member);
  CHECK(hex(leaf) == hex(sha256(statement.view())) + hex(signature) + hex(member));
  Bytes prefixed = {0x00};
  append(prefixed, leaf.view());
  CHECK(hex(leaf_hash(leaf)) == hex(sha256(prefixed)));
}
