// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/check.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "casework/casefile/acts.hpp"
#include "casework/casefile/chain_check.hpp"
#include "casework/casefile/opened_acts.hpp"
#include "casework/casefile/people.hpp"
#include "casework/export/anchors.hpp"
#include "casework/verify/checks.hpp"
#include "casework/verify/limits.hpp"
#include "casework/verify/parallel.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

/// Who may sign here, as dokaz-verify has it of a bag.
Result<Authority> authority_of(CaseFile& file) {
  DOKAZ_LET(members, file.membership());
  Authority authority{file.roster(), std::move(members), {}, {}};
  for (const Member& listed : file.roster()->members) authority.keys.emplace(listed.pseudonym, listed.key);
  DOKAZ_LET(admitted, file.admitted());
  for (const Admitted& one : admitted)
    if (!authority.keys.contains(one.pseudonym)) authority.admitted.insert(one.pseudonym);
  return authority;
}

class CaseCheck {
 public:
  CaseCheck(CaseFile& file, const std::vector<CaseEntry>& entries, Authority authority, Trust trust,
            const CheckOptions& options, const CheckProgress& progress)
      : file_(file), entries_(entries), authority_(std::move(authority)), members_(authority_.members), trust_(std::move(trust)),
        checkpoints_(trust_), options_(options), progress_(progress), stored_(entries) {
    report_.root = hex(trust_.root);
    report_.root_given = trust_.root_given;
    report_.policy_given = trust_.policy_given;
  }

  Result<CaseReport> run() {
    DOKAZ_TRY(prove_entries());
    note_epochs();
    DOKAZ_TRY(read_objects());
    DOKAZ_LET(aside, file_.set_aside());
    for (const SetAside& one : aside)
      report_.findings.push_back({ChainFinding::Kind::wrong_epoch, one.chain, one.seq, pseudonym_of(members_.find(one.member))});
    DOKAZ_TRY(note_revoked());
    // Nothing checked is not everything verified.
    if (items_.empty() && report_.findings.empty()) return fail(Errc::not_found, "no item was pulled yet");
    check_chains(aside);
    check_history();
    DOKAZ_TRY(answer());
    DOKAZ_LET(forks, forks_of(file_, entries_, members_));
    report_.forks = std::move(forks);
    return std::move(report_);
  }

 private:
  /// What reading an entry's objects gave.
  struct Read {
    std::optional<Error> failure;
    std::string where = {};
    Report::BytesAnswer bytes = {};
    bool legal_is_sealed = false;
    std::optional<Proven> stored = {};
  };

  static std::string pseudonym_of(const Member* member) { return member == nullptr ? "?" : member->pseudonym; }

  void find_wrong_epoch(const CaseEntry& entry) {
    const StatementFields& fields = entry.statement.fields();
    report_.findings.push_back({ChainFinding::Kind::wrong_epoch, fields.chain, fields.seq, pseudonym_of(members_.find(entry.receipt.member))});
  }

  /// Signature, right and place in the log of each; which failure is named does not depend on the threads.
  Status prove_entries() {
    std::vector<std::optional<Result<Proven>>> proven(entries_.size());
    in_parallel(entries_.size(), [&](std::size_t i) {
      proven[i] = prove(entries_[i].statement, entries_[i].receipt, authority_, checkpoints_);
    });
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (!*proven[i] && (proven[i]->code() == Errc::wrong_epoch || proven[i]->code() == Errc::key_revoked)) {
        find_wrong_epoch(entries_[i]);
        continue;
      }
      DOKAZ_LET(one, std::move(*proven[i]));
      if (!check_seen(one)) {
        const StatementFields& fields = one.fields();
        report_.findings.push_back({ChainFinding::Kind::broken, fields.chain, fields.seq, pseudonym_of(members_.find(one.statement.member))});
      }
      proven_.emplace(i, std::move(one));
    }
    report_.statements = proven_.size();
    return {};
  }

  /// A key that another one followed, in whatever chain, begins no chain and names no further key.
  void note_epochs() {
    std::set<PublicKey> over;
    for (const auto& [place, one] : proven_) {
      const CaseEntry& entry = entries_[place];
      const bool is_over = over.contains(one.statement.member);
      if (is_over) find_wrong_epoch(entry);
      const StatementFields& fields = one.fields();
      if (!fields.next_key || is_over) continue;
      over.insert(one.statement.member);
      const Member* next = members_.find(fields.next_key->key);
      if (next == nullptr) find_wrong_epoch(entry);
      else
        report_.key_changes.push_back({fields.chain, fields.seq, entry.index, members_.epoch_of(next->key), next->pseudonym,
                                       format_time(fields.time), hex(next->key.hash())});
    }
  }

  /// Items down to the original, and what acts say.
  Status read_objects() {
    std::vector<std::size_t> places;
    for (const auto& [place, one] : proven_)
      if (is_item(entries_[place].statement) || (is_shown_act(entries_[place].statement) && !one.fields().objects.empty()))
        places.push_back(place);
    std::vector<Read> read(places.size());
    std::mutex guard;
    std::size_t done = 0;
    in_parallel(places.size(), [&](std::size_t i) {
      const Statement& statement = entries_[places[i]].statement;
      if (is_item(statement)) read[i] = read_item(statement, proven_.at(places[i]));
      else if (const auto opened = open_act(file_, statement); !opened) read[i].failure = opened.error();
      const std::scoped_lock lock(guard);
      if (progress_) progress_(++done, places.size());
    });
    for (std::size_t i = 0; i < places.size(); ++i) {
      const Proven& one = proven_.at(places[i]);
      if (!is_item(entries_[places[i]].statement)) {
        DOKAZ_TRY(judge_act(one, read[i].failure));
        continue;
      }
      items_.push_back(places[i]);
      read_.push_back(std::move(read[i]));
    }
    return {};
  }

  /// What was not pulled yet is no finding: the server may not have it yet. It is counted, for it may be withheld.
  Status judge_act(const Proven& act, const std::optional<Error>& failure) {
    if (!failure) return {};
    if (failure->code == Errc::missing_part) {
      ++report_.acts_missing;
      return {};
    }
    const StatementFields& fields = act.fields();
    if (!is_for_legal_alone(file_, fields.act, *failure)) {
      report_.findings.push_back({ChainFinding::Kind::act_unread, fields.chain, fields.seq, pseudonym_of(members_.find(act.statement.member))});
      return {};
    }
    // What this folder itself stated, it knows.
    DOKAZ_LET(own, opened_before(file_, act.statement.statement.hash()));
    if (!own) ++report_.for_legal_alone;
    return {};
  }

  Read read_item(const Statement& statement, const Proven& item) {
    Read out;
    const auto failed = [&](const Error& error, std::string where) {
      out.failure = error;
      out.where = std::move(where);
      return std::move(out);
    };
    if (const auto answer = stored_.of(statement)) {
      auto stored = check_answer(*answer, item);
      if (!stored) return failed(stored.error(), "the server's answer");
      out.stored = std::move(*stored);
    }
    auto opened = open_item(file_, statement);
    if (!opened) return failed(opened.error(), "its objects");
    Report::BytesAnswer& bytes = out.bytes;
    bytes.objects = statement.fields().objects.size();
    for (const ObjectRef& object : statement.fields().objects) bytes.size += object.size;
    bytes.clean_copy = opened->clean.has_value();
    bytes.original = !opened->legal_is_sealed;
    bytes.not_cleaned = opened->not_cleaned();
    bytes.committed = statement.fields().facts.size();
    out.legal_is_sealed = opened->legal_is_sealed;
    return out;
  }

  Result<Proven> check_answer(const StoredReceipt& answer, const Proven& item) {
    DOKAZ_LET(proven, prove(answer.receive, answer.receipt, authority_, checkpoints_));
    DOKAZ_LET(checkpoint, checkpoints_.check(answer.receipt.checkpoint));
    DOKAZ_TRY(check_stored(item.statement.statement, answer, members_, *checkpoint));
    if (proven.index <= item.index) return fail(Errc::broken_chain, "the log has the answer before the statement");
    return proven;
  }

  /// Each is in the log all the same, and signed by who it says.
  Status note_revoked() {
    DOKAZ_LET(revoked, file_.revoked_entries());
    if (revoked.empty()) return {};
    DOKAZ_LET(people, people_of(file_));
    const auto since_of = [&people](const std::string& pseudonym) {
      const auto who = std::ranges::find_if(people, [&](const Person& one) { return one.pseudonym == pseudonym; });
      return who == people.end() ? std::uint64_t{0} : who->revoked_since().value_or(0);
    };
    for (const CaseEntry& entry : revoked) {
      const StatementFields& fields = entry.statement.fields();
      const std::string signer = pseudonym_of(members_.find(entry.receipt.member));
      report_.revoked.push_back({entry.index, fields.seq, signer, std::string(name_of(fields.act)), format_time(fields.time), since_of(signer)});
    }
    return {};
  }

  void check_chains(const std::vector<SetAside>& aside) {
    std::map<ChainId, std::set<std::uint64_t>> set_aside;
    for (const SetAside& one : aside) set_aside[one.chain].insert(one.seq);
    std::map<ChainId, std::vector<const Proven*>> chains;
    std::vector<ChainId> order;
    for (const auto& [place, one] : proven_) {
      auto& chain = chains[one.fields().chain];
      if (chain.empty()) order.push_back(one.fields().chain);
      chain.push_back(&one);
    }
    for (const ChainId& id : order) {
      CheckedChain checked = check_chain(std::move(chains[id]), set_aside[id], members_, report_.findings);
      report_.chains.push_back(std::move(checked));
    }
  }

  /// Checkpoints of one size have one root, also those that statements name.
  void check_history() {
    for (const auto& [place, one] : proven_) {
      const Seen& seen = one.fields().seen;
      const bool holds = add_head(heads_, one.head()).has_value() &&
                         (seen.size == 0 || add_head(heads_, {seen.size, seen.root}).has_value());
      if (!holds)
        report_.findings.push_back({ChainFinding::Kind::other_history, one.fields().chain, one.fields().seq,
                                    pseudonym_of(members_.find(one.statement.member))});
    }
  }

  /// The answers of dokaz-verify about each item, and about the whole.
  Status answer() {
    Witnessed witnessed;
    std::set<std::string> witnesses;
    for (const auto& [place, one] : proven_) {
      note_witnessed(witnessed, one);
      for (const Cosignature& witness : one.checkpoint->witnesses) witnesses.insert(witness.witness);
    }
    DOKAZ_LET(anchors, read_anchors());
    for (const Anchored& anchor : anchors)
      report_.stamps.insert(report_.stamps.end(), anchor.stamps.begin(), anchor.stamps.end());
    for (std::size_t i = 0; i < items_.size(); ++i)
      report_.items.push_back(answer_item(proven_.at(items_[i]), read_[i], witnessed, anchors));
    if (!proven_.empty()) report_.log.origin = proven_.begin()->second.checkpoint->checkpoint.origin;
    if (!heads_.empty()) report_.log.size = heads_.rbegin()->first;
    report_.log.checkpoints = heads_.size();
    report_.log.same_policy = trust_.policy.bytes() == file_.policy().bytes();
    report_.log.witnesses.assign(witnesses.begin(), witnesses.end());
    return {};
  }

  Result<std::vector<Anchored>> read_anchors() {
    if (options_.stamps.log.empty()) return std::vector<Anchored>();
    std::set<std::pair<std::uint64_t, TreeHash>> names;
    std::vector<TreeHead> heads;
    for (const std::size_t place : items_) {
      const TreeHead& head = proven_.at(place).head();
      if (names.emplace(head.size, head.root).second) heads.push_back(head);
    }
    DOKAZ_LET(found, anchors_for(options_.stamps.log, trust_.policy, heads, options_.stamps.authorities));
    report_.broken_anchors = found.broken;
    Parts parts(found.files);
    return check_anchors(parts, trust_, names);
  }

  Report answer_item(const Proven& item, Read& read, const Witnessed& witnessed, const std::vector<Anchored>& anchors) const {
    const Member* member = members_.find(item.statement.member);
    Report one;
    one.root = report_.root;
    one.root_given = trust_.root_given;
    one.policy_given = trust_.policy_given;
    one.item = hex(item.statement.statement.hash());
    one.signed_by = Report::SignedAnswer{
        {member->pseudonym, std::string(name_of(member->role)), hex(item.statement.member),
         authority_.admitted.contains(member->pseudonym) ? "invitation signed by the case root"
                                                         : "roster " + std::to_string(authority_.roster->number) + " signed by the case root",
         members_.epoch_of(item.statement.member)},
        {}, std::string(name_of(item.fields().act)), authority_.roster->number, {}};
    note_ungiven(one.limits, trust_);
    answer_log(one, item, true);
    answer_time(one, item, witnessed, anchors);
    if (read.failure) {
      one.failure = Report::Failure{*read.failure, read.where};
      one.chain = Report::ChainAnswer{hex(item.fields().chain), item.fields().seq + 1,
                                      read.stored ? members_.find(read.stored->statement.member)->pseudonym : std::string()};
      return one;
    }
    answer_stored(one, item, read.stored, authority_);
    if (read.legal_is_sealed) one.limits.emplace_back(read.bytes.clean_copy ? limit::original_sealed : limit::item_sealed);
    one.bytes = std::move(read.bytes);
    return one;
  }

  CaseFile& file_;
  const std::vector<CaseEntry>& entries_;
  Authority authority_;
  const Membership& members_;
  Trust trust_;
  Checkpoints checkpoints_;
  const CheckOptions& options_;
  const CheckProgress& progress_;
  const StoredAnswers stored_;
  std::map<std::size_t, Proven> proven_;  // by their places among the entries
  std::vector<std::size_t> items_;        // which of them are items
  std::vector<Read> read_;                // of these
  Heads heads_;
  CaseReport report_;
};

}  // namespace

Result<CaseReport> check_case(CaseFile& file, const CheckOptions& options, const CheckProgress& progress) {
  if (options.root && *options.root != file.fingerprint())
    return fail(Errc::wrong_root, "this folder is of the case " + hex(file.fingerprint()));
  // Who was invited has fingerprint and policy from an invitation, which somebody else may have made.
  const bool was_invited = file.own_admission().has_value();
  Trust trust{file.fingerprint(), options.policy ? *options.policy : file.policy(), !was_invited || options.root.has_value(),
              !was_invited || options.policy.has_value(), options.stamps.authorities, options.now};
  DOKAZ_LET(authority, authority_of(file));
  DOKAZ_LET(entries, file.entries());
  return CaseCheck(file, entries, std::move(authority), std::move(trust), options, progress).run();
}

}  // namespace dokaz
