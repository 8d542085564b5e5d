// SPDX-License-Identifier: GPL-3.0-or-later
// The consent gate: what members said decides, and nothing leaves without it or without a stated reason.
#include "casework/casefile/ledger.hpp"
#include "casework/casefile/handing_out.hpp"
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
  StatementHash item, other;

  StatementHash say(Act act, Said said, std::int64_t at) {
    said.at = at;
    return state_consent(file, act, said);
  }

  Desk() {
    item = server.seal(file, "a note").hash();
    other = server.seal(file, "another").hash();
    server.pull_into(file);
  }
  std::string state(Use use, std::int64_t now = noon) { return state_of(item, use, now); }
  std::string state_of(const StatementHash& of, Use use, std::int64_t now = noon) {
    return std::string(name_of(must(judge_consent(file, of, use, now)).state));
  }
  void consent(Said said) { state_consent(file, Act::consent, said); }
  void withdraw(Said said) { state_consent(file, Act::withdraw, said); }
  std::string gate(const GateRequest& request) {
    const auto pass = pass_gate(file, {item}, request, noon);
    return pass ? "passed" : std::string(name_of(pass.code())) + ": " + pass.error().detail;
  }
};

}  // namespace

TEST_CASE("nothing is allowed of which nobody said anything") {
  Desk desk;
  for (const Use use : all_uses) CHECK(desk.state(use) == "none");
  desk.consent({.uses = {"un"}, .by = "birch", .item = desk.item});
  CHECK(desk.state(Use::un) == "allowed");
  CHECK(desk.state(Use::court) == "none");
  CHECK(desk.state_of(desk.other, Use::un) == "none");
}

TEST_CASE("a consent to the whole case is one to each item") {
  Desk desk;
  desk.consent({.uses = {"court"}, .by = "birch"});
  CHECK(desk.state(Use::court) == "allowed");
  CHECK(desk.state_of(desk.other, Use::court) == "allowed");
}

TEST_CASE("a consent holds to the end of its last day") {
  Desk desk;
  desk.consent({.uses = {"court"}, .by = "birch", .until = "2026-05-01", .item = desk.item});
  CHECK(desk.state(Use::court, noon) == "allowed");
  CHECK(desk.state(Use::court, noon + day / 2 - 1) == "allowed");
  CHECK(desk.state(Use::court, noon + day / 2) == "expired");
}

TEST_CASE("what is taken back stops the uses that it names, and without names all") {
  Desk desk;
  desk.consent({.uses = {"court", "press"}, .by = "birch", .item = desk.item});
  desk.withdraw({.uses = {"press"}, .by = "birch", .item = desk.item});
  CHECK(desk.state(Use::court) == "allowed");
  CHECK(desk.state(Use::press) == "withdrawn");
  desk.withdraw({.by = "birch", .item = desk.item});
  CHECK(desk.state(Use::court) == "withdrawn");
  desk.consent({.uses = {"court"}, .by = "birch", .item = desk.item});
  CHECK(desk.state(Use::court) == "allowed");
}

TEST_CASE("everybody whom it concerns has a say") {
  Desk desk;
  desk.consent({.uses = {"court"}, .by = "birch", .item = desk.item});
  desk.consent({.uses = {"un"}, .refused = {"court"}, .by = "alder", .item = desk.item});
  CHECK(desk.state(Use::court) == "refused");
  desk.consent({.uses = {"court"}, .by = "alder", .item = desk.item});
  CHECK(desk.state(Use::court) == "allowed");
  desk.withdraw({.by = "alder"});
  CHECK(desk.state(Use::court) == "withdrawn");
}

TEST_CASE("a withdrawal that names nobody is everybody's") {
  Desk desk;
  desk.consent({.uses = {"court"}, .by = "birch", .item = desk.item});
  desk.withdraw({.item = desk.item});
  CHECK(desk.state(Use::court) == "withdrawn");
  desk.consent({.uses = {"court"}, .by = "birch", .item = desk.item});
  CHECK(desk.state(Use::court) == "withdrawn");
}

TEST_CASE("an older consent that comes to the log later lifts no withdrawal and no refusal") {
  Desk desk;
  desk.say(Act::withdraw, {.by = "birch", .item = desk.item}, noon);
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item}, noon - 2 * day);
  CHECK(desk.state(Use::court) == "withdrawn");
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item}, noon + 1);
  CHECK(desk.state(Use::court) == "allowed");
  desk.say(Act::consent, {.refused = {"un"}, .by = "birch", .item = desk.other}, noon);
  desk.say(Act::consent, {.uses = {"un"}, .by = "birch", .item = desk.other}, noon - 1);
  CHECK(desk.state_of(desk.other, Use::un) == "refused");
}

TEST_CASE("days compare as days, and in doubt the no stands") {
  Desk desk;
  desk.say(Act::withdraw, {.by = "birch", .item = desk.item}, noon);
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item, .date = "2026-05-01"}, noon + day);
  CHECK(desk.state(Use::court) == "withdrawn");
  desk.say(Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item, .date = "2026-05-02"}, noon + day);
  CHECK(desk.state(Use::court) == "allowed");
}

TEST_CASE("a yes to the whole case lifts no no about one item") {
  Desk desk;
  desk.say(Act::consent, {.uses = {"press"}, .by = "birch"}, noon);
  const StatementHash no = desk.say(Act::withdraw, {.by = "birch", .item = desk.item}, noon + 1);
  desk.say(Act::consent, {.uses = {"press"}, .by = "birch"}, noon + 2);
  CHECK(desk.state(Use::press) == "withdrawn");
  CHECK(desk.state_of(desk.other, Use::press) == "allowed");
  desk.say(Act::consent, {.uses = {"press"}, .by = "birch", .lifts = {hex(no)}}, noon + 3);
  CHECK(desk.state(Use::press) == "allowed");
  desk.say(Act::withdraw, {.by = "birch"}, noon + 4);
  desk.say(Act::consent, {.uses = {"press"}, .by = "birch", .item = desk.item}, noon + 5);
  CHECK(desk.state(Use::press) == "allowed");
}

TEST_CASE("nobody's yes lifts somebody else's no, unless it names it") {
  Desk desk;
  const StatementHash first = desk.say(Act::consent, {.refused = {"press"}, .item = desk.item}, noon);
  desk.say(Act::consent, {.uses = {"press"}, .item = desk.item}, noon + 1);
  CHECK(desk.state(Use::press) == "refused");  // neither is named: it may be two people
  desk.say(Act::consent, {.uses = {"press"}, .item = desk.item, .lifts = {hex(first)}}, noon + 2);
  CHECK(desk.state(Use::press) == "allowed");
  desk.say(Act::consent, {.refused = {"un"}, .by = "mother", .item = desk.item, .of = "kid"}, noon);
  desk.say(Act::consent, {.uses = {"un"}, .by = "father", .item = desk.item, .of = "kid"}, noon + 1);
  CHECK(desk.state(Use::un) == "refused");
  desk.say(Act::consent, {.uses = {"un"}, .by = "mother", .item = desk.item, .of = "kid"}, noon + 2);
  CHECK(desk.state(Use::un) == "allowed");
}

TEST_CASE("a withdrawal that was set aside stops all the same") {
  Desk desk;
  desk.consent({.uses = {"court"}, .by = "birch", .item = desk.item});
  desk.server.log.add(desk.server.anna.rotate(9));
  desk.server.anna.sign_with(anna_key);
  desk.server.log.add(desk.server.anna.next(Act::withdraw, {{ObjectId(sha256("gone").raw()), 9}}, {Fact::text("decoy", "x").digest()}));
  desk.server.pull_into(desk.file);
  CHECK(must(desk.file.set_aside()).size() == 1);
  CHECK(desk.state(Use::court) == "withdrawn");
}

TEST_CASE("a withdrawal that does not open stops everything") {
  Desk desk;
  desk.consent({.uses = {"court"}, .by = "birch", .item = desk.item});
  std::vector<ShownAct> acts = must(acts_of(desk.file, must(desk.file.entries())));
  ShownAct unread;
  unread.act = Act::withdraw;
  unread.failure = fail(Errc::missing_part);
  acts.push_back(unread);
  CHECK(ConsentBook(acts).judge(desk.item, Use::court, noon).state == ConsentState::withdrawn);
  acts.back().act = Act::consent;
  CHECK(ConsentBook(acts).judge(desk.item, Use::un, noon).state == ConsentState::refused);
  CHECK(ConsentBook(acts).judge(desk.item, Use::court, noon).state == ConsentState::refused);
  acts.back().weight = Weight::revoked;  // a server that withholds an object makes no no of it
  CHECK(ConsentBook(acts).judge(desk.item, Use::un, noon).state == ConsentState::refused);
  acts.back().act = Act::withdraw;
  CHECK(ConsentBook(acts).judge(desk.item, Use::court, noon).state == ConsentState::withdrawn);
}

TEST_CASE("the gate says why it stops, and takes a reason where nobody can be asked") {
  Desk desk;
  const std::string name = short_name(desk.item);
  CHECK(desk.gate({Use::court}) == "no_consent: item " + name + ": no consent to the use court is recorded");
  CHECK(desk.gate({Use::court, "a crowd"}) == "passed");
  CHECK(desk.gate({Use::court, "two\nlines"}).starts_with("usage"));
  desk.withdraw({.by = "birch", .item = desk.item});
  CHECK(desk.gate({Use::court, "a crowd"}) == "no_consent: item " + name + ": consent was withdrawn from the use court, and nothing later lifts that");
  CHECK(desk.gate({Use::court, "", true}).starts_with("usage"));
  CHECK(desk.gate({Use::court, "a claim depends on it", true}) == "passed");
}

TEST_CASE("one item without consent stops all of them") {
  Desk desk;
  desk.consent({.uses = {"un"}, .by = "birch", .item = desk.item});
  CHECK(pass_gate(desk.file, {desk.item}, {Use::un}, noon));
  const auto both = pass_gate(desk.file, {desk.item, desk.other}, {Use::un}, noon);
  REQUIRE_FALSE(both);
  CHECK(both.code() == Errc::no_consent);
  CHECK(both.error().detail.find(short_name(desk.other)) != std::string::npos);
}

TEST_CASE("the pass names what it relied on, and what it passed over") {
  Desk desk;
  const StatementHash consent = state_consent(desk.file, Act::consent, {.uses = {"un"}, .by = "birch", .item = desk.item});
  const StatementHash refusal = state_consent(desk.file, Act::consent, {.refused = {"un"}, .by = "alder", .item = desk.item});
  const GatePass pass = must(pass_gate(desk.file, {desk.item}, {Use::un, "why", true}, noon));
  CHECK(pass.relied == std::set<StatementHash>{consent});
  CHECK(pass.withdrawn == std::set<StatementHash>{refusal});
  CHECK(pass.necessity == "why");
}

TEST_CASE("a reason that was not needed is not stated") {
  Desk desk;
  desk.consent({.uses = {"un"}, .by = "birch", .item = desk.item});
  CHECK(must(pass_gate(desk.file, {desk.item}, {Use::un, "why"}, noon)).necessity.empty());
}

TEST_CASE("the ledger has what left, by whose word, and what was withdrawn since") {
  Desk desk;
  desk.consent({.uses = {"court", "un"}, .by = "birch", .item = desk.item});
  ExportAct out{"dossier un", {desk.item, desk.other}, {"clean"}, {"media.type"}, "=the body", "asked for", sha256("bag"), {}};
  out.pass = must(pass_gate(desk.file, {desk.item, desk.other}, {Use::un, "a crowd"}, noon));
  must(state_export(desk.file, out, noon));
  DiscloseAct one{desk.item, {"capture.time"}, "a court", "", must(pass_gate(desk.file, {desk.item}, {Use::court}, noon))};
  must(state_disclosure(desk.file, one, noon));
  desk.withdraw({.uses = {"un"}, .by = "birch", .item = desk.item});
  const auto rows = must(ledger_of(desk.file));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].profile == "dossier un");
  CHECK(rows[0].items.size() == 2);
  CHECK(rows[0].bag == hex(sha256("bag")));
  CHECK(rows[0].necessity == "a crowd");
  CHECK(rows[0].consents.size() == 1);
  REQUIRE(rows[0].withdrawn.size() == 1);
  CHECK(rows[0].withdrawn[0].by == "birch");
  CHECK(rows[1].facts == std::vector<std::string>{"capture.time"});
  CHECK(rows[1].withdrawn.empty());
  CHECK(about_item(rows, desk.other).size() == 1);
  CHECK(render_csv(rows).find("\"'=the body\"") != std::string::npos);
  CHECK(render_text(rows).find("WITHDRAWN SINCE by birch") != std::string::npos);
}

TEST_CASE("the ledger has a withdrawal that the log has before what left and that did not know of it") {
  Desk desk;
  desk.consent({.uses = {"court"}, .by = "birch", .item = desk.item});
  ExportAct out{"exhibit", {desk.item}, {"clean"}, {}, "a court", "", {}, {}};
  out.pass = must(pass_gate(desk.file, out.items, {Use::court}, noon));
  desk.withdraw({.by = "birch", .item = desk.item});
  must(state_export(desk.file, out, noon));
  const auto rows = must(ledger_of(desk.file));
  REQUIRE(rows.at(0).withdrawn.size() == 1);
  CHECK(rows[0].withdrawn[0].came_before);
  CHECK(render_text(rows).find("which the log has before this") != std::string::npos);
  LedgerRow formula;
  formula.addressee = "x;=HYPERLINK(1)";
  CHECK(render_csv({formula}).find("x;'=HYPERLINK") != std::string::npos);
}

TEST_CASE("a group's key that was written out is an access of the whole case") {
  Desk desk;
  must(state_access(desk.file, {{}, {"keys"}, {}, "for the expert"}, noon));
  CHECK_FALSE(state_access(desk.file, {{}, {"clean"}, {}, ""}, noon));
  CHECK_FALSE(state_access(desk.file, {desk.item, {"keys"}, {}, ""}, noon));
  const auto acts = must(acts_of(desk.file, must(desk.file.entries())));
  CHECK(words_of(acts.back()).find("GROUP'S KEY") != std::string::npos);
}

TEST_CASE("thousands of items fit into one statement of what left") {
  Desk desk;
  ExportAct out{"dossier", {}, {"clean"}, {}, "an archive", "", {}, {}};
  for (int i = 0; i < 2000; ++i) out.items.push_back(StatementHash(sha256(std::to_string(i)).raw()));
  out.pass = {Use::partners, "a crowd", {out.items.begin(), out.items.end()}, {}, {}};
  must(state_export(desk.file, out, noon));
  const auto rows = must(ledger_of(desk.file));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].items.size() == 2000);
  CHECK(rows[0].consents.size() == 2000);
}
