// SPDX-License-Identifier: GPL-3.0-or-later
// The consent gate against a slow reading of format.md section 4, sentence by sentence, over cases of chance.
#include <random>

#include "casework/casefile/ledger.hpp"
#include "proto/format/time.hpp"
#include "tests/unit/casework/small_acts.hpp"

using namespace dokaz;
using namespace dokaz::small;

namespace {

constexpr std::int64_t day = 86'400;
constexpr std::int64_t now = noon + 2 * day;

struct Line {
  Said said;
  ShownAct act;
  bool is_withdrawal = false, unread = false, revoked = false;
  std::int64_t time = 0;
  bool day_only = false;
  std::size_t place = 0;
};
using Pair = std::pair<std::string, std::string>;

class Chance {
 public:
  explicit Chance(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most - 1)(random_); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class T>
  const T& of(const std::vector<T>& all) { return all[below(all.size())]; }

 private:
  std::mt19937 random_;
};

const StatementHash items[] = {StatementHash(sha256("item 1").raw()), StatementHash(sha256("item 2").raw())};

Line line_of(Chance& chance, std::size_t place, const std::vector<Line>& before) {
  Line line;
  line.place = place;
  Said& said = line.said;
  line.is_withdrawal = chance.one_in(3);
  said.by = chance.of<std::string>({"", "birch", "birch", "alder"});
  if (!line.is_withdrawal) said.of = chance.of<std::string>({"", "", "kid-a", "kid-b"});
  if (!chance.one_in(3)) said.item = items[chance.below(2)];
  said.at = noon + static_cast<std::int64_t>(chance.below(6)) * day / 4;
  if (chance.one_in(4)) said.date = format_time({noon + static_cast<std::int64_t>(chance.below(3)) * day, true});
  if (line.is_withdrawal) {
    said.uses = chance.of<std::vector<std::string>>({{}, {"court"}, {"court", "press"}, {"press"}});
  } else {
    said.uses = chance.of<std::vector<std::string>>({{"court"}, {"court"}, {"press"}, {"court", "press"}, {}});
    if (said.uses.empty()) said.refused = {"court"};
    else if (said.uses.size() == 1 && chance.one_in(3)) said.refused = {said.uses[0] == "court" ? "press" : "court"};
    if (chance.one_in(4)) said.until = format_time({noon + static_cast<std::int64_t>(chance.below(4)) * day, true});
    if (!before.empty() && chance.one_in(3)) said.lifts = {hex(chance.of(before).act.statement)};
    said.face = chance.of<std::string>({"", "", "blur", "show", "withhold"});
    said.identity = chance.of<std::string>({"", "", "none", "full"});
  }
  if (chance.one_in(4)) said.conditions = chance.of<std::string>({"no place", "not before the trial"});
  ShownAct& act = line.act;
  act.act = line.is_withdrawal ? Act::withdraw : Act::consent;
  act.statement = StatementHash(sha256("statement " + std::to_string(place)).raw());
  act.claimed = format_time({said.at, false});
  act.item = said.item;
  act.facts = facts_of(said);
  if (chance.one_in(10)) act.failure = fail(Errc::missing_part);
  if (chance.one_in(6)) act.weight = Weight::revoked;
  if (chance.one_in(12)) {
    act.weight = chance.one_in(2) ? Weight::second : Weight::set_aside;
    act.failure = fail(Errc::wrong_epoch);
  }
  line.unread = act.failure.has_value();
  line.revoked = act.weight == Weight::revoked;
  if (line.unread) {  // nobody knows what it says
    act.facts.clear();
    act.item.reset();
  }
  line.day_only = !line.unread && !said.date.empty();
  line.time = line.day_only ? parse_time(said.date)->unix_seconds : said.at;
  return line;
}

/// The rules as they are written.
class Reading {
 public:
  Reading(const std::vector<Line>& all, const StatementHash& item, std::string use, std::size_t first = SIZE_MAX) : use_(std::move(use)) {
    for (const Line& line : all)
      if (line.place < first && (line.unread || !line.said.item || *line.said.item == item)) lines_.push_back(&line);
  }

  std::string state() const {
    for (const Line* no : lines_)
      if (stands(*no) && no->is_withdrawal) return "withdrawn";
    for (const Line* no : lines_)
      if (stands(*no)) return "refused";
    const auto counted = counted_yeses();
    for (const auto& [who, yes] : counted)
      if (is_over(*yes)) return "expired";
    for (const auto& [who, yes] : counted)
      if (!is_ended(*yes)) return "allowed";
    return "none";
  }
  std::set<StatementHash> standing() const {
    std::set<StatementHash> out;
    for (const Line* no : lines_)
      if (stands(*no)) out.insert(no->act.statement);
    return out;
  }
  std::set<StatementHash> relied() const {
    std::set<StatementHash> out;
    for (const auto& [who, yes] : counted_yeses())
      if (!is_over(*yes) && !is_ended(*yes)) out.insert(yes->act.statement);
    return out;
  }
  std::set<std::string> asked() const {
    std::set<std::string> out;
    for (const Line* one : lines_) {
      if (one->unread) {
        out.insert("unread " + hex(one->act.statement));
        continue;
      }
      const bool agrees = one->revoked;
      if (!one->said.face.empty() && !(agrees && one->said.face == "show") && !is_replaced(*one, &Said::face))
        out.insert(subject(*one) + "face and voice: " + one->said.face);
      if (!one->said.identity.empty() && !(agrees && one->said.identity == "full") && !is_replaced(*one, &Said::identity))
        out.insert(subject(*one) + "name: " + one->said.identity);
      if (!one->said.conditions.empty()) out.insert(subject(*one) + "asked for: " + one->said.conditions);
    }
    return out;
  }

 private:
  static Pair who(const Line& line) { return {line.said.of, line.said.by}; }
  static std::string subject(const Line& line) { return line.said.of + "|" + line.said.by + "|"; }
  bool has(const std::vector<std::string>& uses) const { return std::find(uses.begin(), uses.end(), use_) != uses.end(); }
  bool is_yes(const Line& line) const { return !line.is_withdrawal && !line.unread && !line.revoked && has(line.said.uses); }
  bool is_no(const Line& line) const {
    if (line.unread) return true;
    return line.is_withdrawal ? line.said.uses.empty() || has(line.said.uses) : has(line.said.refused);
  }
  static std::int64_t day_of(const Line& line) { return line.time / day; }
  static bool is_later(const Line& one, const Line& than) {
    if (one.place < than.place || &one == &than) return false;
    return one.day_only || than.day_only ? day_of(one) > day_of(than) : one.time >= than.time;
  }
  static bool claims_before(const Line& one, const Line& other) {
    return one.day_only || other.day_only ? day_of(one) < day_of(other) : one.time < other.time;
  }
  static bool names(const Line& yes, const Line& no) {
    return std::find(yes.said.lifts.begin(), yes.said.lifts.end(), hex(no.act.statement)) != yes.said.lifts.end();
  }
  static bool meets(const Line& no, const Line& yes) {
    if (no.unread) return true;
    if (no.is_withdrawal) return no.said.by.empty() || no.said.by == yes.said.by;
    return who(no) == who(yes);
  }
  static bool ends(const Line& no, const Line& yes) { return meets(no, yes) && !is_later(yes, no) && !names(yes, no); }
  bool is_ended(const Line& yes) const {
    return std::any_of(lines_.begin(), lines_.end(), [&](const Line* no) { return is_no(*no) && ends(*no, yes); });
  }
  bool stands(const Line& no) const {
    if (!is_no(no)) return false;
    for (const Line* yes : lines_)
      if (is_yes(*yes) && names(*yes, no)) return false;
    if (no.unread || no.said.by.empty()) return true;
    std::set<Pair> later, ended;
    for (const Line* yes : lines_) {
      if (!is_yes(*yes) || yes->said.by != no.said.by) continue;
      if (!no.is_withdrawal && yes->said.of != no.said.of) continue;
      if (is_later(*yes, no) && (!no.said.item || yes->said.item)) later.insert(who(*yes));
      if (ends(no, *yes)) ended.insert(who(*yes));
    }
    if (later.empty()) return true;
    if (!no.is_withdrawal) return false;
    return !std::includes(later.begin(), later.end(), ended.begin(), ended.end());
  }
  std::map<Pair, const Line*> counted_yeses() const {
    std::map<Pair, const Line*> counted;
    for (const bool ended : {false, true}) {
      std::map<Pair, const Line*> found;
      for (const Line* yes : lines_) {
        if (!is_yes(*yes) || is_ended(*yes) != ended) continue;
        const Line*& at = found[who(*yes)];
        if (at == nullptr || !claims_before(*yes, *at)) at = yes;
      }
      counted.merge(found);
    }
    return counted;
  }
  static bool is_over(const Line& yes) { return !yes.said.until.empty() && now >= parse_time(yes.said.until)->unix_seconds + day; }
  bool is_replaced(const Line& one, std::string Said::*kind) const {
    return !one.said.by.empty() && std::any_of(lines_.begin(), lines_.end(), [&](const Line* by) {
      return !by->unread && !by->revoked && who(*by) == who(one) && !(by->said.*kind).empty() && is_later(*by, one) &&
             (by->said.item.has_value() || !one.said.item.has_value());
    });
  }

  std::string use_;
  std::vector<const Line*> lines_;
};

std::set<std::string> asked_of(const ConsentBook& book, const StatementHash& item, const std::vector<Line>& lines) {
  std::set<std::string> out;
  for (const AskedFor& asked : book.asked_for(item)) {
    const auto line = std::find_if(lines.begin(), lines.end(), [&](const Line& one) { return one.act.statement == asked.statement; });
    out.insert(line->unread ? "unread " + hex(asked.statement) : line->said.of + "|" + line->said.by + "|" + asked.words);
  }
  return out;
}

std::string told(const std::vector<Line>& lines) {
  std::string text;
  for (const Line& one : lines) {
    text += std::to_string(one.place) + (one.is_withdrawal ? " withdraw" : " consent") + (one.unread ? " unread" : "") + (one.revoked ? " revoked" : "") +
            " by " + one.said.by + " for " + one.said.of + " at " + std::to_string(one.time) + (one.day_only ? " day" : "") + (one.said.item ? " item" : " case") + " yes";
    for (const auto& use : one.said.uses) text += " " + use;
    text += " no";
    for (const auto& use : one.said.refused) text += " " + use;
    for (const auto& lifted : one.said.lifts) text += " lifts " + lifted.substr(0, 8);
    text += " is " + hex(one.act.statement).substr(0, 8) + " until " + one.said.until + " face " + one.said.face + " name " + one.said.identity + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("the gate judges as its rules are written") {
  for (unsigned seed = 0; seed < 6'000; ++seed) {
    Chance chance(seed);
    std::vector<Line> lines;
    const std::size_t many = 1 + chance.below(9);
    for (std::size_t place = 0; place < many; ++place) lines.push_back(line_of(chance, place, lines));
    // One that names what comes behind it, as a consent does of what another member's doubted statement became.
    if (many > 1 && !lines[0].is_withdrawal && !lines[0].unread && chance.one_in(3)) {
      lines[0].said.lifts = {hex(lines.back().act.statement)};
      lines[0].act.facts = facts_of(lines[0].said);
    }
    std::vector<ShownAct> acts;
    for (const Line& line : lines) acts.push_back(line.act);
    const ConsentBook book(acts);
    INFO("seed " << seed << "\n" << told(lines));
    for (const StatementHash& item : items)
      for (const Use use : {Use::court, Use::press})
        for (const std::size_t first : {SIZE_MAX, many / 2}) {
          const Reading reading(lines, item, std::string(name_of(use)), first);
          const ConsentJudgement judgement = book.judge(item, use, now, first);
          std::set<StatementHash> standing, relied;
          for (const SubjectSays& one : judgement.subjects) {
            if (one.state == ConsentState::withdrawn || one.state == ConsentState::refused) standing.insert(one.statement);
            if (one.state == ConsentState::allowed) relied.insert(one.statement);
          }
          if (name_of(judgement.state) != reading.state() || standing != reading.standing() || relied != reading.relied()) {
            CHECK(std::string(name_of(judgement.state)) == reading.state());
            CHECK(standing == reading.standing());
            CHECK(relied == reading.relied());
            FAIL("the gate and its rules differ");
          }
          if (first == SIZE_MAX && asked_of(book, item, lines) != reading.asked()) {
            CHECK(asked_of(book, item, lines) == reading.asked());
            FAIL("what is asked for differs");
          }
        }
  }
}
