// SPDX-License-Identifier: GPL-3.0-or-later
// The RFC 6962 tree over Sigsum leaves: format.md section 9. Pure: hashes in, hashes out.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "proto/format/checkpoint.hpp"
#include "proto/format/statement.hpp"

namespace dokaz {

using Leaf = FixedBytes<struct LeafTag, 128>;  // C || S || K
using InclusionPath = std::vector<TreeHash>;   // from the leaf up
using ConsistencyPath = std::vector<TreeHash>;

Leaf leaf_of(const StatementHash& statement, const Signature& signature, const KeyHash& member);
TreeHash leaf_hash(const Leaf& leaf);
TreeHash node_hash(const TreeHash& left, const TreeHash& right);
TreeHash empty_root();

/// RFC 9162 section 2.1.3.2: bad_inclusion.
Status verify_inclusion(const TreeHash& leaf, std::uint64_t index, const InclusionPath& path,
                        const TreeHead& head);
/// RFC 9162 section 2.1.4.2: bad_consistency. Equal heads need an empty path; an older head of size 0 is
/// consistent with all, whatever its root says, by an empty path.
Status verify_consistency(const TreeHead& older, const TreeHead& newer, const ConsistencyPath& path);

/// The same for heads that come in either order: bad_consistency unless the older one is a part of the newer.
Status verify_one_history(const TreeHead& one, const TreeHead& other, const ConsistencyPath& path);

/// Reads the hash of a complete subtree: level 0 is leaves; it covers [index << level, (index + 1) << level).
using HashReader = std::function<Result<TreeHash>(unsigned level, std::uint64_t index)>;

/// Root and proofs of the first `size` leaves from stored subtree hashes, with O(log size) reads. The
/// reader's failures pass through; bad_inclusion unless index < size, bad_consistency unless older <= newer.
Result<TreeHash> root_of(std::uint64_t size, const HashReader& read);
Result<InclusionPath> prove_inclusion(std::uint64_t index, std::uint64_t size, const HashReader& read);
Result<ConsistencyPath> prove_consistency(std::uint64_t older, std::uint64_t newer, const HashReader& read);

/// A tree that grows by appending and keeps only its right edge: O(log n) memory.
class RightEdge {
 public:
  RightEdge() = default;
  /// Resumes at `size` from stored subtree hashes.
  static Result<RightEdge> resume(std::uint64_t size, const HashReader& read);

  std::uint64_t size() const { return size_; }
  TreeHash root() const;
  /// Reports each subtree that the append completes: (level, index, hash), level 0 first.
  void append(const TreeHash& leaf,
              const std::function<void(unsigned, std::uint64_t, const TreeHash&)>& completed);

 private:
  std::uint64_t size_ = 0;
  std::vector<std::optional<TreeHash>> edge_;  // by level: the complete left subtree, where there is one
};

}  // namespace dokaz
