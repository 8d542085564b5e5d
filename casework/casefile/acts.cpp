// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/acts.hpp"

#include <nlohmann/json.hpp>

#include "console/console.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

std::string text_of(const std::vector<Fact>& facts, std::string_view name) {
  const Fact* fact = find_fact(facts, name);
  return fact == nullptr ? std::string() : console::printable(fact->as_text().value_or("?"));
}

std::string uses_of(const std::vector<Fact>& facts) {
  const Fact* fact = find_fact(facts, "consent.uses");
  if (fact == nullptr) return {};
  const auto list = nlohmann::json::parse(fact->value_json(), nullptr, false);
  std::string text;
  if (list.is_array())
    for (const auto& use : list) text += (text.empty() ? "" : ", ") + (use.is_string() ? use.get<std::string>() : "?");
  return console::printable(text);
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
  if (act == Act::genesis) return !statement.fields().objects.empty();
  return !is_item(statement) && act != Act::receive && act != Act::fork_found;
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
  if (act.act == Act::heartbeat) return "heartbeat: nothing new, the chain goes on";
  if (act.act == Act::genesis) return "a new chain that goes on where another one was lost";
  return std::string(name_of(act.act));
}

}  // namespace dokaz
