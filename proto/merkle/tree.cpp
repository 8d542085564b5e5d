// SPDX-License-Identifier: GPL-3.0-or-later
// Hashes of leaves and nodes, and the two verifications: RFC 9162, step by step.
#include "proto/merkle/tree.hpp"

#include <bit>

namespace dokaz {
namespace {

constexpr Byte leaf_prefix[] = {0x00};
constexpr Byte node_prefix[] = {0x01};

bool lowest_bit(std::uint64_t number) { return (number & 1) != 0; }

}  // namespace

Leaf leaf_of(const StatementHash& statement, const Signature& signature, const KeyHash& member) {
  Leaf leaf;
  const Sha256 checksum = sha256(statement.view());  // C
  auto to = leaf.raw().begin();
  to = std::copy(checksum.raw().begin(), checksum.raw().end(), to);
  to = std::copy(signature.raw().begin(), signature.raw().end(), to);
  std::copy(member.raw().begin(), member.raw().end(), to);
  return leaf;
}

TreeHash leaf_hash(const Leaf& leaf) {
  return TreeHash(Sha256Stream().update(leaf_prefix).update(leaf.view()).finish().raw());
}

TreeHash node_hash(const TreeHash& left, const TreeHash& right) {
  return TreeHash(Sha256Stream().update(node_prefix).update(left.view()).update(right.view()).finish().raw());
}

TreeHash empty_root() { return TreeHash(sha256(ByteView()).raw()); }

Status verify_inclusion(const TreeHash& leaf, std::uint64_t index, const InclusionPath& path,
                        const TreeHead& head) {
  // 1. The index must be less than the size.
  if (index >= head.size) return fail(Errc::bad_inclusion, "index");
  // 2. fn is the node's place at its level, sn that of the last node.
  std::uint64_t fn = index, sn = head.size - 1;
  // 3.
  TreeHash r = leaf;
  // 4. For each p of the path:
  for (const TreeHash& p : path) {
    // a. The root has no sibling.
    if (sn == 0) return fail(Errc::bad_inclusion, "path too long");
    // b. p is on the left of an odd node and of the last one. Levels without a sibling are skipped.
    if (lowest_bit(fn) || fn == sn) {
      r = node_hash(p, r);
      while (!lowest_bit(fn) && fn != 0) fn >>= 1, sn >>= 1;
    } else {
      r = node_hash(r, p);
    }
    // c.
    fn >>= 1, sn >>= 1;
  }
  // 5. The walk must have ended at the root, and at that root.
  if (sn != 0) return fail(Errc::bad_inclusion, "path too short");
  if (r != head.root) return fail(Errc::bad_inclusion, "root");
  return {};
}

Status verify_consistency(const TreeHead& older, const TreeHead& newer, const ConsistencyPath& path) {
  // Left to the caller by RFC 9162: nothing comes before an empty tree; a tree is consistent with itself.
  if (older.size > newer.size) return fail(Errc::bad_consistency, "the newer head is smaller");
  if (older.size == 0 || older.size == newer.size) {
    if (!path.empty()) return fail(Errc::bad_consistency, "path too long");
    if (newer.size == 0 && newer.root != empty_root()) return fail(Errc::bad_consistency, "newer root");
    if (older.size != 0 && newer.root != older.root) return fail(Errc::bad_consistency, "newer root");
    return {};
  }
  // 1.
  if (path.empty()) return fail(Errc::bad_consistency, "path too short");
  // 2. The root of a complete older tree is itself the first node.
  const bool complete = std::has_single_bit(older.size);
  // 3.
  std::uint64_t fn = older.size - 1, sn = newer.size - 1;
  // 4. Up to the first node that older and newer tree share.
  while (lowest_bit(fn)) fn >>= 1, sn >>= 1;
  // 5.
  TreeHash fr = complete ? older.root : path.front();
  TreeHash sr = fr;
  // 6. For each further c of the path:
  for (std::size_t i = complete ? 0 : 1; i < path.size(); ++i) {
    const TreeHash& c = path[i];
    // a.
    if (sn == 0) return fail(Errc::bad_consistency, "path too long");
    // b. c is on the left: it is in both trees. Otherwise only in the newer one.
    if (lowest_bit(fn) || fn == sn) {
      fr = node_hash(c, fr);
      sr = node_hash(c, sr);
      while (!lowest_bit(fn) && fn != 0) fn >>= 1, sn >>= 1;
    } else {
      sr = node_hash(sr, c);
    }
    // c.
    fn >>= 1, sn >>= 1;
  }
  // 7.
  if (sn != 0) return fail(Errc::bad_consistency, "path too short");
  if (fr != older.root) return fail(Errc::bad_consistency, "older root");
  if (sr != newer.root) return fail(Errc::bad_consistency, "newer root");
  return {};
}

Status verify_one_history(const TreeHead& one, const TreeHead& other, const ConsistencyPath& path) {
  return one.size <= other.size ? verify_consistency(one, other, path) : verify_consistency(other, one, path);
}

}  // namespace dokaz
