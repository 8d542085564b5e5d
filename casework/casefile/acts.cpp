// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/acts.hpp"

#include <algorithm>
#include <set>

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
    if (signer != nullptr) act.role = name_of(signer->role);
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

/// An act, and where it stands in the order.
struct Placed {
  std::uint64_t place = 0;
  ShownAct act;
};

/// What the log does not count, of what nobody may pass over: that something was said of consent, or that something left.
class Doubted {
 public:
  Doubted(const Membership& members, std::vector<Placed>& acts) : members_(members), acts_(acts) {}

  void add(const Statement& statement, const PublicKey& key, std::uint64_t place, Weight weight) {
    const StatementFields& fields = statement.fields();
    if (fields.act != Act::consent && fields.act != Act::withdraw && fields.act != Act::export_ && fields.act != Act::disclose) return;
    if (!seen_.insert(statement.hash()).second) return;
    const Member* signer = members_.find(key);
    ShownAct act{{}, statement.hash(), signer == nullptr ? "?" : signer->pseudonym, fields.act, format_time(fields.time), fields.seq,
                 {}, {}, fail(weight == Weight::second ? Errc::forked_chain : Errc::wrong_epoch), weight};
    if (signer != nullptr) act.role = name_of(signer->role);
    if (weight == Weight::set_aside) act.index = place;
    acts_.push_back({place, std::move(act)});
  }

 private:
  const Membership& members_;
  std::vector<Placed>& acts_;
  std::set<StatementHash> seen_;
};

Status add_doubted(CaseFile& file, const std::vector<CaseEntry>& entries, const Membership& members, std::vector<Placed>& acts) {
  Doubted doubted(members, acts);
  DOKAZ_LET(aside, file.set_aside());
  for (const SetAside& one : aside)
    if (const auto statement = Statement::parse(one.statement)) doubted.add(*statement, one.member, one.index, Weight::set_aside);
  for (const CaseEntry& entry : entries) {
    if (entry.statement.fields().act != Act::fork_found) continue;
    DOKAZ_LET(places, forks_in({entry}));
    DOKAZ_LET(bytes, file.fork(places.front().other));
    const auto second = bytes.empty() ? Result<std::vector<SignedStatement>>(Errc::missing_part) : read_second_statements(bytes);
    if (!second) continue;
    for (const SignedStatement& one : *second) doubted.add(one.statement, one.member, entry.index, Weight::second);
  }
  return {};
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
    text += "; it takes back " + std::to_string(lifted) + (lifted == 1 ? " earlier statement" : " earlier statements");
  if (const std::string until = text_of(act.facts, "consent.until"); !until.empty()) text += ", until " + until;
  for (const auto& [name, words] : {std::pair("consent.identity", "; name: "), std::pair("consent.face", "; face and voice: "),
                                    std::pair("consent.conditions", "; on condition: ")})
    if (const std::string how = text_of(act.facts, name); !how.empty()) text += words + console::printable(how);
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
  DOKAZ_LET(revoked, file.revoked_entries());
  ActReader reader(file, members);
  std::vector<Placed> placed;
  std::set<StatementHash> of_revoked;
  const auto add = [&](const CaseEntry& entry, Weight weight) {
    if (!is_shown_act(entry.statement)) return;
    placed.push_back({entry.index, reader.read(entry.statement, members.find(entry.receipt.member))});
    placed.back().act.index = entry.index;
    placed.back().act.weight = weight;
  };
  for (const CaseEntry& entry : entries) add(entry, Weight::counts);
  for (const CaseEntry& entry : revoked) {
    add(entry, Weight::revoked);
    of_revoked.insert(entry.statement.hash());
  }
  DOKAZ_TRY(add_doubted(file, entries, members, placed));
  if (!std::ranges::is_sorted(placed, {}, &Placed::place)) std::ranges::stable_sort(placed, {}, &Placed::place);
  std::vector<ShownAct> acts;
  acts.reserve(placed.size());
  for (Placed& one : placed) acts.push_back(std::move(one.act));
  DOKAZ_LET(own, OwnChain(file).not_pulled(entries));
  for (const OwnStatement& one : own) {
    const Statement& statement = one.signed_statement.statement;
    if (is_shown_act(statement) && !of_revoked.contains(statement.hash()))
      acts.push_back(reader.read(statement, members.find(one.signed_statement.member)));
  }
  reader.keep();
  return acts;
}

bool is_for_legal_alone(const CaseFile& file, Act act, const Error& failure) {
  return failure.code == Errc::age_no_match && !is_for_team(act) && !file.opens(Group::legal);
}

std::string acts_for_legal_alone(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " act is" : " acts are") + " for the legal recipients alone";
}

std::string_view name_of(Weight weight) {
  switch (weight) {
    case Weight::counts: return "counts";
    case Weight::revoked: return "revoked";
    case Weight::set_aside: return "set_aside";
    case Weight::second: break;
  }
  return "second";
}

std::string_view mark_of(Weight weight) {
  switch (weight) {
    case Weight::counts: return "";
    case Weight::revoked: return "REVOKED  ";
    case Weight::set_aside: return "SET ASIDE  ";
    case Weight::second: break;
  }
  return "SECOND TO ITS PLACE  ";
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
