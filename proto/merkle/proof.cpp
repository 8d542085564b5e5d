// SPDX-License-Identifier: GPL-3.0-or-later
// Root and proofs from stored subtree hashes: RFC 6962 section 2.1, with O(log n) reads.
#include <algorithm>
#include <bit>

#include "proto/merkle/tree.hpp"

namespace dokaz {
namespace {

/// D[begin:end] of RFC 6962. `begin` is a multiple of the largest power of two up to the length.
struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t length() const { return end - begin; }
  /// begin + k, with k the largest power of two less than the length.
  std::uint64_t middle() const { return begin + std::bit_floor(length() - 1); }
};

/// MTH(D[begin:end]): the complete subtrees from the right, each one read.
Result<TreeHash> subtree_hash(Range range, const HashReader& read) {
  std::vector<TreeHash> complete;
  while (range.length() > 0) {
    const std::uint64_t width = std::bit_floor(range.length());
    const auto level = static_cast<unsigned>(std::countr_zero(width));
    DOKAZ_LET(hash, read(level, range.begin >> level));
    complete.push_back(hash);
    range.begin += width;
  }
  TreeHash hash = complete.back();
  for (auto left = complete.rbegin() + 1; left != complete.rend(); ++left) hash = node_hash(*left, hash);
  return hash;
}

}  // namespace

Result<TreeHash> root_of(std::uint64_t size, const HashReader& read) {
  if (size == 0) return empty_root();
  return subtree_hash({0, size}, read);
}

// PATH(m, D[n]), walked from the root down.
Result<InclusionPath> prove_inclusion(std::uint64_t index, std::uint64_t size, const HashReader& read) {
  if (index >= size) return fail(Errc::bad_inclusion, "index");
  InclusionPath path;
  Range range{0, size};
  while (range.length() > 1) {
    const std::uint64_t middle = range.middle();
    const bool on_the_left = index < middle;
    DOKAZ_LET(sibling,
              subtree_hash(on_the_left ? Range{middle, range.end} : Range{range.begin, middle}, read));
    path.push_back(sibling);
    (on_the_left ? range.end : range.begin) = middle;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

// SUBPROOF(m, D[n], true), walked from the root down; `whole` is its third argument.
Result<ConsistencyPath> prove_consistency(std::uint64_t older, std::uint64_t newer, const HashReader& read) {
  if (older > newer) return fail(Errc::bad_consistency, "the newer head is smaller");
  ConsistencyPath path;
  if (older == 0) return path;
  Range range{0, newer};
  bool whole = true;
  while (older != range.end) {
    const std::uint64_t middle = range.middle();
    const bool on_the_left = older <= middle;
    DOKAZ_LET(sibling,
              subtree_hash(on_the_left ? Range{middle, range.end} : Range{range.begin, middle}, read));
    path.push_back(sibling);
    (on_the_left ? range.end : range.begin) = middle;
    if (!on_the_left) whole = false;
  }
  if (!whole) {
    DOKAZ_LET(last, subtree_hash(range, read));
    path.push_back(last);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace dokaz
