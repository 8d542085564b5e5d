// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/consent.hpp"

#include <algorithm>
#include <set>

#include "console/console.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/time.hpp"

namespace dokaz {
namespace {

constexpr std::int64_t day_seconds = 24 * 60 * 60;

bool is_over(const std::string& until, std::int64_t now) {
  const auto last = parse_time(until);
  return last && now >= last->unix_seconds + day_seconds;
}

std::vector<std::string> conditions_of(const ShownAct& act) {
  std::vector<std::string> out;
  const auto add = [&](std::string_view name, std::string_view words) {
    const std::string value = text_of(act.facts, name);
    if (!value.empty()) out.push_back(std::string(words) + console::printable(value));
  };
  add("consent.identity", "name: ");
  add("consent.face", "face and voice: ");
  add("consent.conditions", "asked for: ");
  return out;
}

/// The worst of what the subjects say, in the order in which it stops.
ConsentState joined(const std::vector<SubjectSays>& subjects) {
  if (subjects.empty()) return ConsentState::none;
  for (const ConsentState state : {ConsentState::withdrawn, ConsentState::refused, ConsentState::expired})
    if (std::any_of(subjects.begin(), subjects.end(), [&](const SubjectSays& one) { return one.state == state; })) return state;
  return ConsentState::allowed;
}

std::string why_not(ConsentState state, std::string_view use) {
  const std::string of(use);
  switch (state) {
    case ConsentState::allowed: return {};
    case ConsentState::none: return "no consent to the use " + of + " is recorded";
    case ConsentState::expired: return "the consent to the use " + of + " has expired";
    case ConsentState::refused: return "somebody whom it concerns refused the use " + of + ", or what they said cannot be read here";
    case ConsentState::withdrawn: break;
  }
  return "consent was withdrawn from the use " + of + ", and nothing later lifts that";
}

}  // namespace

std::string_view name_of(ConsentState state) {
  switch (state) {
    case ConsentState::allowed: return "allowed";
    case ConsentState::none: return "none";
    case ConsentState::expired: return "expired";
    case ConsentState::refused: return "refused";
    case ConsentState::withdrawn: break;
  }
  return "withdrawn";
}

std::string ConsentJudgement::words() const {
  if (state == ConsentState::none) return why_not(state, name_of(use));
  std::string text;
  for (const SubjectSays& one : subjects) {
    if (!text.empty()) text += "; ";
    text += std::string(name_of(one.state)) + " by " +
            (one.unread ? std::string("what cannot be read here") : one.subject.empty() ? std::string("somebody who is not named") : console::printable(one.subject)) +
            " (statement " + short_name(one.statement) + ", recorded by " + one.signer +
            (one.until.empty() ? std::string() : ", until " + one.until) + ")";
  }
  return text;
}

Result<ConsentBook> ConsentBook::read(CaseFile& file) {
  DOKAZ_LET(entries, file.entries());
  DOKAZ_LET(revoked, file.revoked_entries());
  std::set<StatementHash> doubted;
  for (CaseEntry& entry : revoked) {
    doubted.insert(entry.statement.hash());
    entries.push_back(std::move(entry));
  }
  std::ranges::stable_sort(entries, {}, &CaseEntry::index);
  DOKAZ_LET(acts, acts_of(file, entries));
  // A revocation takes back what its member said was allowed, and never what they said was refused or withdrawn: the error
  // of the one shows too little, of the other too much.
  std::erase_if(acts, [&](ShownAct& act) {
    if (!doubted.contains(act.statement) || act.act == Act::withdraw) return false;
    std::erase_if(act.facts, [](const Fact& fact) { return fact.name() == "consent.uses"; });
    return find_fact(act.facts, "consent.refused") == nullptr;
  });
  return ConsentBook(acts);
}

ConsentBook::ConsentBook(const std::vector<ShownAct>& acts) {
  for (const ShownAct& act : acts) {
    if (act.act != Act::consent && act.act != Act::withdraw) continue;
    // What a revoked key agreed to counts for nothing; what it took back is in doubt, and then the no stands.
    if (act.act == Act::consent && act.failure && act.failure->code == Errc::key_revoked) continue;
    if (act.item) of_item_[*act.item].push_back(said_.size());
    else of_case_.push_back(said_.size());
    said_.push_back(read(act));
  }
}

ConsentBook::Said ConsentBook::read(const ShownAct& act) {
  Said said;
  said.is_withdrawal = act.act == Act::withdraw;
  said.as.statement = act.statement;
  said.as.signer = act.signer;
  said.as.claimed = act.claimed;
  said.as.unread = act.failure.has_value();
  const std::string date = text_of(act.facts, "consent.date");
  if (const auto time = parse_time(date.empty() ? act.claimed : date)) {
    said.time = time->unix_seconds;
    said.day_only = time->day_only;
  }
  if (act.failure) {  // in doubt nothing leaves
    said.no = {std::begin(all_uses), std::end(all_uses)};
    return said;
  }
  said.by = text_of(act.facts, "consent.by");
  said.of = text_of(act.facts, "consent.for");
  said.as.subject = said.of.empty() ? said.by : said.by.empty() ? said.of : said.of + ", by " + said.by;
  const std::set<Use> uses = uses_of(act.facts, "consent.uses");
  if (said.is_withdrawal) {
    said.no = uses;
    if (uses.empty()) said.no = {std::begin(all_uses), std::end(all_uses)};
    return said;
  }
  said.yes = uses;
  said.no = uses_of(act.facts, "consent.refused");
  for (const StatementHash& one : hashes_of(act.facts, "consent.lifts")) said.lifts.insert(one);
  said.as.until = text_of(act.facts, "consent.until");
  said.as.conditions = conditions_of(act);
  return said;
}

/// A yes that comes behind a no lifts it if it names it, or if the same named person said it and did not say it before.
bool ConsentBook::lifts(const Said& yes, const Said& no) {
  if (yes.lifts.contains(no.as.statement)) return true;
  if (no.as.unread || yes.by.empty() || yes.by != no.by || (yes.of != no.of && !no.is_withdrawal)) return false;
  if (!yes.day_only && !no.day_only) return yes.time >= no.time;
  const auto day = [](const Said& said) { return said.time / day_seconds; };
  return day(yes) > day(no);
}

ConsentJudgement ConsentBook::judge(const StatementHash& item, Use use, std::int64_t now) const {
  std::vector<std::size_t> order = of_case_;
  if (const auto found = of_item_.find(item); found != of_item_.end())
    order.insert(order.end(), found->second.begin(), found->second.end());
  std::sort(order.begin(), order.end());

  std::vector<const Said*> standing;  // each no that nothing lifted
  std::map<std::pair<std::string, std::string>, const Said*> agreed;
  for (const std::size_t place : order) {
    const Said& said = said_[place];
    // A consent can lift a no whatever use it is for; it agrees to what it names alone.
    if (!said.is_withdrawal && !said.as.unread)
      std::erase_if(standing, [&](const Said* no) { return (said.yes.contains(use) || said.lifts.contains(no->as.statement)) && lifts(said, *no); });
    if (said.yes.contains(use)) agreed.insert_or_assign({said.of, said.by}, &said);
    if (said.no.contains(use)) standing.push_back(&said);
  }
  ConsentJudgement judgement{use, ConsentState::none, {}};
  std::set<std::pair<std::string, std::string>> against;
  for (const Said* no : standing) {
    against.insert({no->of, no->by});
    judgement.subjects.push_back(no->as);
    judgement.subjects.back().state = no->is_withdrawal ? ConsentState::withdrawn : ConsentState::refused;
  }
  for (const auto& [who, yes] : agreed) {
    if (against.contains(who) || against.contains({"", who.second})) continue;
    judgement.subjects.push_back(yes->as);
    judgement.subjects.back().state = !yes->as.until.empty() && is_over(yes->as.until, now) ? ConsentState::expired : ConsentState::allowed;
  }
  judgement.state = joined(judgement.subjects);
  return judgement;
}

Result<ConsentJudgement> judge_consent(CaseFile& file, const StatementHash& item, Use use, std::int64_t now) {
  DOKAZ_LET(book, ConsentBook::read(file));
  return book.judge(item, use, now);
}

Result<GatePass> pass_gate(const ConsentBook& book, const std::vector<StatementHash>& items, const GateRequest& request,
                           std::int64_t now) {
  if (!request.necessity.empty() && !is_line(request.necessity))
    return fail(Errc::usage, "--necessity takes one line of at most 1024 bytes that says why");
  if (request.despite_withdrawal && request.necessity.empty())
    return fail(Errc::usage, "--despite-withdrawal needs --necessity, which says why");
  GatePass pass{request.use, {}, {}, {}, {}};
  for (const StatementHash& item : items) {
    const ConsentJudgement judgement = book.judge(item, request.use, now);
    const bool said_no = judgement.state == ConsentState::withdrawn || judgement.state == ConsentState::refused;
    const bool may_go = judgement.is_allowed() || (said_no ? request.despite_withdrawal : !request.necessity.empty());
    if (!may_go)
      return fail(Errc::no_consent, "item " + short_name(item) + ": " + why_not(judgement.state, name_of(request.use)));
    if (!judgement.is_allowed()) pass.necessity = request.necessity;
    for (const SubjectSays& one : judgement.subjects) {
      if (one.state == ConsentState::allowed) pass.relied.insert(one.statement);
      if (one.state == ConsentState::withdrawn || one.state == ConsentState::refused) pass.withdrawn.insert(one.statement);
      for (const std::string& condition : one.conditions)
        pass.conditions.push_back("item " + short_name(item) + ": " + condition);
    }
  }
  return pass;
}

Result<GatePass> pass_gate(CaseFile& file, const std::vector<StatementHash>& items, const GateRequest& request, std::int64_t now) {
  DOKAZ_LET(book, ConsentBook::read(file));
  return pass_gate(book, items, request, now);
}

Result<Use> use_of_word(std::string_view word) {
  if (const auto use = use_from_name(word)) return *use;
  return fail(Errc::usage, "a use is one of court, partners, press, prosecutor, publish, team, un");
}

}  // namespace dokaz
