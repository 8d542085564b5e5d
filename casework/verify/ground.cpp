// SPDX-License-Identifier: GPL-3.0-or-later
// What all the rest of a bag is judged by: members, exporter, policy, and the checkpoints that it accepts.
#include "casework/verify/checks.hpp"
#include "casework/verify/limits.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr std::int64_t clock_slack = 24 * 60 * 60;

/// Against the given policy, in nothing else trusted.
Result<Policy> check_policy(Parts& parts, const Policy& given) {
  DOKAZ_LET(bytes, parts.need(part::policy));
  DOKAZ_LET(enclosed, Policy::parse(bytes));
  if (enclosed.log() != given.log())
    return fail(Errc::policy_unmet, "the exhibit is about another log than the given policy");
  return enclosed;
}

}  // namespace

Result<Report::Person> check_person(Parts& parts, const PublicKey& key, const Authority& authority) {
  const Member* member = authority.members.find(key);
  DOKAZ_CHECK(member != nullptr);
  const std::uint32_t epoch = authority.members.epoch_of(key);
  DOKAZ_LET(file, parts.need(part::member_key(member->pseudonym, epoch)));
  if (text_of(file) != key_file_text(key, member->pseudonym)) return Errc::bad_key;
  return Report::Person{member->pseudonym, std::string(name_of(member->role)), hex(key),
                        authority.admitted.contains(member->pseudonym)
                            ? "invitation signed by the case root"
                            : "roster " + std::to_string(authority.roster->number) + " signed by the case root",
                        epoch};
}

Result<Ground> check_ground(Parts& parts, const Trust& trust) {
  DOKAZ_LET(authority, check_authority(parts, CaseRoot(trust.root), trust.policy));
  DOKAZ_LET(member, check_exporter(parts, authority));
  DOKAZ_LET(exporter, check_person(parts, member.key, authority));
  DOKAZ_LET(enclosed, check_policy(parts, trust.policy));
  const bool same = enclosed.bytes() == trust.policy.bytes();
  DOKAZ_LET(log_file, parts.need(part::log_key));
  if (text_of(log_file) != key_file_text(trust.policy.log(), "log")) return Errc::bad_key;
  return Ground{std::move(authority), std::move(exporter), hex(member.key.hash()), std::move(enclosed), same};
}

Result<const Verified<TrustedCheckpoint>*> Checkpoints::check(const Note& note) {
  const Sha256 name = sha256(note.bytes());
  {
    const std::scoped_lock lock(guard_);
    if (const auto known = known_.find(name); known != known_.end()) {
      if (!known->second) return known->second.error();
      return &*known->second;
    }
  }
  auto checked = trust_.policy.check(note);
  if (checked && trust_.now) {
    for (const Cosignature& witness : (*checked)->witnesses)
      if (witness.unix_time > static_cast<std::uint64_t>(*trust_.now + clock_slack)) {
        checked = fail(Errc::bad_signature, "a witness's time is yet to come");
        break;
      }
  }
  const std::scoped_lock lock(guard_);
  const auto& kept = known_.emplace(name, std::move(checked)).first->second;
  if (!kept) return kept.error();
  return &*kept;
}

void note_ungiven(std::vector<std::string>& limits, const Trust& trust) {
  if (!trust.root_given) limits.emplace_back(limit::no_root);
  if (!trust.policy_given) limits.emplace_back(limit::no_policy);
}

Result<Fingerprint> claimed_root(const Bag& files) {
  Parts parts(files);
  DOKAZ_LET(bytes, parts.need(part::roster));
  DOKAZ_LET(note, Note::parse(bytes));
  DOKAZ_LET(roster, parse_roster(note));
  return fingerprint_of(roster.root);
}

Result<Policy> claimed_policy(const Bag& files) {
  Parts parts(files);
  DOKAZ_LET(bytes, parts.need(part::policy));
  return Policy::parse(bytes);
}

}  // namespace dokaz
