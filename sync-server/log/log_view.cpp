// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/log/log_view.hpp"

namespace dokaz::server {

Result<InclusionPath> LogView::prove(std::uint64_t index, const Leaf& leaf, const TreeHead& in) const {
  if (in.size > head().size) return fail(Errc::bad_inclusion, "a head that the log has not reached");
  DOKAZ_LET(path, prove_inclusion(index, in.size, hashes_.reader()));
  if (!verify_inclusion(leaf_hash(leaf), index, path, in))
    return fail(Errc::damaged_store, "a proof does not hold");
  return path;
}

Result<ConsistencyPath> LogView::prove_between(std::uint64_t older, std::uint64_t newer) const {
  if (newer > head().size) return fail(Errc::bad_consistency, "a size that the log has not reached");
  return prove_consistency(older, newer, hashes_.reader());
}

Result<ConsistencyPath> LogView::prove_history(std::uint64_t one, std::uint64_t other) const {
  const auto [older, newer] = std::minmax(one, other);
  if (newer > head().size) return ConsistencyPath{};
  return prove_between(older, newer);
}

Status LogView::check(const TreeHead& of) const {
  if (of.size > head().size) return fail(Errc::bad_consistency, "a size that the log has not reached");
  DOKAZ_LET(root, root_of(of.size, hashes_.reader()));
  return root == of.root ? Status() : fail(Errc::bad_consistency, "another root");
}

}  // namespace dokaz::server
