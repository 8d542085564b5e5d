// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/acts.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "console/console.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

std::string text_of(const std::vector<Fact>& facts, std::string_view name) {
  const Fact* fact = find_fact(facts, name);
  return fact == nullptr ? std::string() : console::printable(fact->as_text().value_or("?"));
}

constexpr std::string_view known_uses[] = {"court", "partners", "press", "prosecutor", "publish", "team", "un"};
constexpr std::size_t max_by = 64, max_note = 8192;  // bytes

/// Ascending, each once, of the closed list; nothing where the fact is anything else.
std::optional<std::vector<std::string>> read_uses(const Fact& fact) {
  const auto list = nlohmann::json::parse(fact.value_json(), nullptr, false);
  if (!list.is_array() || list.empty()) return std::nullopt;
  std::vector<std::string> uses;
  for (const auto& use : list) {
    if (!use.is_string()) return std::nullopt;
    const auto word = use.get<std::string>();
    if (std::find(std::begin(known_uses), std::end(known_uses), word) == std::end(known_uses)) return std::nullopt;
    if (!uses.empty() && uses.back() >= word) return std::nullopt;
    uses.push_back(word);
  }
  return uses;
}

std::string uses_of(const std::vector<Fact>& facts) {
  const Fact* fact = find_fact(facts, "consent.uses");
  const auto uses = fact == nullptr ? std::nullopt : read_uses(*fact);
  std::string text;
  if (uses)
    for (const std::string& use : *uses) text += (text.empty() ? "" : ", ") + use;
  return text;
}

bool may_have(Act act, std::string_view name) {
  if (name == "object" || name == "about" || name == "decoy") return true;
  if (act == Act::note) return name == "note" || name == "continues";
  return (act == Act::consent || act == Act::withdraw) && (name == "consent.by" || name == "consent.uses");
}

bool is_text_of(const Fact* fact, std::size_t most) {
  return fact != nullptr && fact->as_text() && !fact->as_text()->empty() && fact->as_text()->size() <= most;
}

Status read_about(ShownAct& act) {
  const Fact* about = find_fact(act.facts, "about");
  if (about == nullptr) return {};
  DOKAZ_LET(item, id_from_hex<StatementHash>(about->as_text().value_or("")));
  act.item = item;
  return {};
}

Status open_into(const CaseFile& file, const Statement& statement, ShownAct& act) {
  DOKAZ_LET(facts, open_act(file, statement));
  act.facts = std::move(facts);
  return read_about(act);
}

std::string consent_words(const ShownAct& act, std::string_view what, std::string_view all) {
  const std::string by = text_of(act.facts, "consent.by"), uses = uses_of(act.facts);
  std::string text(what);
  text += by.empty() ? ", it is not said whose" : " by " + by;
  return text + (uses.empty() ? std::string(all) : " for " + uses);
}

}  // namespace

bool is_shown_act(const Statement& statement) {
  const Act act = statement.fields().act;
  return !is_item(statement) && act != Act::genesis && act != Act::receive && act != Act::fork_found;
}

Status check_act_facts(Act act, const std::vector<Fact>& facts) {
  const auto wrong = [] { return fail(Errc::bad_disclosure, "facts that do not belong to this act"); };
  for (const Fact& fact : facts)
    if (!may_have(act, fact.name())) return wrong();
  const Fact* object = find_fact(facts, "object");
  const std::string_view group = name_of(act == Act::note ? Group::legal : Group::team);
  if (object == nullptr || object->as_text() != group) return wrong();
  if (const Fact* about = find_fact(facts, "about"))
    if (!id_from_hex<StatementHash>(about->as_text().value_or(""))) return wrong();
  if (act == Act::note && !is_text_of(find_fact(facts, "note"), max_note)) return wrong();
  if (const Fact* by = find_fact(facts, "consent.by"))
    if (!is_text_of(by, max_by) || console::printable(*by->as_text()) != *by->as_text()) return wrong();
  // Read as "for everything", a list of uses that nobody understands would allow what nobody allowed.
  const Fact* uses = find_fact(facts, "consent.uses");
  if ((uses != nullptr && !read_uses(*uses)) || (uses == nullptr && act == Act::consent)) return wrong();
  return {};
}

Result<std::optional<ShownAct>> find_withdrawal(CaseFile& file, const std::vector<CaseEntry>& entries,
                                                const StatementHash& item) {
  DOKAZ_LET(acts, acts_of(file, entries));
  for (ShownAct& act : acts)
    if (act.act == Act::withdraw && (act.failure || !act.item || *act.item == item)) return std::optional(std::move(act));
  return std::optional<ShownAct>();
}

Result<std::vector<ShownAct>> acts_of(CaseFile& file, const std::vector<CaseEntry>& entries) {
  DOKAZ_LET(members, file.membership());
  std::vector<ShownAct> acts;
  for (const CaseEntry& entry : entries) {
    if (!is_shown_act(entry.statement)) continue;
    const StatementFields& fields = entry.statement.fields();
    const Member* member = members.find(entry.receipt.member);
    ShownAct act{entry.index, entry.statement.hash(), member == nullptr ? "?" : member->pseudonym,
                 fields.act,  format_time(fields.time), fields.seq, {}, {}, {}};
    if (!fields.objects.empty())
      if (const Status opened = open_into(file, entry.statement, act); !opened) act.failure = opened.error();
    acts.push_back(std::move(act));
  }
  return acts;
}

std::string words_of(const ShownAct& act) {
  if (act.failure)
    return std::string(name_of(act.act)) + ", which does not open: " + std::string(words_of(act.failure->code));
  if (act.act == Act::note) return "note: " + text_of(act.facts, "note");
  if (act.act == Act::consent) return consent_words(act, "consent", "");
  if (act.act == Act::withdraw) return consent_words(act, "CONSENT WITHDRAWN", " for everything");
  if (act.act == Act::close) return "the chain was closed after " + std::to_string(act.seq) + " statements";
  if (act.act == Act::key_rotate) return "the key was changed: another one signs from here on";
  if (act.act == Act::heartbeat) return "heartbeat: nothing new, the chain goes on";
  return std::string(name_of(act.act));
}

}  // namespace dokaz
