// SPDX-License-Identifier: GPL-3.0-or-later
// What the proofs say of one item, and what they do not.
#include <algorithm>

#include "casework/verify/checks.hpp"
#include "casework/verify/limits.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/time.hpp"

namespace dokaz {
namespace {

std::vector<Report::Vouched> vouched(const TrustedCheckpoint& checkpoint) {
  std::vector<Report::Vouched> out;
  for (const Cosignature& witness : checkpoint.witnesses) out.push_back({witness.witness, witness.unix_time});
  return out;
}

std::pair<std::uint64_t, TreeHash> name_of_head(const TreeHead& head) { return {head.size, head.root}; }

bool by_time(const Report::Vouched& a, const Report::Vouched& b) { return a.unix_time < b.unix_time; }

}  // namespace

std::optional<std::int64_t> Report::TimeAnswer::proved_not_before() const {
  if (not_before.empty()) return std::nullopt;
  return static_cast<std::int64_t>(std::min_element(not_before.begin(), not_before.end(), by_time)->unix_time);
}

const Report::Stamp* Report::TimeAnswer::best_stamp() const {
  const Stamp* best = nullptr;
  for (const Stamp& stamp : stamps)
    if (stamp.confirmed && (best == nullptr || stamp.not_after < best->not_after)) best = &stamp;
  if (best == nullptr || not_after.empty()) return best;
  const auto witnesses = std::max_element(not_after.begin(), not_after.end(), by_time)->unix_time;
  return best->not_after < static_cast<std::int64_t>(witnesses) ? best : nullptr;
}

std::optional<std::int64_t> Report::TimeAnswer::proved_not_after() const {
  if (const Stamp* best = best_stamp()) return best->not_after;
  if (not_after.empty()) return std::nullopt;
  return static_cast<std::int64_t>(std::max_element(not_after.begin(), not_after.end(), by_time)->unix_time);
}

void answer_log(Report& report, const Proven& item, bool same_policy) {
  const Checkpoint& checkpoint = item.checkpoint->checkpoint;
  Report::LogAnswer answer{checkpoint.origin, item.index, checkpoint.head.size, {}, same_policy};
  for (const Cosignature& witness : item.checkpoint->witnesses) answer.witnesses.push_back(witness.witness);
  if (answer.witnesses.empty()) report.limits.emplace_back(limit::one_log);
  report.log = std::move(answer);
}

void note_witnessed(Witnessed& witnessed, const Proven& proven) {
  if (!proven.checkpoint->witnesses.empty()) witnessed.emplace(name_of_head(proven.head()), proven.checkpoint);
}

void answer_time(Report& report, const Proven& item, const Witnessed& witnessed,
                 const std::vector<Anchored>& anchors) {
  const StatementFields& fields = item.fields();
  Report::TimeAnswer answer{format_time(fields.time), fields.seen.size, {}, vouched(*item.checkpoint)};
  const auto seen = witnessed.find({fields.seen.size, fields.seen.root});
  if (fields.seen.size != 0 && seen != witnessed.end()) answer.not_before = vouched(*seen->second);
  for (const Anchored& anchor : anchors)
    if (anchor.covers.contains(name_of_head(item.head())))
      answer.stamps.insert(answer.stamps.end(), anchor.stamps.begin(), anchor.stamps.end());

  const auto earliest = answer.proved_not_before(), latest = answer.proved_not_after();
  if (!latest) report.limits.emplace_back(limit::claimed_time);
  else if (!earliest) report.limits.emplace_back(limit::no_earliest_time);
  if (earliest && latest && *earliest > *latest) report.limits.emplace_back(limit::clocks);
  const Report::Stamp* best = answer.best_stamp();
  if (best != nullptr && !best->not_revoked) report.limits.emplace_back(limit::revocation);
  const bool all_confirmed =
      std::all_of(answer.stamps.begin(), answer.stamps.end(), [](const Report::Stamp& one) { return one.confirmed; });
  if (!all_confirmed) report.limits.emplace_back(limit::unconfirmed_stamps);
  report.time = std::move(answer);
}

void answer_stored(Report& report, const Proven& item, const std::optional<Proven>& stored,
                   const Authority& authority) {
  Report::ChainAnswer answer{hex(item.fields().chain), item.fields().seq + 1, {}};
  if (stored) answer.stored_by = authority.members.find(stored->statement.member)->pseudonym;
  else report.limits.emplace_back(limit::not_stored);
  report.chain = std::move(answer);
}

}  // namespace dokaz
