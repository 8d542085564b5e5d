// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/consent_book.hpp"

#include <algorithm>
#include <tuple>

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

std::set<Use> every_use() { return {std::begin(all_uses), std::end(all_uses)}; }

/// The worst of what the subjects say, in the order in which it stops.
ConsentState joined(const std::vector<SubjectSays>& subjects) {
  for (const ConsentState state : {ConsentState::withdrawn, ConsentState::refused, ConsentState::expired, ConsentState::allowed})
    if (std::any_of(subjects.begin(), subjects.end(), [&](const SubjectSays& one) { return one.state == state; })) return state;
  return ConsentState::none;
}

std::string subject_of(const std::string& of, const std::string& by) {
  return of.empty() ? by : by.empty() ? of : of + ", by " + by;
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

std::string why_not(const ConsentJudgement& judgement) {
  const std::string of(name_of(judgement.use));
  const auto is_stop = [&](const SubjectSays& one) { return one.state == judgement.state; };
  const bool unread = std::any_of(judgement.subjects.begin(), judgement.subjects.end(), is_stop) &&
                      std::all_of(judgement.subjects.begin(), judgement.subjects.end(),
                                  [&](const SubjectSays& one) { return !is_stop(one) || one.unread; });
  switch (judgement.state) {
    case ConsentState::allowed: return {};
    case ConsentState::none: return "no consent to the use " + of + " is recorded";
    case ConsentState::expired: return "the consent to the use " + of + " has expired";
    case ConsentState::refused:
      return unread ? "what somebody said of consent cannot be read here, and may be a no to the use " + of
                    : "somebody whom it concerns refused the use " + of;
    case ConsentState::withdrawn: break;
  }
  return unread ? "consent was withdrawn, it cannot be read here from what, and nothing lifts that for the use " + of
                : "consent was withdrawn from the use " + of + ", and nothing later lifts that";
}

bool ConsentJudgement::stopped_by(const StatementHash& statement) const {
  return std::any_of(subjects.begin(), subjects.end(), [&](const SubjectSays& one) {
    return one.statement == statement && (one.state == ConsentState::withdrawn || one.state == ConsentState::refused);
  });
}

std::string ConsentJudgement::words() const {
  if (state == ConsentState::none) return why_not(*this);
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
  DOKAZ_LET(acts, acts_of(file, entries));
  return ConsentBook(acts);
}

ConsentBook::ConsentBook(const std::vector<ShownAct>& acts) {
  for (std::size_t order = 0; order < acts.size(); ++order) {
    const ShownAct& act = acts[order];
    if (act.act != Act::consent && act.act != Act::withdraw) continue;
    const bool of_case = act.failure || !act.item;
    (of_case ? of_case_ : of_item_[*act.item]).push_back(said_.size());
    said_.push_back(read(act, order));
    said_.back().of_case = of_case;
  }
}

ConsentBook::Said ConsentBook::read(const ShownAct& act, std::size_t order) {
  Said said;
  said.order = order;
  said.is_withdrawal = act.act == Act::withdraw;
  said.as.statement = act.statement;
  said.as.signer = act.signer;
  said.as.claimed = act.claimed;
  said.as.unread = act.failure || act.is_doubted();
  const std::string date = said.as.unread ? std::string() : text_of(act.facts, "consent.date");
  if (const auto time = parse_time(date.empty() ? act.claimed : date)) {
    said.time = time->unix_seconds;
    said.day_only = time->day_only;
  }
  if (said.as.unread) {  // in doubt nothing leaves
    said.no = every_use();
    return said;
  }
  said.by = text_of(act.facts, "consent.by");
  said.of = text_of(act.facts, "consent.for");
  said.as.subject = subject_of(said.of, said.by);
  said.identity = text_of(act.facts, "consent.identity");
  said.face = text_of(act.facts, "consent.face");
  said.conditions = text_of(act.facts, "consent.conditions");
  const std::set<Use> uses = uses_of(act.facts, "consent.uses");
  if (said.is_withdrawal) {
    said.no = uses.empty() ? every_use() : uses;
    return said;
  }
  said.no = uses_of(act.facts, "consent.refused");
  // A revocation takes back what its member said was allowed, and never what they said was refused or withdrawn: the
  // error of the one shows too little, of the other too much. To take a no back is to allow.
  if (act.weight == Weight::revoked) {
    said.may_replace = false;
    return said;
  }
  said.yes = uses;
  for (const StatementHash& one : hashes_of(act.facts, "consent.lifts")) said.lifts.insert(one);
  said.as.until = text_of(act.facts, "consent.until");
  return said;
}

/// Which of two was said first, as far as anybody claims: below 0 the first of them.
int ConsentBook::compare(const Said& a, const Said& b) {
  const bool days = a.day_only || b.day_only;
  const std::int64_t one = days ? a.time / day_seconds : a.time, other = days ? b.time / day_seconds : b.time;
  return one < other ? -1 : one > other ? 1 : 0;
}

bool ConsentBook::is_later(const Said& one, const Said& than) {
  if (one.order <= than.order) return false;
  const bool days = one.day_only || than.day_only;
  return days ? compare(one, than) > 0 : compare(one, than) >= 0;
}

bool ConsentBook::meets(const Said& no, const Said& yes) {
  if (no.as.unread) return true;
  if (!no.is_withdrawal) return no.who() == yes.who();
  return no.by.empty() || no.by == yes.by;
}

bool ConsentBook::lifts_by_word(const Said& yes, const Said& no) {
  if (no.as.unread || yes.by.empty() || yes.by != no.by) return false;
  return (no.is_withdrawal || yes.of == no.of) && (no.of_case || !yes.of_case) && is_later(yes, no);
}

bool ConsentBook::ends(const Said& no, const Said& yes) {
  return meets(no, yes) && !is_later(yes, no) && !yes.lifts.contains(no.as.statement);
}

/// Whether nothing lifts it. `still_of`: of whom `by` said yes before it and not after it, where they did so of others.
bool ConsentBook::stands(const Said& no, const SaidInOrder& yeses, std::set<std::string>& still_of) {
  bool lifted = false;
  std::set<std::string> ended, renewed;  // consent.for of the pairs
  for (const Said* yes : yeses) {
    if (yes->lifts.contains(no.as.statement)) return false;
    if (no.as.unread || no.by.empty() || yes->by != no.by) continue;
    if (lifts_by_word(*yes, no)) {
      lifted = true;
      renewed.insert(yes->of);
    } else if (no.is_withdrawal && ends(no, *yes)) {
      ended.insert(yes->of);
    }
  }
  if (!lifted) return true;
  std::set_difference(ended.begin(), ended.end(), renewed.begin(), renewed.end(), std::inserter(still_of, still_of.end()));
  return !still_of.empty();
}

ConsentBook::SaidInOrder ConsentBook::about(const std::optional<StatementHash>& item, std::size_t acts) const {
  static const std::vector<std::size_t> nothing;
  const auto found = item ? of_item_.find(*item) : of_item_.end();
  const std::vector<std::size_t>& own = found == of_item_.end() ? nothing : found->second;
  std::vector<std::size_t> places;
  places.reserve(own.size() + of_case_.size());
  std::merge(own.begin(), own.end(), of_case_.begin(), of_case_.end(), std::back_inserter(places));
  SaidInOrder said;
  said.reserve(places.size());
  for (const std::size_t place : places)
    if (said_[place].order < acts) said.push_back(&said_[place]);
  return said;
}

ConsentJudgement ConsentBook::judge(const StatementHash& item, Use use, std::int64_t now, std::size_t acts) const {
  const SaidInOrder said = about(item, acts);
  SaidInOrder yeses, noes;
  for (const Said* one : said) {
    if (one->yes.contains(use)) yeses.push_back(one);
    if (one->no.contains(use)) noes.push_back(one);
  }
  ConsentJudgement judgement{use, ConsentState::none, {}, asked_in(said)};
  const auto add = [&](const Said& one, ConsentState state, std::string subject) {
    judgement.subjects.push_back(one.as);
    judgement.subjects.back().state = state;
    judgement.subjects.back().subject = std::move(subject);
  };
  for (const Said* no : noes) {
    std::set<std::string> still_of;
    if (!stands(*no, yeses, still_of)) continue;
    const ConsentState state = no->is_withdrawal ? ConsentState::withdrawn : ConsentState::refused;
    if (still_of.empty()) add(*no, state, no->as.subject);
    for (const std::string& of : still_of) add(*no, state, subject_of(of, no->by));
  }
  struct Counted {
    const Said* yes = nullptr;
    bool is_ended = false;
  };
  std::map<std::pair<std::string, std::string>, Counted> counted;
  for (const Said* yes : yeses) {
    const bool is_ended = std::any_of(noes.begin(), noes.end(), [&](const Said* no) { return ends(*no, *yes); });
    Counted& now_counts = counted[yes->who()];
    const bool first = now_counts.yes == nullptr || (now_counts.is_ended && !is_ended);
    if (first || (now_counts.is_ended == is_ended && compare(*yes, *now_counts.yes) >= 0)) now_counts = {yes, is_ended};
  }
  for (const auto& [who, one] : counted) {
    const bool expired = !one.yes->as.until.empty() && is_over(one.yes->as.until, now);
    if (expired || !one.is_ended) add(*one.yes, expired ? ConsentState::expired : ConsentState::allowed, one.yes->as.subject);
  }
  for (SubjectSays& one : judgement.subjects)
    for (const AskedFor& asked : judgement.asked)
      if (asked.subject == one.subject && !one.unread) one.conditions.push_back(asked.words);
  judgement.state = joined(judgement.subjects);
  return judgement;
}

/// They add up; a face's and a name's rule of somebody named is replaced by what the same one said later.
std::vector<AskedFor> ConsentBook::asked_in(const SaidInOrder& said) {
  struct Asked {
    const Said* by;
    std::string kind, value;
  };
  std::vector<Asked> standing;
  for (const Said* one : said) {
    const auto ask = [&](const char* kind, const std::string& value, bool is_rule) {
      if (value.empty()) return;
      if (!one->may_replace && (value == "show" || value == "full")) return;
      if (is_rule && one->may_replace && !one->by.empty())
        std::erase_if(standing, [&](const Asked& before) {
          return before.kind == kind && before.by->who() == one->who() && (before.by->of_case || !one->of_case) && is_later(*one, *before.by);
        });
      standing.push_back({one, kind, value});
    };
    ask("name: ", one->identity, true);
    ask("face and voice: ", one->face, true);
    ask("asked for: ", one->conditions, false);
    if (one->as.unread) standing.push_back({one, "", "what statement " + short_name(one->as.statement) + " asks for cannot be read here"});
  }
  std::vector<AskedFor> out;
  std::set<std::tuple<std::pair<std::string, std::string>, std::string, std::string>> said_once;
  for (const Asked& one : standing)
    if (said_once.emplace(one.by->who(), one.kind, one.value).second) out.push_back({one.by->as.subject, one.kind + console::printable(one.value), one.by->as.statement});
  return out;
}

std::vector<AskedFor> ConsentBook::asked_for(const std::optional<StatementHash>& item) const { return asked_in(about(item, all)); }

bool ConsentBook::knows(std::string_view by, const std::optional<StatementHash>& item) const {
  if (!item) return std::any_of(said_.begin(), said_.end(), [&](const Said& one) { return one.by == by; });
  const SaidInOrder said = about(item, all);
  return std::any_of(said.begin(), said.end(), [&](const Said* one) { return one->by == by; });
}

}  // namespace dokaz
