// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/act_facts.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>

#include "console/console.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/time.hpp"

namespace dokaz {
namespace {

constexpr std::size_t max_shown_facts = 64;

nlohmann::json value_of(const Fact& fact) { return nlohmann::json::parse(fact.value_json(), nullptr, false); }

bool is_text(const Fact& fact, const std::function<bool(const std::string&)>& holds) {
  const auto text = fact.as_text();
  return text && holds(*text);
}

bool is_one_of(const Fact& fact, std::initializer_list<std::string_view> words) {
  return is_text(fact, [&](const std::string& text) { return std::find(words.begin(), words.end(), text) != words.end(); });
}

/// Strings, not none of them, ascending, each once.
bool is_list(const Fact& fact, std::size_t most, const std::function<bool(const std::string&)>& holds) {
  const auto list = value_of(fact);
  if (!list.is_array() || list.empty() || list.size() > most) return false;
  std::string before;
  for (const auto& one : list) {
    if (!one.is_string()) return false;
    const auto& text = one.get_ref<const std::string&>();
    if (!holds(text) || (&one != &list.front() && before >= text)) return false;
    before = text;
  }
  return true;
}

bool is_hash(const std::string& text) { return id_from_hex<StatementHash>(text).has_value(); }
bool is_use(const std::string& text) { return use_from_name(text).has_value(); }
bool is_day(const std::string& text) {
  const auto day = parse_time(text);
  return day && day->day_only;
}
bool is_pseudonym_of_others(const std::string& text) { return is_line(text, max_pseudonym_of_others); }
bool is_word(const std::string& text) { return is_line(text, 64); }

bool is_language(const std::string& text) {
  return (text.size() == 2 || text.size() == 3) && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

bool is_profile(const std::string& text) {
  if (text == "exhibit" || text == "dossier" || text == "filing") return true;
  for (const std::string_view kind : {"dossier ", "filing "}) {
    if (!text.starts_with(kind)) continue;
    const std::string name = text.substr(kind.size());
    return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
  }
  return false;
}

bool is_shown(const Fact& fact) {
  return is_list(fact, 5, [](const std::string& word) {
    return word == "clean" || word == "facts" || word == "keys" || word == "original" || word == "sidecars";
  });
}

struct Form {
  std::string_view name;
  bool (*holds)(const Fact&);
};

constexpr Form forms[] = {
    {"about", [](const Fact& fact) { return is_text(fact, is_hash); }},
    {"addressee", [](const Fact& fact) { return is_text(fact, [](const std::string& text) { return is_line(text, max_addressee); }); }},
    {"consent.by", [](const Fact& fact) { return is_text(fact, is_pseudonym_of_others); }},
    {"consent.capacity", [](const Fact& fact) { return is_one_of(fact, {"adult", "child", "incapacitated", "deceased"}); }},
    {"consent.conditions", [](const Fact& fact) { return is_text(fact, [](const std::string& text) { return is_line(text); }); }},
    {"consent.date", [](const Fact& fact) { return is_text(fact, is_day); }},
    {"consent.face", [](const Fact& fact) { return is_one_of(fact, {"show", "blur", "withhold"}); }},
    {"consent.for", [](const Fact& fact) { return is_text(fact, is_pseudonym_of_others); }},
    {"consent.form", [](const Fact& fact) { return is_one_of(fact, {"written", "audio", "video", "oral"}); }},
    {"consent.identity", [](const Fact& fact) { return is_one_of(fact, {"full", "initials", "pseudonym", "none"}); }},
    {"consent.interpreter", [](const Fact& fact) { return value_of(fact).is_boolean(); }},
    {"consent.lifts", [](const Fact& fact) { return is_list(fact, max_hashes_of_fact, is_hash); }},
    {"consent.language", [](const Fact& fact) { return is_text(fact, is_language); }},
    {"consent.refused", [](const Fact& fact) { return is_list(fact, std::size(all_uses), is_use); }},
    {"consent.relied", [](const Fact& fact) { return is_list(fact, max_hashes_of_fact, is_hash); }},
    {"consent.told",
     [](const Fact& fact) {
       return is_list(fact, 4, [](const std::string& word) {
         return word == "competent" || word == "comprehended" || word == "disclosed" || word == "voluntary";
       });
     }},
    {"consent.until", [](const Fact& fact) { return is_text(fact, is_day); }},
    {"consent.uses", [](const Fact& fact) { return is_list(fact, std::size(all_uses), is_use); }},
    {"consent.withdrawn", [](const Fact& fact) { return is_list(fact, max_hashes_of_fact, is_hash); }},
    {"consent.witness", [](const Fact& fact) { return is_text(fact, is_pseudonym_of_others); }},
    {"continues", [](const Fact& fact) { return value_of(fact).is_object(); }},
    {"export.bag", [](const Fact& fact) { return is_text(fact, is_hash); }},
    {"export.items", [](const Fact& fact) { return is_list(fact, max_hashes_of_fact, is_hash); }},
    {"export.profile", [](const Fact& fact) { return is_text(fact, is_profile); }},
    {"necessity", [](const Fact& fact) { return is_text(fact, [](const std::string& text) { return is_line(text); }); }},
    {"note", [](const Fact& fact) { return is_text(fact, [](const std::string& text) { return !text.empty() && text.size() <= max_note_size_of_act; }); }},
    {"reason", [](const Fact& fact) { return is_text(fact, [](const std::string& text) { return is_line(text); }); }},
    {"shown", is_shown},
    {"shown.facts", [](const Fact& fact) { return is_list(fact, max_shown_facts, is_word); }},
    {"tool", [](const Fact& fact) { return is_text(fact, [](const std::string& text) { return is_line(text); }); }},
    {"use", [](const Fact& fact) { return is_text(fact, is_use); }},
    {"verify.failed", [](const Fact& fact) { return fact.as_number().has_value(); }},
    {"verify.items", [](const Fact& fact) { return fact.as_number().has_value(); }},
    {"verify.outcome", [](const Fact& fact) { return is_one_of(fact, {"verified", "verified_with_limits", "failed"}); }},
    {"verify.size", [](const Fact& fact) { return fact.as_number().has_value(); }},
};

struct Rule {
  Act act;
  std::vector<std::string_view> must, may;
};

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all = {
      {Act::note, {"note"}, {"about", "continues"}},
      {Act::consent,
       {},
       {"about", "consent.uses", "consent.refused", "consent.by", "consent.capacity", "consent.for", "consent.date",
        "consent.until", "consent.language", "consent.interpreter", "consent.form", "consent.witness", "consent.told",
        "consent.identity", "consent.face", "consent.conditions", "consent.lifts"}},
      {Act::withdraw, {}, {"about", "consent.by", "consent.uses", "consent.date", "consent.conditions", "reason"}},
      {Act::access, {"shown"}, {"about", "shown.facts", "reason", "tool"}},
      {Act::export_,
       {"export.profile", "export.items", "use"},
       {"export.bag", "shown", "shown.facts", "addressee", "reason", "tool", "necessity", "consent.relied", "consent.withdrawn"}},
      {Act::disclose,
       {"about", "shown.facts", "addressee", "use"},
       {"reason", "tool", "necessity", "consent.relied", "consent.withdrawn"}},
      {Act::verify, {"verify.outcome", "verify.items", "verify.failed"}, {"verify.size", "reason", "tool"}},
  };
  return all;
}

bool is_in(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool has_form(const Fact& fact) {
  const auto* form = std::find_if(std::begin(forms), std::end(forms), [&](const Form& one) { return one.name == fact.name(); });
  return form != std::end(forms) && form->holds(fact);
}

/// What no single fact's form can say.
bool agree(Act act, const std::vector<Fact>& facts) {
  // Of no item are the keys that open all of them, and nothing else.
  if (act == Act::access) return (find_fact(facts, "about") == nullptr) == (words_of(facts, "shown") == std::vector<std::string>{"keys"});
  if (act != Act::consent) return true;
  const std::set<Use> yes = uses_of(facts, "consent.uses"), no = uses_of(facts, "consent.refused");
  // Read as "for everything", a list of uses that nobody understands would allow what nobody allowed.
  if (yes.empty() && no.empty()) return false;
  return std::none_of(yes.begin(), yes.end(), [&](Use use) { return no.contains(use); });
}

}  // namespace

std::string_view name_of(Use use) {
  switch (use) {
    case Use::court: return "court";
    case Use::partners: return "partners";
    case Use::press: return "press";
    case Use::prosecutor: return "prosecutor";
    case Use::publish: return "publish";
    case Use::team: return "team";
    case Use::un: break;
  }
  return "un";
}

std::optional<Use> use_from_name(std::string_view name) {
  for (const Use use : all_uses)
    if (name_of(use) == name) return use;
  return std::nullopt;
}

bool is_line(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most && console::printable(text) == text;
}

bool is_for_team(Act act) { return act == Act::consent || act == Act::withdraw; }

Status check_act_facts(Act act, const std::vector<Fact>& facts) {
  const auto wrong = [] { return fail(Errc::bad_disclosure, "facts that do not belong to this act"); };
  const auto rule = std::find_if(rules().begin(), rules().end(), [&](const Rule& one) { return one.act == act; });
  if (rule == rules().end()) return wrong();
  const Fact* object = find_fact(facts, "object");
  if (object == nullptr || object->as_text() != (is_for_team(act) ? "team" : "legal")) return wrong();
  for (const Fact& fact : facts) {
    if (fact.name() == "object" || fact.name() == "decoy") continue;
    if (!is_in(rule->must, fact.name()) && !is_in(rule->may, fact.name())) return wrong();
    if (!has_form(fact)) return wrong();
  }
  for (const std::string_view name : rule->must)
    if (find_fact(facts, name) == nullptr) return wrong();
  return agree(act, facts) ? Status() : Status(wrong());
}

std::string text_of(const std::vector<Fact>& facts, std::string_view name) {
  const Fact* fact = find_fact(facts, name);
  return fact == nullptr ? std::string() : fact->as_text().value_or("");
}

std::vector<std::string> words_of(const std::vector<Fact>& facts, std::string_view name) {
  std::vector<std::string> words;
  for (const Fact& fact : facts) {
    if (fact.name() != name) continue;
    for (const auto& one : value_of(fact))
      if (one.is_string()) words.push_back(one.get<std::string>());
  }
  return words;
}

std::set<Use> uses_of(const std::vector<Fact>& facts, std::string_view name) {
  std::set<Use> uses;
  for (const std::string& word : words_of(facts, name))
    if (const auto use = use_from_name(word)) uses.insert(*use);
  return uses;
}

std::vector<StatementHash> hashes_of(const std::vector<Fact>& facts, std::string_view name) {
  std::vector<StatementHash> hashes;
  for (const std::string& word : words_of(facts, name))
    if (const auto hash = id_from_hex<StatementHash>(word)) hashes.push_back(*hash);
  return hashes;
}

std::vector<Fact> hash_facts(std::string_view name, std::set<StatementHash> hashes) {
  std::vector<Fact> facts;
  while (!hashes.empty()) {
    nlohmann::json list = nlohmann::json::array();
    while (!hashes.empty() && list.size() < max_hashes_of_fact) list.push_back(hex(hashes.extract(hashes.begin()).value()));
    facts.push_back(Fact::json(name, list.dump()).value());
  }
  return facts;
}

std::optional<Fact> words_fact(std::string_view name, const std::set<std::string>& words) {
  if (words.empty()) return std::nullopt;
  return Fact::json(name, nlohmann::json(words).dump()).value();
}

std::optional<Fact> uses_fact(std::string_view name, const std::set<Use>& uses) {
  std::set<std::string> words;
  for (const Use use : uses) words.insert(std::string(name_of(use)));
  return words_fact(name, words);
}

}  // namespace dokaz
