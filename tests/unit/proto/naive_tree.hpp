// SPDX-License-Identifier: GPL-3.0-or-later
// RFC 6962 section 2.1 as its recursive definitions are written: what the real tree is compared with.
#pragma once

#include <map>

#include "proto/merkle/tree.hpp"

namespace dokaz::naive {

using Leaves = std::vector<TreeHash>;  // leaf hashes

inline std::size_t split(std::size_t n) {
  std::size_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

inline Leaves part(const Leaves& d, std::size_t begin, std::size_t end) {
  return {d.begin() + static_cast<std::ptrdiff_t>(begin), d.begin() + static_cast<std::ptrdiff_t>(end)};
}

inline TreeHash mth(const Leaves& d) {
  if (d.empty()) return TreeHash(sha256("").raw());
  if (d.size() == 1) return d[0];
  const auto k = split(d.size());
  Bytes node = {0x01};
  append(node, mth(part(d, 0, k)).view());
  append(node, mth(part(d, k, d.size())).view());
  return TreeHash(sha256(node).raw());
}

inline std::vector<TreeHash> path(std::size_t m, const Leaves& d) {
  if (d.size() == 1) return {};
  const auto k = split(d.size());
  auto out = m < k ? path(m, part(d, 0, k)) : path(m - k, part(d, k, d.size()));
  out.push_back(m < k ? mth(part(d, k, d.size())) : mth(part(d, 0, k)));
  return out;
}

inline std::vector<TreeHash> subproof(std::size_t m, const Leaves& d, bool whole) {
  if (m == d.size()) return whole ? Leaves{} : Leaves{mth(d)};
  const auto k = split(d.size());
  auto out = m <= k ? subproof(m, part(d, 0, k), whole) : subproof(m - k, part(d, k, d.size()), false);
  out.push_back(m <= k ? mth(part(d, k, d.size())) : mth(part(d, 0, k)));
  return out;
}

/// Distinct, made up leaf hashes.
inline Leaves leaves(std::size_t count) {
  Leaves out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(TreeHash(sha256("leaf " + std::to_string(i)).raw()));
  return out;
}

/// Complete subtree hashes, as a log stores them.
class Stored {
 public:
  void append(const TreeHash& leaf) {
    edge_.append(leaf, [&](unsigned level, std::uint64_t index, const TreeHash& hash) {
      hashes_[{level, index}] = hash;
    });
  }
  HashReader reader() const {
    return [this](unsigned level, std::uint64_t index) -> Result<TreeHash> {
      ++reads;
      const auto found = hashes_.find({level, index});
      if (found == hashes_.end()) return Errc::damaged_store;
      return found->second;
    };
  }
  const RightEdge& edge() const { return edge_; }
  mutable std::size_t reads = 0;

 private:
  RightEdge edge_;
  std::map<std::pair<unsigned, std::uint64_t>, TreeHash> hashes_;
};

}  // namespace dokaz::naive
