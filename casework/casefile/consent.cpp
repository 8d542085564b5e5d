// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/consent.hpp"

#include <algorithm>

#include "console/console.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/time.hpp"

namespace dokaz {
namespace {

constexpr std::int64_t day_seconds = 24 * 60 * 60;

std::string subject_of(const ShownAct& act) {
  const std::string of = text_of(act.facts, "consent.for");
  return of.empty() ? text_of(act.facts, "consent.by") : of;
}

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

/// What a consent says of a use; nothing where it does not speak of it.
std::optional<ConsentState> says(const ShownAct& act, Use use, std::int64_t now) {
  if (act.act == Act::withdraw) {
    const std::set<Use> uses = uses_of(act.facts, "consent.uses");
    return act.failure || uses.empty() || uses.contains(use) ? std::optional(ConsentState::withdrawn) : std::nullopt;
  }
  if (act.failure) return std::nullopt;
  if (uses_of(act.facts, "consent.refused").contains(use)) return ConsentState::refused;
  if (!uses_of(act.facts, "consent.uses").contains(use)) return std::nullopt;
  const std::string until = text_of(act.facts, "consent.until");
  return !until.empty() && is_over(until, now) ? ConsentState::expired : ConsentState::allowed;
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
    case ConsentState::refused: return "somebody whom it concerns refused the use " + of;
    case ConsentState::withdrawn: break;
  }
  return "consent was withdrawn from the use " + of;
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
            (one.subject.empty() ? std::string("somebody who is not named") : console::printable(one.subject)) +
            " (statement " + short_name(one.statement) + ", recorded by " + one.signer +
            (one.until.empty() ? std::string() : ", until " + one.until) + ")";
  }
  return text;
}

Result<ConsentBook> ConsentBook::read(CaseFile& file) {
  DOKAZ_LET(entries, file.entries());
  DOKAZ_LET(acts, acts_of(file, entries));
  return ConsentBook(acts);
}

ConsentBook::ConsentBook(const std::vector<ShownAct>& acts) {
  for (const ShownAct& act : acts) {
    if (act.act != Act::consent && act.act != Act::withdraw) continue;
    if (act.item) of_item_[*act.item].push_back(said_.size());
    else of_case_.push_back(said_.size());
    said_.push_back(act);
  }
}

ConsentJudgement ConsentBook::judge(const StatementHash& item, Use use, std::int64_t now) const {
  std::vector<std::size_t> order = of_case_;
  if (const auto found = of_item_.find(item); found != of_item_.end())
    order.insert(order.end(), found->second.begin(), found->second.end());
  std::sort(order.begin(), order.end());

  std::map<std::string, SubjectSays> subjects;
  for (const std::size_t place : order) {
    const ShownAct& act = said_[place];
    const auto state = says(act, use, now);
    if (!state) continue;
    const std::string subject = subject_of(act);
    SubjectSays said{subject, *state, act.statement, act.signer, act.claimed, text_of(act.facts, "consent.until"),
                     conditions_of(act)};
    // Whoever takes it back without a name may be anybody of those who gave it.
    if (*state == ConsentState::withdrawn && subject.empty())
      for (auto& [name, before] : subjects) {
        said.subject = name;
        before = said;
      }
    said.subject = subject;
    subjects.insert_or_assign(subject, std::move(said));
  }
  ConsentJudgement judgement{use, ConsentState::none, {}};
  for (auto& [name, said] : subjects) judgement.subjects.push_back(std::move(said));
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
