// SPDX-License-Identifier: GPL-3.0-or-later
// The order of the check, and the answers that it gives.
#include "casework/verify/verify.hpp"

#include "casework/verify/checks.hpp"
#include "casework/verify/limits.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

class Check {
 public:
  Check(const Bag& files, const Trust& trust) : parts_(files), trust_(trust), root_(trust.root) {
    report_.root = hex(trust.root);
  }

  Report run() {
    if (auto outcome = steps(); !outcome) report_.failure = Report::Failure{outcome.error(), parts_.here()};
    return std::move(report_);
  }

 private:
  Status steps() {
    DOKAZ_TRY(check_manifests(parts_));
    DOKAZ_LET(authority, check_authority(parts_, root_, trust_.policy));
    DOKAZ_LET(exporting_member, check_exporter(parts_, authority));
    DOKAZ_LET(exporter, check_person(exporting_member.key, authority));
    DOKAZ_LET(enclosed, check_policy());

    DOKAZ_LET(chain, check_chain(parts_, authority.members, trust_.policy, enclosed));
    const Proven& item = chain.item;
    const Statement& statement = item.logged.statement.statement;
    report_.item = hex(statement.hash());
    DOKAZ_TRY(check_item_act(parts_, statement));
    DOKAZ_LET(bytes, check_item_files(parts_, statement));
    DOKAZ_LET(stored, check_receive(item, authority, enclosed));

    std::vector<const Proven*> proven;
    for (const Proven& one : chain.before) proven.push_back(&one);
    proven.push_back(&item);
    if (stored) proven.push_back(&*stored);
    DOKAZ_TRY(check_one_history(parts_, proven));
    DOKAZ_LET(signer, check_person(item.logged.statement.member, authority));
    DOKAZ_TRY(check_log_key());
    DOKAZ_LET(info, parts_.need(part::bag_info));
    DOKAZ_TRY(check_bag_info(info, statement.hash(), parts_.all()));
    if (const std::string unused = parts_.unused(); !unused.empty()) {
      parts_.at(unused);
      return fail(Errc::malformed, "a part that has no place in an exhibit");
    }

    report_.bytes = std::move(bytes);
    report_.signed_by = Report::SignedAnswer{signer, exporter, std::string(name_of(statement.fields().act)),
                                             authority.roster->number, hex(exporting_member.key.hash())};
    answer_log(item);
    answer_time(item, proven);
    answer_chain(item, stored, authority);
    return {};
  }

  /// The person behind a key that signed here; the key file that shows it to other tools must agree.
  Result<Report::Person> check_person(const PublicKey& key, const Authority& authority) {
    const Member* member = authority.members.find(key);
    DOKAZ_CHECK(member != nullptr);
    const std::uint32_t epoch = authority.members.epoch_of(key);
    DOKAZ_LET(file, parts_.need(part::member_key(member->pseudonym, epoch)));
    if (text_of(file) != key_file_text(key, member->pseudonym)) return Errc::bad_key;
    return Report::Person{member->pseudonym, std::string(name_of(member->role)), hex(key),
                          authority.admitted.contains(member->pseudonym)
                              ? "invitation signed by the case root"
                              : "roster " + std::to_string(authority.roster->number) + " signed by the case root",
                          epoch};
  }

  Status check_log_key() {
    DOKAZ_LET(file, parts_.need(part::log_key));
    if (text_of(file) != key_file_text(trust_.policy.log(), "log")) return Errc::bad_key;
    return {};
  }

  Result<Policy> check_policy() {
    DOKAZ_LET(bytes, parts_.need(part::policy));
    DOKAZ_LET(enclosed, Policy::parse(bytes));
    if (enclosed.log() != trust_.policy.log())
      return fail(Errc::policy_unmet, "the exhibit is about another log than the given policy");
    same_policy_ = bytes == trust_.policy.bytes();
    return enclosed;
  }

  Result<std::optional<Proven>> check_receive(const Proven& item, const Authority& authority,
                                              const Policy& enclosed) {
    if (parts_.find(part::receive) == nullptr) return std::optional<Proven>();
    DOKAZ_LET(proven, check_proven(parts_, std::string(part::receive), true, authority.members, trust_.policy, enclosed));
    DOKAZ_LET(disclosures, parts_.need(part::receive_disclosures));
    if (disclosures.size() > max_disclosure_size + 1) return fail(Errc::malformed, "one fact is expected");
    DOKAZ_LET(facts, read_facts(disclosures));
    if (facts.size() != 1) return fail(Errc::malformed, "one fact is expected");
    const StoredReceipt receipt{proven.logged.statement.statement, facts.front(), proven.receipt};
    parts_.at(part::receive);
    DOKAZ_TRY(check_stored(item.logged.statement.statement, receipt, authority.members, trust_.policy));
    if (proven.logged.index <= item.logged.index)
      return fail(Errc::broken_chain, "the log has the answer before the statement");
    DOKAZ_TRY(check_person(proven.logged.statement.member, authority));
    return std::optional<Proven>(std::move(proven));
  }

  void answer_log(const Proven& item) {
    const TrustedCheckpoint& checkpoint = item.logged.checkpoint;
    Report::LogAnswer answer{checkpoint.checkpoint.origin, item.logged.index, checkpoint.checkpoint.head.size, {},
                             same_policy_};
    for (const auto& witness : checkpoint.witnesses) answer.witnesses.push_back(witness.witness);
    if (answer.witnesses.empty())
      report_.limits.emplace_back(limit::one_log);
    report_.log = std::move(answer);
  }

  static std::vector<Report::Vouched> vouched(const TrustedCheckpoint& checkpoint) {
    std::vector<Report::Vouched> out;
    for (const auto& witness : checkpoint.witnesses) out.push_back({witness.witness, witness.unix_time});
    return out;
  }

  void answer_time(const Proven& item, const std::vector<const Proven*>& proven) {
    const StatementFields& fields = item.logged.statement.statement.fields();
    Report::TimeAnswer answer{format_time(fields.time), fields.seen.size, {}, vouched(item.logged.checkpoint)};
    for (const Proven* one : proven) {
      const TreeHead& head = one->logged.checkpoint.checkpoint.head;
      if (fields.seen.size != 0 && head == TreeHead{fields.seen.size, fields.seen.root} && answer.not_before.empty())
        answer.not_before = vouched(one->logged.checkpoint);
    }
    if (answer.not_after.empty())
      report_.limits.emplace_back(limit::claimed_time);
    else if (answer.not_before.empty())
      report_.limits.emplace_back(limit::no_earliest_time);
    report_.time = std::move(answer);
  }

  void answer_chain(const Proven& item, const std::optional<Proven>& stored, const Authority& authority) {
    const StatementFields& fields = item.logged.statement.statement.fields();
    Report::ChainAnswer answer{hex(fields.chain), fields.seq + 1, {}};
    if (stored) {
      answer.stored_by = authority.members.find(stored->logged.statement.member)->pseudonym;
    } else {
      report_.limits.emplace_back(limit::not_stored);
    }
    report_.chain = std::move(answer);
  }

  Parts parts_;
  const Trust& trust_;
  CaseRoot root_;
  Report report_;
  bool same_policy_ = true;
};

}  // namespace

Report verify_exhibit(const Bag& files, const Trust& trust) { return Check(files, trust).run(); }

Report verify_exhibit(const std::filesystem::path& folder, const Trust& trust) {
  std::string where;
  auto files = open_bag(folder, &where);
  if (files) return verify_exhibit(*files, trust);
  Report report;
  report.root = hex(trust.root);
  report.failure = Report::Failure{files.error(), where};
  return report;
}

}  // namespace dokaz
