// SPDX-License-Identifier: GPL-3.0-or-later
// How people asked to be shown: it adds up, outlives a no, and is said whenever something leaves.
#include "casework/casefile/people.hpp"
#include "tests/unit/casework/small_acts.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::Scratch;

namespace {

constexpr std::int64_t day = 86'400;

struct Desk {
  Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  Server server{file};
  StatementHash item = server.seal(file, "a note").hash(), other = server.seal(file, "another").hash();

  Desk() { server.pull_into(file); }
  void say(Act act, const Said& said) { state_consent(file, act, said); }
  std::vector<std::string> asked(const StatementHash& of) {
    std::vector<std::string> out;
    for (const AskedFor& one : must(ConsentBook::read(file)).asked_for(of)) out.push_back(one.subject + ": " + one.words);
    return out;
  }
  std::vector<std::string> heeded(Use use) {
    return words_of(must(pass_gate(file, {item}, {use, "a claim depends on it", true}, noon)).conditions);
  }
};

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("a withdrawal and a refusal end no rule of a face") {
  Desk desk;
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item, .face = "blur", .conditions = "no name"});
  desk.say(Act::withdraw, {.by = "birch", .item = desk.item});
  const std::string item = "item " + short_name(desk.item) + ", birch: ";
  CHECK(desk.heeded(Use::court) == Words{item + "face and voice: blur", item + "asked for: no name"});
  desk.say(Act::consent, {.refused = {"court"}, .by = "birch", .item = desk.item});
  CHECK(desk.heeded(Use::court).size() == 2);
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item});
  CHECK(desk.heeded(Use::court).size() == 2);
}

TEST_CASE("a rule holds for every use, also for one of which its person said nothing") {
  Desk desk;
  desk.say(Act::consent, {.refused = {"press"}, .by = "birch", .item = desk.item, .face = "blur"});
  CHECK(desk.heeded(Use::un).size() == 1);
  CHECK(desk.heeded(Use::press).size() == 1);
}

TEST_CASE("a rule is replaced by what the same named person said later of the same thing, and by nothing else") {
  Desk desk;
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item, .face = "blur", .identity = "initials"});
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch"});
  CHECK(desk.asked(desk.item) == Words{"birch: name: initials", "birch: face and voice: blur"});
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch", .face = "show"});  // of the whole case
  CHECK(desk.asked(desk.item).size() == 3);
  CHECK(desk.asked(desk.other) == Words{"birch: face and voice: show"});
  desk.say(Act::consent, {.uses = {"court"}, .by = "alder", .item = desk.item, .face = "show"});
  CHECK(desk.asked(desk.item).size() == 4);
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item, .at = noon - 1, .face = "withhold"});  // older
  CHECK(desk.asked(desk.item).size() == 5);
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item, .at = noon + 1, .face = "show"});
  CHECK(desk.asked(desk.item) == Words{"birch: name: initials", "alder: face and voice: show", "birch: face and voice: show"});
}

TEST_CASE("words add up, and so does what those asked for who are not named") {
  Desk desk;
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item, .conditions = "not before the trial"});
  desk.say(Act::consent, {.uses = {"un"}, .by = "birch", .item = desk.item, .at = noon + day, .conditions = "no place"});
  desk.say(Act::consent, {.uses = {"court"}, .item = desk.item, .face = "blur"});
  desk.say(Act::consent, {.uses = {"court"}, .item = desk.item, .at = noon + day, .face = "show"});
  CHECK(desk.asked(desk.item) == Words{"birch: asked for: not before the trial", "birch: asked for: no place", ": face and voice: blur",
                                       ": face and voice: show"});
}

TEST_CASE("a revoked member's consent adds a rule, and takes none away") {
  Desk desk;
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item, .face = "blur"});
  bring(desk.file, desk.server);
  const std::uint64_t since = desk.server.log.entries().size();
  log_by_anna(desk.file, desk.server, Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item, .face = "show", .identity = "none"});
  desk.server.pull_into(desk.file);
  must(revoke(desk.file, must(find_person(desk.file, "anna")), since));
  CHECK(desk.asked(desk.item) == Words{"birch: face and voice: blur", "birch: name: none"});
}

TEST_CASE("where what somebody said cannot be read, it is said that they may have asked for something") {
  Desk desk;
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item});
  desk.server.log.add(desk.server.anna.next(Act::consent, {{ObjectId(sha256("withheld").raw()), 9}}, {Fact::text("decoy", "x").digest()}));
  desk.server.pull_into(desk.file);
  REQUIRE(desk.asked(desk.item).size() == 1);
  CHECK(desk.asked(desk.item)[0].find("cannot be read here") != std::string::npos);
}

TEST_CASE("an act's words have the rules of face and name") {
  Desk desk;
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item, .face = "blur", .identity = "none"});
  const std::string words = words_of(must(acts_of(desk.file, must(desk.file.entries()))).back());
  CHECK(words == "consent by birch for court; name: none; face and voice: blur");
}

TEST_CASE("many items with one rule are one line") {
  std::vector<Condition> conditions;
  for (int i = 0; i < 20; ++i) conditions.push_back({StatementHash(sha256(std::to_string(i)).raw()), {"birch", "face and voice: blur", {}}});
  const Words words = joined_words_of(conditions);
  REQUIRE(words.size() == 1);
  CHECK(words[0].find(" and 12 more, birch: face and voice: blur") != std::string::npos);
}

TEST_CASE("a rule that was said twice stays by the word that nothing replaced") {
  Desk desk;
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item, .face = "blur"});
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch", .at = noon + day, .face = "blur"});
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item, .face = "show"});
  CHECK(desk.asked(desk.item) == Words{"birch: face and voice: blur", "birch: face and voice: show"});
}
