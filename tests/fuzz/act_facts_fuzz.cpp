// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzz target of what a consent and the other acts say: a kind of act, then facts as an object holds them. What passes
// as an act's facts says each thing in one way alone: its lists are those that we write ourselves, its uses are known
// ones, none is agreed to and refused at once, and its lines are lines.
#include <algorithm>

#include "casework/casefile/act_facts.hpp"
#include "crypto/check.hpp"
#include "crypto/encoding.hpp"
#include "tests/fuzz/seeds.hpp"

using namespace dokaz;

namespace {

constexpr Act acts[] = {Act::consent, Act::withdraw, Act::note, Act::access, Act::export_, Act::disclose, Act::verify};

Fact fact(const char* name, const std::string& json) { return Fact::json(name, json).value(); }

Bytes facts_of(std::vector<Fact> facts) {
  std::ranges::sort(facts, {}, [](const Fact& one) { return one.disclosure(); });
  return write_facts(facts);
}

/// The values of a fact of words, as we write them.
bool is_ours(const std::vector<Fact>& facts, std::string_view name) {
  const auto words = words_of(facts, name);
  const std::set<std::string> all(words.begin(), words.end());
  const auto written = words_fact(name, all);
  const Fact* there = find_fact(facts, name);
  if (there == nullptr) return !written;
  return written && written->value_json() == there->value_json();
}

void check_consent(const std::vector<Fact>& facts) {
  const std::set<Use> yes = uses_of(facts, "consent.uses"), no = uses_of(facts, "consent.refused");
  DOKAZ_CHECK(!yes.empty() || !no.empty());
  for (const Use use : yes) DOKAZ_CHECK(!no.contains(use));
  DOKAZ_CHECK(yes.size() == words_of(facts, "consent.uses").size() && no.size() == words_of(facts, "consent.refused").size());
  DOKAZ_CHECK(is_ours(facts, "consent.uses") && is_ours(facts, "consent.refused") && is_ours(facts, "consent.told"));
  for (const char* name : {"consent.by", "consent.for", "consent.witness"})
    if (const std::string who = text_of(facts, name); !who.empty()) DOKAZ_CHECK(is_line(who, max_pseudonym_of_others));
  if (const std::string line = text_of(facts, "consent.conditions"); !line.empty()) DOKAZ_CHECK(is_line(line));
  DOKAZ_CHECK(hashes_of(facts, "consent.lifts").size() <= max_hashes_of_fact * facts.size());
}

}  // namespace

std::vector<Bytes> fuzz_seeds() {
  const std::string hash = "\"" + hex(sha256("x")) + "\"";
  std::vector<Bytes> out;
  const auto keep = [&](Byte act, std::vector<Fact> facts) {
    facts.push_back(fact("object", act < 2 ? "\"team\"" : "\"legal\""));
    Bytes seed{act};
    append(seed, facts_of(std::move(facts)));
    out.push_back(std::move(seed));
  };
  keep(0, {fact("about", hash), fact("consent.uses", "[\"court\",\"un\"]"), fact("consent.refused", "[\"press\"]"),
           fact("consent.by", "\"birch\""), fact("consent.for", "\"kid\""), fact("consent.capacity", "\"child\""),
           fact("consent.date", "\"2026-05-01\""), fact("consent.until", "\"2027-05-01\""), fact("consent.face", "\"blur\""),
           fact("consent.identity", "\"pseudonym\""), fact("consent.told", "[\"comprehended\",\"voluntary\"]"),
           fact("consent.interpreter", "true"), fact("consent.language", "\"be\""), fact("consent.form", "\"oral\""),
           fact("consent.conditions", "\"no name\""), fact("consent.lifts", "[" + hash + "]")});
  keep(0, {fact("consent.uses", "[\"court\"]")});
  keep(1, {fact("about", hash), fact("consent.by", "\"birch\""), fact("consent.uses", "[\"press\"]"), fact("reason", "\"asked\"")});
  keep(2, {fact("note", "\"a note\"")});
  keep(3, {fact("about", hash), fact("shown", "[\"clean\",\"facts\"]")});
  keep(4, {fact("export.profile", "\"exhibit/v1\""), fact("export.items", "[" + hash + "]"), fact("use", "\"court\"")});
  keep(6, {fact("verify.outcome", "\"verified\""), fact("verify.items", "3"), fact("verify.failed", "0")});
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Act act = acts[data[0] % std::size(acts)];
  const auto facts = read_facts(ByteView(data + 1, size - 1));
  if (!facts || !check_act_facts(act, *facts)) return 0;
  // Facts of one act are none of another kind's.
  DOKAZ_CHECK(text_of(*facts, "object") == (is_for_team(act) ? "team" : "legal"));
  if (act == Act::consent) check_consent(*facts);
  if (act == Act::note) DOKAZ_CHECK(!text_of(*facts, "note").empty());
  if (act == Act::access) DOKAZ_CHECK(!words_of(*facts, "shown").empty());
  if (act == Act::export_ || act == Act::disclose) DOKAZ_CHECK(use_from_name(text_of(*facts, "use")).has_value());
  return 0;
}
