// SPDX-License-Identifier: GPL-3.0-or-later
// Answers of the Sigsum v1 log interface: lines of "key=value", binary values in hexadecimal.
#pragma once

#include "proto/format/policy.hpp"
#include "proto/merkle/tree.hpp"

namespace dokaz::server {

/// get-tree-head. The cosignatures are those of the policy's witnesses that hold; damaged_store if the log's
/// signature does not.
Result<Bytes> sigsum_tree_head(const Checkpoint& checkpoint, const Policy& policy);
Bytes sigsum_inclusion_proof(std::uint64_t index, const InclusionPath& path);
Bytes sigsum_consistency_proof(const ConsistencyPath& path);
Bytes sigsum_leaves(const std::vector<Leaf>& leaves);

}  // namespace dokaz::server
