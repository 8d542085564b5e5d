// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/check.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "casework/casefile/acts.hpp"
#include "casework/casefile/opened_acts.hpp"
#include "casework/casefile/people.hpp"
#include "casework/verify/limits.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

/// In the folder of somebody without the legal group's key.
constexpr std::string_view original_sealed =
    "the original and the sealed facts were not opened: they are for the legal recipients alone";
constexpr std::string_view item_sealed = "it was not cleaned, and nothing of it opens here: it is for the legal recipients alone";

struct Checked {
  const CaseEntry* entry = nullptr;
  std::string signer;
  bool witnessed = false;
  bool seen_witnessed = false;  // the checkpoint that it names as seen
  std::optional<PublicKey> next = {};  // who signs behind it
};

Errc code_of(ChainFinding::Kind kind) {
  switch (kind) {
    case ChainFinding::Kind::fork: return Errc::forked_chain;
    case ChainFinding::Kind::gap: return Errc::missing_part;
    case ChainFinding::Kind::after_close: return Errc::chain_closed;
    case ChainFinding::Kind::act_unread: return Errc::bad_disclosure;
    case ChainFinding::Kind::wrong_epoch: return Errc::wrong_epoch;
    case ChainFinding::Kind::broken: break;
  }
  return Errc::broken_chain;
}

/// One chain's statements in order of seq, as the log has them.
void check_chain(std::vector<Checked> chain, std::vector<ChainFinding>& findings) {
  std::stable_sort(chain.begin(), chain.end(), [](const Checked& a, const Checked& b) {
    return a.entry->statement.fields().seq < b.entry->statement.fields().seq;
  });
  std::uint64_t expected = 0;
  const Checked* previous = nullptr;
  for (const Checked& now : chain) {
    const StatementFields& fields = now.entry->statement.fields();
    const auto find = [&](ChainFinding::Kind kind, std::uint64_t seq) {
      findings.push_back({kind, fields.chain, seq, now.signer});
    };
    if (previous != nullptr && fields.seq == previous->entry->statement.fields().seq) {
      find(ChainFinding::Kind::fork, fields.seq);
      continue;
    }
    if (fields.seq != expected) {
      find(ChainFinding::Kind::gap, expected);
    } else if (previous != nullptr &&
               (fields.previous != previous->entry->statement.hash() || now.entry->index <= previous->entry->index ||
                now.signer != previous->signer)) {
      find(ChainFinding::Kind::broken, fields.seq);
    } else if (previous != nullptr && previous->entry->statement.fields().act == Act::close) {
      find(ChainFinding::Kind::after_close, fields.seq);
    } else if (previous != nullptr && now.entry->receipt.member != previous->next->hash()) {
      find(ChainFinding::Kind::wrong_epoch, fields.seq);
    }
    expected = fields.seq + 1;
    previous = &now;
  }
}

class CaseCheck {
 public:
  CaseCheck(CaseFile& file, const Membership& members, const std::vector<CaseEntry>& entries)
      : file_(file), members_(members), entries_(entries), stored_(entries) {}

  Result<CaseReport> run(const CheckProgress& progress) {
    std::map<ChainId, std::vector<Checked>> chains;
    std::set<std::pair<std::uint64_t, TreeHash>> witnessed;
    std::vector<Checked> all;
    for (const CaseEntry& entry : entries_) {
      const auto checked = check_receipt(entry.statement, entry.receipt, members_, file_.policy());
      if (!checked && (checked.code() == Errc::wrong_epoch || checked.code() == Errc::key_revoked)) {
        find_wrong_epoch(entry);
        continue;
      }
      DOKAZ_LET(logged, checked);
      note_epochs(entry, logged.statement);
      const TreeHead& head = logged.checkpoint.checkpoint.head;
      const bool has_witness = !logged.checkpoint.witnesses.empty();
      if (has_witness) witnessed.emplace(head.size, head.root);
      all.push_back({&entry, members_.find(logged.statement.member)->pseudonym, has_witness, false,
                     next_signer(logged.statement)});
    }
    std::size_t done = 0;
    for (Checked& checked : all) {
      const StatementFields& fields = checked.entry->statement.fields();
      checked.seen_witnessed = fields.seen.size != 0 && witnessed.contains({fields.seen.size, fields.seen.root});
      chains[fields.chain].push_back(checked);
      if (is_item(checked.entry->statement)) report_.items.push_back(check_item(checked));
      else check_act(checked);
      if (progress) progress(++done, all.size());
    }
    DOKAZ_LET(aside, file_.set_aside());
    for (const SetAside& one : aside) {
      const Member* signer = members_.find(one.member);
      report_.findings.push_back({ChainFinding::Kind::wrong_epoch, one.chain, one.seq, signer == nullptr ? "?" : signer->pseudonym});
    }
    DOKAZ_TRY(note_revoked());
    // Nothing checked is not everything verified.
    if (report_.items.empty() && report_.findings.empty()) return fail(Errc::not_found, "no item was pulled yet");
    for (const auto& [id, chain] : chains) check_chain(chain, report_.findings);
    DOKAZ_LET(forks, forks_of(file_, entries_, members_));
    report_.forks = std::move(forks);
    return std::move(report_);
  }

 private:
  void find_wrong_epoch(const CaseEntry& entry) {
    const StatementFields& fields = entry.statement.fields();
    const Member* signer = members_.find(entry.receipt.member);
    report_.findings.push_back(
        {ChainFinding::Kind::wrong_epoch, fields.chain, fields.seq, signer == nullptr ? "?" : signer->pseudonym});
  }

  /// A key that another one followed, in whatever chain, begins no chain and names no further key.
  void note_epochs(const CaseEntry& entry, const SignedStatement& statement) {
    const StatementFields& fields = entry.statement.fields();
    const bool is_over = over_.contains(statement.member);
    if (is_over) find_wrong_epoch(entry);
    if (!fields.next_key || is_over) return;
    over_.insert(statement.member);
    const Member* next = members_.find(fields.next_key->key);
    if (next == nullptr) return find_wrong_epoch(entry);
    report_.key_changes.push_back({fields.chain, fields.seq, entry.index, members_.epoch_of(next->key), next->pseudonym,
                                   format_time(fields.time), hex(next->key.hash())});
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
      const Member* signer = members_.find(entry.receipt.member);
      report_.revoked.push_back({entry.index, fields.seq, signer->pseudonym, std::string(name_of(fields.act)),
                                 format_time(fields.time), since_of(signer->pseudonym)});
    }
    return {};
  }

  /// What was not pulled yet is no finding: the server may not have it yet.
  void check_act(const Checked& checked) {
    const StatementFields& fields = checked.entry->statement.fields();
    if (!is_shown_act(checked.entry->statement) || fields.objects.empty()) return;
    const auto opened = open_act(file_, checked.entry->statement);
    if (opened || opened.code() == Errc::missing_part) return;
    if (is_for_legal_alone(file_, fields.act, opened.error())) {
      // What this folder itself stated, it knows.
      const auto own = opened_before(file_, checked.entry->statement.hash());
      if (!own || !*own) ++report_.for_legal_alone;
    } else
      report_.findings.push_back({ChainFinding::Kind::act_unread, fields.chain, fields.seq, checked.signer});
  }

  CheckedItem check_item(const Checked& checked) {
    const CaseEntry& entry = *checked.entry;
    CheckedItem item{entry.statement.hash(), entry.index, checked.signer,
                     format_time(entry.statement.fields().time), false, {}, {}};
    if (const auto stored = stored_.of(entry.statement)) {
      if (auto held = check_stored(entry.statement, *stored, members_, file_.policy()); !held)
        item.failure = held.error();
      else
        item.stored = true;
    } else {
      item.limits.emplace_back(limit::not_stored);
    }
    if (!checked.witnessed) {
      item.limits.emplace_back(limit::one_log);
      item.limits.emplace_back(limit::claimed_time);
    } else if (!checked.seen_witnessed) {
      item.limits.emplace_back(limit::no_earliest_time);
    }
    if (!item.failure) {
      if (auto opened = open_item(file_, entry.statement)) {
        item.not_cleaned = opened->not_cleaned();
        if (opened->legal_is_sealed) item.limits.emplace_back(opened->clean ? original_sealed : item_sealed);
      } else
        item.failure = opened.error();
    }
    return item;
  }

  CaseFile& file_;
  const Membership& members_;
  const std::vector<CaseEntry>& entries_;
  const StoredAnswers stored_;
  std::set<PublicKey> over_;  // keys that another one followed, as far as the log was read
  CaseReport report_;
};

nlohmann::ordered_json json_of(const ForkedStatement& one) {
  return {{"statement", hex(one.hash)}, {"seq", one.seq}, {"signer", one.signer}, {"act", one.act}, {"claimed_time", one.claimed}};
}

nlohmann::ordered_json json_of(const Fork& fork) {
  nlohmann::ordered_json out = {{"chain", hex(fork.place.chain)}, {"seq", fork.place.seq}, {"logged", nullptr},
                                {"others", nlohmann::ordered_json::array()}};
  if (fork.logged) out["logged"] = json_of(*fork.logged);
  for (const ForkedStatement& each : fork.others) out["others"].push_back(json_of(each));
  return out;
}

}  // namespace

Outcome CheckedItem::outcome() const {
  if (failure) return Outcome::failed;
  return limits.empty() ? Outcome::verified : Outcome::verified_with_limits;
}

Outcome CaseReport::outcome() const {
  if (!findings.empty()) return Outcome::failed;
  Outcome worst = forks.empty() && revoked.empty() ? Outcome::verified : Outcome::verified_with_limits;
  for (const CheckedItem& item : items) worst = std::max(worst, item.outcome());
  return worst;
}

int CaseReport::exit_code() const {
  for (const CheckedItem& item : items)
    if (item.failure) return dokaz::exit_code(item.failure->code);
  if (!findings.empty()) return dokaz::exit_code(code_of(findings.front().kind));
  return outcome() == Outcome::verified ? exit_ok : exit_verified_with_limits;
}

Result<CaseReport> check_case(CaseFile& file, const CheckProgress& progress) {
  DOKAZ_LET(members, file.membership());
  DOKAZ_LET(entries, file.entries());
  return CaseCheck(file, members, entries).run(progress);
}

std::string words_of(const ChainFinding& finding) {
  const std::string place = "chain " + hex(finding.chain).substr(0, 8) + " of " + finding.signer + ", statement " +
                            std::to_string(finding.seq);
  switch (finding.kind) {
    case ChainFinding::Kind::gap: return place + ": missing, though a later one was pulled";
    case ChainFinding::Kind::fork: return place + ": two different statements claim this place";
    case ChainFinding::Kind::after_close: return place + ": the chain was closed before it";
    case ChainFinding::Kind::act_unread: return place + ": what it says cannot be read";
    case ChainFinding::Kind::wrong_epoch:
      return place + ": the key is not the one that signs there, its key-rotate is not proved, or the case had revoked it";
    case ChainFinding::Kind::broken: break;
  }
  return place + ": does not follow from the one before it";
}

std::string words_of(const RevokedStatement& one) {
  return "statement " + std::to_string(one.seq) + " of " + one.signer + ", " + one.act + ", " + one.claimed +
         " (claimed), at place " + std::to_string(one.index) + " of the log: " + one.signer + " is revoked from place " +
         std::to_string(one.since) + " on, so it counts for nothing";
}

std::string render_text(const CaseReport& report) {
  std::string out;
  std::vector<StatementHash> items;
  for (const CheckedItem& item : report.items) items.push_back(item.item);
  const std::vector<std::string> names = list_names(items);
  auto name = names.begin();
  for (const CheckedItem& item : report.items) {
    out += *name++ + "  " + std::string(words_of(item.outcome())) + "  " + item.signer + "  " +
           item.claimed + " (claimed)  " + (item.stored ? "stored" : "logged") + "\n";
    if (item.failure)
      out += "    " + std::string(words_of(item.failure->code)) +
             (item.failure->detail.empty() ? "" : " (" + item.failure->detail + ")") + "\n";
    if (!item.not_cleaned.empty())
      out += "    NOT CLEANED (" + item.not_cleaned + "): only the original, for the legal recipients\n";
    for (const std::string& limit : item.limits) out += "    limit: " + limit + "\n";
  }
  for (const KeyChange& change : report.key_changes)
    out += "KEY     chain " + hex(change.chain).substr(0, 8) + " of " + change.signer + ": key " + std::to_string(change.epoch) +
           " signs from behind statement " + std::to_string(change.seq) + "  " + change.claimed + " (claimed), entry " +
           std::to_string(change.index) + " of the log\n";
  for (const RevokedStatement& one : report.revoked) out += "REVOKED " + words_of(one) + "\n";
  for (const ChainFinding& finding : report.findings) out += "FAILED  " + words_of(finding) + "\n";
  for (const Fork& fork : report.forks) out += words_of(fork);
  if (report.for_legal_alone > 0) out += acts_for_legal_alone(report.for_legal_alone) + ": what they say was not read here.\n";
  return out;
}

std::string render_json(const CaseReport& report) {
  nlohmann::ordered_json out;
  out["outcome"] = name_of(report.outcome());
  out["code"] = report.exit_code();
  out["for_legal_alone"] = report.for_legal_alone;
  out["items"] = nlohmann::ordered_json::array();
  for (const CheckedItem& item : report.items) {
    nlohmann::ordered_json one = {{"item", hex(item.item)},         {"index", item.index},
                                  {"outcome", name_of(item.outcome())}, {"signer", item.signer},
                                  {"claimed_time", item.claimed},   {"state", item.stored ? "stored" : "logged"},
                                  {"limits", item.limits}};
    one["not_cleaned"] = nullptr;
    if (!item.not_cleaned.empty()) one["not_cleaned"] = item.not_cleaned;
    if (item.failure) one["error"] = name_of(item.failure->code);
    out["items"].push_back(one);
  }
  out["key_changes"] = nlohmann::ordered_json::array();
  for (const KeyChange& change : report.key_changes)
    out["key_changes"].push_back({{"chain", hex(change.chain)},
                                  {"seq", change.seq},
                                  {"index", change.index},
                                  {"epoch", change.epoch},
                                  {"signer", change.signer},
                                  {"claimed_time", change.claimed},
                                  {"key_fingerprint", change.key}});
  out["revoked"] = nlohmann::ordered_json::array();
  for (const RevokedStatement& one : report.revoked)
    out["revoked"].push_back({{"index", one.index},
                              {"seq", one.seq},
                              {"signer", one.signer},
                              {"act", one.act},
                              {"claimed_time", one.claimed},
                              {"revoked_since", one.since}});
  out["findings"] = nlohmann::ordered_json::array();
  for (const ChainFinding& finding : report.findings) out["findings"].push_back(words_of(finding));
  out["forks"] = nlohmann::ordered_json::array();
  for (const Fork& fork : report.forks) out["forks"].push_back(json_of(fork));
  return out.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace dokaz
