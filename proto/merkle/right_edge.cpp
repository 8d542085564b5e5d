// SPDX-License-Identifier: GPL-3.0-or-later
// The growing tree: the complete subtrees on its right edge are the ones of the size's binary digits.
#include "proto/merkle/tree.hpp"

namespace dokaz {

Result<RightEdge> RightEdge::resume(std::uint64_t size, const HashReader& read) {
  RightEdge edge;
  edge.size_ = size;
  for (unsigned level = 0; level < 64 && size >> level != 0; ++level) {
    edge.edge_.emplace_back();
    if ((size >> level & 1) == 0) continue;
    DOKAZ_LET(hash, read(level, (size >> level) - 1));
    edge.edge_.back() = hash;
  }
  return edge;
}

TreeHash RightEdge::root() const {
  std::optional<TreeHash> hash;
  for (const auto& left : edge_)
    if (left) hash = hash ? node_hash(*left, *hash) : *left;
  return hash.value_or(empty_root());
}

void RightEdge::append(const TreeHash& leaf,
                       const std::function<void(unsigned, std::uint64_t, const TreeHash&)>& completed) {
  DOKAZ_CHECK(size_ != UINT64_MAX);
  TreeHash hash = leaf;
  unsigned level = 0;
  completed(level, size_, hash);
  while (level < edge_.size() && edge_[level]) {
    hash = node_hash(*edge_[level], hash);
    edge_[level].reset();
    ++level;
    completed(level, size_ >> level, hash);
  }
  if (level == edge_.size()) edge_.emplace_back();
  edge_[level] = hash;
  ++size_;
}

}  // namespace dokaz
