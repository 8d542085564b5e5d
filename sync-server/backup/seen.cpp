// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/backup/seen.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sync-server/store/ledger.hpp"

namespace dokaz::server {
namespace {

constexpr std::size_t leaves_at_once = 4096;

Result<SeenHead> seen_in(const Path& file, const PublicKey& log) {
  DOKAZ_LET(bytes, read_file(file, max_note_size, Links::follow));
  DOKAZ_LET(note, Note::parse(bytes));
  DOKAZ_LET(checkpoint, parse_checkpoint(note));
  if (checkpoint.origin != log_origin(log)) return fail(Errc::usage, "--seen-checkpoint is of another log");
  DOKAZ_TRY(note.verify(checkpoint.origin, log));
  return SeenHead{checkpoint.head.size, checkpoint.head.root};
}

bool contradicts(const Result<SeenHead>& answer, std::uint64_t end) {
  return answer ? answer->size > end : answer.code() == Errc::bad_consistency;
}

/// What witnesses say is not signed. So one that has seen more, or something else, is asked again; two that stay with it
/// are believed, or the only one; one alone counts as silent. docs/decisions/2026-11-contradicting-witness.md.
Result<std::vector<SeenHead>> believable(const Comparison& with, Compared& out) {
  const std::uint64_t end = with.newest.head.size;
  auto answers = with.ask(with.policy, with.newest);
  const auto does = [end](const auto& answer) { return contradicts(answer, end); };
  if (std::ranges::any_of(answers, does)) {
    const auto again = with.ask(with.policy, with.newest);
    for (std::size_t i = 0; i < answers.size() && i < again.size(); ++i)
      if (does(answers[i])) answers[i] = again[i];
  }
  out.doubts = static_cast<std::uint64_t>(std::ranges::count_if(answers, does));
  const bool believed = out.doubts >= std::min<std::uint64_t>(2, answers.size());
  std::vector<SeenHead> told;
  for (const auto& answer : answers) {
    if (does(answer) && believed && !answer) return answer.error();
    if (answer && (believed || !does(answer))) told.push_back(*answer);
  }
  return told;
}

}  // namespace

Result<std::map<std::uint64_t, TreeHash>> roots_at(Database& database, std::vector<std::uint64_t> sizes) {
  std::ranges::sort(sizes);
  std::map<std::uint64_t, TreeHash> out;
  RightEdge edge;
  Ledger ledger(database);
  for (const std::uint64_t size : sizes) {
    while (edge.size() < size) {
      DOKAZ_LET(leaves, ledger.leaves(edge.size(), std::min<std::uint64_t>(leaves_at_once, size - edge.size())));
      if (leaves.empty()) return fail(Errc::damaged_store, "a statement is missing");
      for (const Leaf& leaf : leaves) edge.append(leaf_hash(leaf), [](unsigned, std::uint64_t, const TreeHash&) {});
    }
    out[size] = size == 0 ? empty_root() : edge.root();
  }
  return out;
}

Result<Compared> compare_with_seen(Database& database, const Comparison& with) {
  Compared out;
  std::vector<SeenHead> seen{{with.published.head.size, with.published.head.root}};
  for (const Path& file : with.options.seen_checkpoints) {
    DOKAZ_LET(head, seen_in(file, with.policy.policy.log()));
    seen.push_back(head);
  }
  const std::uint64_t end = with.newest.head.size;
  std::uint64_t told = 0;
  const std::size_t witnesses = with.policy.policy.witnesses().size();
  if (witnesses > 0) {
    DOKAZ_LET(answers, believable(with, out));
    told = answers.size();
    seen.insert(seen.end(), answers.begin(), answers.end());
  }
  out.silent = witnesses - std::min<std::uint64_t>(told, witnesses);
  out.compared = seen.size() - 1;

  std::vector<std::uint64_t> sizes;
  for (const SeenHead& head : seen) {
    if (head.size > end)
      return fail(Errc::server_rolled_back, fmt::format("the backup ends at {}, and {} was seen", end, head.size));
    sizes.push_back(head.size);
  }
  DOKAZ_LET(roots, roots_at(database, sizes));
  for (const SeenHead& head : seen)
    if (head.root && *head.root != roots.at(head.size))
      return fail(Errc::bad_consistency, "what was seen is another history than the backup's");
  if (with.options.unchecked || (out.compared > 0 && out.silent == 0)) return out;
  if (out.silent > 0) return fail(Errc::unreachable, "a witness did not say what it has seen");
  return fail(Errc::policy_unmet, "nobody was asked or named who says how far the log had come");
}

}  // namespace dokaz::server
