// SPDX-License-Identifier: GPL-3.0-or-later
// Inclusion and consistency of RFC 6962 trees, as lines of hexadecimal.
#include "crypto/encoding.hpp"
#include "tests/unit/proto/naive_tree.hpp"
#include "tests/vectors/make/vector.hpp"

namespace dokaz::vectors {
namespace {

TreeHash hash_of(const std::string& text) { return TreeHash(sha256(text).raw()); }

struct Inclusion {
  TreeHash leaf;
  std::uint64_t index, size;
  TreeHash root;
  std::vector<TreeHash> path;

  Inclusion(std::size_t at, std::size_t of) : leaf(naive::leaves(of)[at]), index(at), size(of) {
    root = naive::mth(naive::leaves(of));
    path = naive::path(at, naive::leaves(of));
  }
  std::string text() const {
    std::string out = "leaf " + hex(leaf) + "\nindex " + std::to_string(index) + "\nsize " +
                      std::to_string(size) + "\nroot " + hex(root) + "\n";
    for (const TreeHash& hash : path) out += "path " + hex(hash) + "\n";
    return out;
  }
};

struct Consistency {
  std::uint64_t older, newer;
  TreeHash older_root, newer_root;
  std::vector<TreeHash> path;

  Consistency(std::size_t from, std::size_t to) : older(from), newer(to) {
    const auto all = naive::leaves(to);
    older_root = naive::mth(naive::part(all, 0, from));
    newer_root = naive::mth(all);
    if (from > 0) path = naive::subproof(from, all, true);
  }
  std::string text() const {
    std::string out = "older " + std::to_string(older) + " " + hex(older_root) + "\nnewer " +
                      std::to_string(newer) + " " + hex(newer_root) + "\n";
    for (const TreeHash& hash : path) out += "path " + hex(hash) + "\n";
    return out;
  }
};

class List {
 public:
  template <class Proof, class Change>
  void refuse(const std::string& name, const std::string& rule, Proof proof, Change change) {
    change(proof);
    add(name, std::is_same_v<Proof, Inclusion> ? "bad_inclusion" : "bad_consistency", rule, proof);
  }
  template <class Proof>
  void accept(const std::string& name, const std::string& rule, const Proof& proof) {
    add(name, "success", rule, proof);
  }
  std::vector<Vector> vectors;

 private:
  template <class Proof>
  void add(const std::string& name, const std::string& expect, const std::string& rule, const Proof& proof) {
    const std::string kind = std::is_same_v<Proof, Inclusion> ? "inclusion_" : "consistency_";
    vectors.push_back({"tree", kind + name, expect, rule, proof.text()});
  }
};

void add_inclusion(List& list) {
  const Inclusion good(3, 7);
  list.accept("one_leaf", "in a tree of one leaf the root is the leaf hash and the path is empty",
              Inclusion(0, 1));
  list.accept("seven_leaves", "the path goes from the leaf up", good);
  list.accept("last_of_seven", "a level where the last node has no sibling gives no hash", Inclusion(6, 7));
  list.accept("last_of_five", "several levels without a sibling are skipped at once", Inclusion(4, 5));
  list.accept("first_of_eight", "a complete tree", Inclusion(0, 8));
  list.accept("last_of_257", "one leaf more than a tile", Inclusion(256, 257));
  list.refuse("index_is_size", "the index is less than the size", good, [](auto& p) { p.index = 7; });
  list.refuse("index_other", "the index decides which hashes are on the left", good,
              [](auto& p) { p.index = 2; });
  list.refuse("empty_tree", "nothing is in the empty tree", Inclusion(0, 1), [](auto& p) {
    p.size = 0;
    p.root = p.leaf = empty_root();
  });
  list.refuse("size_other", "the walk ends at the root of a tree of this size", good,
              [](auto& p) { p.size = 9; });
  list.refuse("root_other", "the computed root is the checkpoint's", good,
              [](auto& p) { p.root = hash_of("other"); });
  list.refuse("leaf_other", "the computed root starts from the leaf hash", good,
              [](auto& p) { p.leaf = hash_of("other"); });
  list.refuse("path_hash_changed", "each hash of the path counts", good,
              [](auto& p) { p.path[1].raw()[31] ^= 1; });
  list.refuse("path_hash_missing", "the path reaches the root", good, [](auto& p) { p.path.pop_back(); });
  list.refuse("path_hash_extra", "the path ends at the root", good,
              [](auto& p) { p.path.push_back(hash_of("x")); });
  list.refuse("path_turned_round", "the path goes from the leaf up", good,
              [](auto& p) { std::reverse(p.path.begin(), p.path.end()); });
  list.refuse("path_in_tree_of_one", "the root has no sibling", Inclusion(0, 1), [](auto& p) {
    p.path.push_back(hash_of("x"));
    p.root = node_hash(p.leaf, p.path[0]);
  });
  list.refuse("node_as_leaf", "a node's hash is no leaf hash: the path would be too short", good,
              [](auto& p) {
                p.leaf = node_hash(p.path[0], p.leaf);
                p.path.erase(p.path.begin());
                p.index = 1;
              });
}

void add_consistency(List& list) {
  const Consistency good(3, 7);
  list.accept("three_to_seven", "an incomplete older tree: the path starts with a node that both share",
              good);
  list.accept("four_to_seven", "a complete older tree: its root is the first node and is not in the path",
              Consistency(4, 7));
  list.accept("equal", "equal sizes need equal roots and an empty path", Consistency(5, 5));
  list.accept("empty_to_seven", "the empty tree comes before every tree, by an empty path",
              Consistency(0, 7));
  list.accept("256_to_257", "one leaf more than a tile", Consistency(256, 257));
  list.refuse("path_empty", "a path between different sizes is not empty", good,
              [](auto& p) { p.path.clear(); });
  list.refuse("path_hash_changed", "each hash of the path counts", good,
              [](auto& p) { p.path[0].raw()[0] ^= 1; });
  list.refuse("path_hash_missing", "the path reaches the root", good, [](auto& p) { p.path.pop_back(); });
  list.refuse("path_hash_extra", "the path ends at the root", good,
              [](auto& p) { p.path.push_back(hash_of("x")); });
  list.refuse("older_root_in_path", "the root of a complete older tree is not in the path", Consistency(4, 7),
              [](auto& p) { p.path.insert(p.path.begin(), p.older_root); });
  list.refuse("older_root_other", "the path leads to the older root: history was changed", good,
              [](auto& p) { p.older_root = hash_of("other"); });
  list.refuse("newer_root_other", "the path leads to the newer root", good,
              [](auto& p) { p.newer_root = hash_of("other"); });
  list.refuse("equal_with_other_root", "equal sizes need equal roots: a split view", Consistency(5, 5),
              [](auto& p) { p.newer_root = hash_of("other"); });
  list.refuse("equal_with_path", "equal sizes need an empty path", Consistency(5, 5),
              [](auto& p) { p.path.push_back(p.newer_root); });
  list.refuse("empty_with_path", "from the empty tree the path is empty", Consistency(0, 7),
              [](auto& p) { p.path.push_back(p.newer_root); });
  list.refuse("smaller", "a log never shrinks", good, [](auto& p) {
    std::swap(p.older, p.newer);
    std::swap(p.older_root, p.newer_root);
  });
}

}  // namespace

std::vector<Vector> tree_vectors() {
  List list;
  add_inclusion(list);
  add_consistency(list);
  return list.vectors;
}

}  // namespace dokaz::vectors
