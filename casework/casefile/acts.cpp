// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/acts.hpp"

#include <algorithm>

#include "casework/casefile/forks.hpp"
#include "casework/casefile/opened_acts.hpp"
#include "casework/casefile/own_chain.hpp"
#include "console/console.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + console::printable(word);
  return text;
}

/// The facts, opened now or before. `fresh` is set where they were opened now.
Result<std::vector<Fact>> facts_of(CaseFile& file, const Statement& statement, bool& fresh) {
  DOKAZ_LET(before, opened_before(file, statement.hash()));
  if (before) return std::move(*before);
  DOKAZ_LET(facts, open_act(file, statement));
  std::erase_if(facts, [](const Fact& fact) { return fact.name() == "decoy"; });
  fresh = true;
  return facts;
}

/// Reads acts, and keeps together what it opened.
class ActReader {
 public:
  ActReader(CaseFile& file, const Membership& members) : file_(file), members_(members) {}

  ShownAct read(const Statement& statement, const Member* signer) {
    const StatementFields& fields = statement.fields();
    ShownAct act{{}, statement.hash(), signer == nullptr ? "?" : signer->pseudonym, fields.act, format_time(fields.time),
                 fields.seq, {}, {}, {}};
    if (fields.objects.empty()) return act;
    bool fresh = false;
    auto facts = facts_of(file_, statement, fresh);
    if (!facts) {
      act.failure = facts.error();
      return act;
    }
    if (fresh) opened_.emplace_back(act.statement, *facts);
    act.facts = std::move(*facts);
    if (const auto about = id_from_hex<StatementHash>(text_of(act.facts, "about"))) act.item = *about;
    return act;
  }

  /// A case file that cannot be written to is read all the same.
  void keep() {
    if (opened_.empty()) return;
    auto transaction = file_.database().begin();
    if (!transaction) return;
    for (const auto& [statement, facts] : opened_)
      if (!keep_opened(file_, statement, facts)) return;
    static_cast<void>(transaction->commit().has_value());
  }

 private:
  CaseFile& file_;
  const Membership& members_;
  std::vector<std::pair<StatementHash, std::vector<Fact>>> opened_;
};

/// Withdrawals that somebody signed and the log does not count: what was set aside, and what came second to a place. That
/// somebody took something back is known all the same, so nobody may go on as if it were not.
Result<std::vector<ShownAct>> withdrawals_in_doubt(CaseFile& file, const std::vector<CaseEntry>& entries, const Membership& members) {
  std::vector<ShownAct> acts;
  const auto add = [&](const Statement& statement, const PublicKey& key, std::optional<std::uint64_t> index, Errc why) {
    if (statement.fields().act != Act::withdraw) return;
    const Member* signer = members.find(key);
    acts.push_back({index, statement.hash(), signer == nullptr ? "?" : signer->pseudonym, Act::withdraw,
                    format_time(statement.fields().time), statement.fields().seq, {}, {}, fail(why)});
  };
  DOKAZ_LET(aside, file.set_aside());
  for (const SetAside& one : aside)
    if (const auto statement = Statement::parse(one.statement)) add(*statement, one.member, one.index, Errc::wrong_epoch);
  DOKAZ_LET(places, forks_in(entries));
  for (const ForkPlace& place : places) {
    DOKAZ_LET(bytes, file.fork(place.other));
    const auto second = bytes.empty() ? Result<std::vector<SignedStatement>>(Errc::missing_part) : read_second_statements(bytes);
    if (!second) continue;
    for (const SignedStatement& one : *second) add(one.statement, one.member, {}, Errc::forked_chain);
  }
  return acts;
}

std::string consent_words(const ShownAct& act, std::string_view what, std::string_view all) {
  const std::string by = console::printable(text_of(act.facts, "consent.by"));
  const std::string uses = joined(words_of(act.facts, "consent.uses"));
  const std::string refused = joined(words_of(act.facts, "consent.refused"));
  const std::string of = console::printable(text_of(act.facts, "consent.for"));
  std::string text(what);
  text += by.empty() ? ", it is not said whose" : " by " + by;
  if (!of.empty()) text += " for the person " + of;
  text += uses.empty() ? std::string(all) : " for " + uses;
  if (!refused.empty()) text += "; REFUSED for " + refused;
  if (const std::size_t lifted = words_of(act.facts, "consent.lifts").size(); lifted > 0)
    text += "; it takes back " + std::to_string(lifted) + " earlier statements";
  if (const std::string until = text_of(act.facts, "consent.until"); !until.empty()) text += ", until " + until;
  if (const std::string how = text_of(act.facts, "consent.conditions"); !how.empty())
    text += "; on condition: " + console::printable(how);
  return text;
}

std::string export_words(const ShownAct& act) {
  const std::string profile = console::printable(text_of(act.facts, "export.profile"));
  const std::string to = console::printable(text_of(act.facts, "addressee"));
  return "exported in " + std::string(profile.starts_with("exhibit") ? "an " : "a ") + profile + " for " +
         text_of(act.facts, "use") + (to.empty() ? std::string() : ", to " + to);
}

std::string access_words(const ShownAct& act) {
  const std::string why = console::printable(text_of(act.facts, "reason"));
  if (!act.item) return "A GROUP'S KEY was written out, which opens all of its objects" + (why.empty() ? std::string() : "; why: " + why);
  return "opened: " + joined(words_of(act.facts, "shown")) + (why.empty() ? std::string() : "; why: " + why);
}

}  // namespace

bool ShownAct::concerns(const StatementHash& one) const {
  if (item) return *item == one;
  if (act != Act::export_) return false;
  const std::vector<StatementHash> items = hashes_of(facts, "export.items");
  return std::find(items.begin(), items.end(), one) != items.end();
}

bool is_shown_act(const Statement& statement) {
  const Act act = statement.fields().act;
  return !is_item(statement) && act != Act::genesis && act != Act::receive && act != Act::fork_found;
}

Result<std::vector<ShownAct>> acts_of(CaseFile& file, const std::vector<CaseEntry>& entries) {
  DOKAZ_LET(members, file.membership());
  ActReader reader(file, members);
  std::vector<ShownAct> acts;
  for (const CaseEntry& entry : entries) {
    if (!is_shown_act(entry.statement)) continue;
    acts.push_back(reader.read(entry.statement, members.find(entry.receipt.member)));
    acts.back().index = entry.index;
  }
  DOKAZ_LET(doubtful, withdrawals_in_doubt(file, entries, members));
  acts.insert(acts.end(), doubtful.begin(), doubtful.end());
  DOKAZ_LET(own, OwnChain(file).not_pulled(entries));
  for (const OwnStatement& one : own)
    if (is_shown_act(one.signed_statement.statement))
      acts.push_back(reader.read(one.signed_statement.statement, members.find(one.signed_statement.member)));
  reader.keep();
  return acts;
}

bool is_for_legal_alone(const CaseFile& file, Act act, const Error& failure) {
  return failure.code == Errc::age_no_match && !is_for_team(act) && !file.opens(Group::legal);
}

std::string acts_for_legal_alone(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " act is" : " acts are") + " for the legal recipients alone";
}

std::string words_of(const ShownAct& act) {
  if (act.failure && act.failure->code == Errc::age_no_match && !is_for_team(act.act))
    return std::string(name_of(act.act)) + ", for the legal recipients alone";
  if (act.failure)
    return std::string(name_of(act.act)) + ", of which it is not known here what it says: " + std::string(words_of(act.failure->code));
  switch (act.act) {
    case Act::note: return "note: " + console::printable(text_of(act.facts, "note"));
    case Act::consent: return consent_words(act, "consent", "");
    case Act::withdraw: return consent_words(act, "CONSENT WITHDRAWN", " for everything");
    case Act::access: return access_words(act);
    case Act::export_: return export_words(act);
    case Act::disclose:
      return "disclosed " + joined(words_of(act.facts, "shown.facts")) + " for " + text_of(act.facts, "use") + ", to " +
             console::printable(text_of(act.facts, "addressee"));
    case Act::verify: return "the case was checked: " + text_of(act.facts, "verify.outcome");
    case Act::close: return "the chain was closed after " + std::to_string(act.seq) + " statements";
    case Act::key_rotate: return "the key was changed: another one signs from here on";
    case Act::heartbeat: return "heartbeat: nothing new, the chain goes on";
    case Act::genesis:
    case Act::seal:
    case Act::derive:
    case Act::redact:
    case Act::transfer_out:
    case Act::transfer_in:
    case Act::receive:
    case Act::fork_found:
    case Act::key_bind:
    case Act::key_revoke:
    case Act::device_lost:
    case Act::renew:
    case Act::destroy: break;
  }
  return std::string(name_of(act.act));
}

}  // namespace dokaz
