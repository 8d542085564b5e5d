// SPDX-License-Identifier: GPL-3.0-or-later
// The consent gate where members are revoked, statements set aside and chains forked: it stops in doubt, and whoever asks
// again can open it.
#include "casework/casefile/custody.hpp"
#include "casework/casefile/disclosure.hpp"
#include "casework/casefile/forks.hpp"
#include "casework/casefile/last_pull.hpp"
#include "casework/casefile/ledger.hpp"
#include "casework/casefile/people.hpp"
#include "tests/unit/casework/small_acts.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::Scratch;

namespace {

struct Desk {
  Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  Server server{file};
  StatementHash item = server.seal(file, "a note").hash();

  Desk() { server.pull_into(file); }
  std::string state(Use use) { return std::string(name_of(must(judge_consent(file, item, use, noon)).state)); }
  StatementHash log(Act act, const Said& said) {
    const std::uint64_t index = log_by_anna(file, server, act, said);
    return server.log.entries()[index].statement.hash();
  }
  /// Everything that anna signed from now on.
  std::uint64_t here() const { return server.log.entries().size(); }
  void revoke_anna(std::uint64_t since) {
    server.pull_into(file);
    must(revoke(file, must(find_person(file, "anna")), since));
  }
  void pull() {
    bring(file, server);
    server.pull_into(file);
  }
  /// A statement of a copy of anna's device, for a place that the log has taken.
  StatementHash fork(Act act) {
    Chain copy{anna_key, file.fingerprint()};
    const SignedStatement first = copy.genesis();
    const SignedStatement other = copy.next(act, {{ObjectId(sha256("gone").raw()), 9}}, {Fact::text("decoy", "x").digest()});
    const std::string chain = hex(first.statement.fields().chain), other_hash = hex(other.statement.hash());
    const Fact found = must(Fact::json("fork", "{\"chain\":\"" + chain + "\",\"logged\":\"" + hex(item) + "\",\"other\":\"" + other_hash + "\",\"seq\":1}"));
    server.answered[server.log.add(server.server.next(Act::fork_found, {}, {found.digest()}))] = found.disclosure();
    server.pull_into(file);
    must(file.keep_fork(other.statement.hash(), write_second_statements({other})));
    return other.statement.hash();
  }
};

}  // namespace

TEST_CASE("what a revoked member agreed to counts for nothing, and what they refused or took back counts") {
  Desk desk;
  state_consent(desk.file, Act::consent, {.uses = {"court", "un"}, .by = "birch", .item = desk.item});
  desk.pull();
  const std::uint64_t since = desk.here();
  desk.log(Act::consent, {.uses = {"press"}, .refused = {"un"}, .by = "alder", .item = desk.item});
  desk.log(Act::withdraw, {.uses = {"court"}, .by = "birch", .item = desk.item});
  desk.revoke_anna(since);
  CHECK(desk.state(Use::press) == "none");
  CHECK(desk.state(Use::un) == "refused");
  CHECK(desk.state(Use::court) == "withdrawn");
  const DiscloseOptions options{{"media.type"}, "a court", "", {Use::court}};
  CHECK(disclose_facts(desk.file, short_name(desk.item), options, noon).code() == Errc::no_consent);
}

TEST_CASE("a revoked member's consent lifts no withdrawal") {
  Desk desk;
  state_consent(desk.file, Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item});
  desk.pull();
  const StatementHash taken_back = desk.log(Act::withdraw, {.by = "birch", .item = desk.item});
  const std::uint64_t since = desk.here();
  desk.log(Act::consent, {.refused = {"team"}, .item = desk.item, .lifts = {hex(taken_back)}});
  desk.log(Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item, .lifts = {hex(taken_back)}});
  desk.revoke_anna(since);
  CHECK(desk.state(Use::court) == "withdrawn");
}

TEST_CASE("what takes a no back agrees to the use: to take it back for another one lifts nothing") {
  Desk desk;
  state_consent(desk.file, Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item});
  const StatementHash no = state_consent(desk.file, Act::withdraw, {.by = "birch", .item = desk.item});
  state_consent(desk.file, Act::consent, {.refused = {"team"}, .by = "birch", .item = desk.item, .lifts = {hex(no)}});
  CHECK(desk.state(Use::court) == "withdrawn");
  state_consent(desk.file, Act::consent, {.uses = {"un"}, .by = "birch", .item = desk.item, .lifts = {hex(no)}});
  CHECK(desk.state(Use::court) == "withdrawn");
  CHECK(desk.state(Use::un) == "allowed");
}

TEST_CASE("a refusal that does not open stays one when its member is revoked") {
  Desk desk;
  state_consent(desk.file, Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item});
  desk.pull();
  const std::uint64_t since = desk.here();
  desk.server.log.add(desk.server.anna.next(Act::consent, {{ObjectId(sha256("withheld").raw()), 9}}, {Fact::text("decoy", "x").digest()}));
  desk.revoke_anna(since);
  CHECK(desk.state(Use::court) == "refused");
}

TEST_CASE("a consent that was set aside or came second may be a refusal, and stops") {
  {
    Desk desk;
    state_consent(desk.file, Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item});
    desk.server.log.add(desk.server.anna.rotate(9));
    desk.server.anna.sign_with(anna_key);
    desk.log(Act::consent, {.refused = {"court"}, .by = "birch", .item = desk.item});
    desk.pull();
    CHECK(desk.state(Use::court) == "refused");
    CHECK(must(pass_gate(desk.file, {desk.item}, {Use::court, "a claim", true}, noon)).withdrawn.size() == 1);
  }
  Desk desk;
  state_consent(desk.file, Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item});
  desk.fork(Act::consent);
  CHECK(desk.state(Use::court) == "refused");
}

TEST_CASE("what stops in doubt is lifted by a consent that names it, before the pull and after it") {
  Desk desk;
  state_consent(desk.file, Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item});
  const StatementHash doubted = desk.fork(Act::withdraw);
  CHECK(desk.state(Use::court) == "withdrawn");
  state_consent(desk.file, Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item});
  CHECK(desk.state(Use::court) == "withdrawn");
  state_consent(desk.file, Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item, .lifts = {hex(doubted)}});
  CHECK(desk.state(Use::court) == "allowed");
  desk.pull();
  CHECK(desk.state(Use::court) == "allowed");
  // It stands where its fork was found, and not behind what was said since.
  const auto acts = must(acts_of(desk.file, must(desk.file.entries())));
  CHECK(acts.front().statement == doubted);
  CHECK(acts.front().weight == Weight::second);
}

TEST_CASE("a revoked member's no of somebody unnamed can be lifted by name") {
  Desk desk;
  const std::uint64_t since = desk.here();
  const StatementHash no = desk.log(Act::withdraw, {.item = desk.item});
  desk.revoke_anna(since);
  const auto acts = must(acts_of(desk.file, must(desk.file.entries())));
  CHECK(std::ranges::any_of(acts, [&](const ShownAct& act) { return act.statement == no && act.weight == Weight::revoked; }));
  state_consent(desk.file, Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item, .lifts = {hex(no)}});
  CHECK(desk.state(Use::court) == "allowed");
}

TEST_CASE("who agrees anew for one child has not agreed for the other") {
  Desk desk;
  const auto say = [&](Act act, Said said, std::int64_t at) {
    said.item = desk.item;
    said.at = at;
    return state_consent(desk.file, act, said);
  };
  say(Act::consent, {.uses = {"press"}, .by = "birch", .of = "kid-a"}, noon);
  say(Act::consent, {.uses = {"press"}, .by = "birch", .of = "kid-b"}, noon + 1);
  CHECK(desk.state(Use::press) == "allowed");
  const StatementHash no = say(Act::withdraw, {.by = "birch"}, noon + 2);
  say(Act::consent, {.uses = {"press"}, .by = "birch", .of = "kid-a"}, noon + 3);
  CHECK(desk.state(Use::press) == "withdrawn");
  const ConsentJudgement judgement = must(judge_consent(desk.file, desk.item, Use::press, noon));
  REQUIRE(judgement.subjects.size() == 2);
  CHECK(judgement.subjects[0].subject == "kid-b, by birch");
  CHECK(judgement.subjects[1].subject == "kid-a, by birch");
  // Named, it is taken back as a whole; the old yes for the other child does not come back.
  say(Act::consent, {.uses = {"press"}, .by = "birch", .of = "kid-a", .lifts = {hex(no)}}, noon + 4);
  const GatePass pass = must(pass_gate(desk.file, {desk.item}, {Use::press}, noon));
  CHECK(pass.relied.size() == 1);
}

TEST_CASE("an older yes for somebody else that comes to the log later does not slip through") {
  Desk desk;
  const auto say = [&](Act act, Said said, std::int64_t at) {
    said.item = desk.item;
    said.at = at;
    state_consent(desk.file, act, said);
  };
  say(Act::withdraw, {.by = "birch"}, noon + 2);
  say(Act::consent, {.uses = {"press"}, .by = "birch", .of = "kid-a"}, noon + 3);
  CHECK(desk.state(Use::press) == "allowed");
  say(Act::consent, {.uses = {"press"}, .by = "birch", .of = "kid-b"}, noon);
  CHECK(desk.state(Use::press) == "withdrawn");
}

TEST_CASE("what somebody said last counts, also where an older word comes to the log later") {
  Desk desk;
  const auto until = [&](const std::string& last, std::int64_t at) {
    state_consent(desk.file, Act::consent, {.uses = {"court"}, .by = "birch", .until = last, .item = desk.item, .at = at});
  };
  until("2026-04-30", noon);
  until("2030-01-01", noon - 1);
  CHECK(desk.state(Use::court) == "expired");
  until("2030-01-01", noon + 1);
  CHECK(desk.state(Use::court) == "allowed");
}

TEST_CASE("what left stays in the ledger when whoever handed it out is revoked, and so do their noes") {
  Desk desk;
  state_consent(desk.file, Act::consent, {.uses = {"press"}, .by = "birch", .item = desk.item});
  desk.pull();
  const std::uint64_t since = desk.here();
  desk.server.log.add(by_anna(desk.file, desk.server, Act::export_,
                              {Fact::text("export.profile", "exhibit"), hash_facts("export.items", {desk.item}).front(), Fact::text("use", "press"),
                               Fact::text("addressee", "a newspaper")}));
  desk.log(Act::withdraw, {.by = "birch", .item = desk.item});
  desk.revoke_anna(since);
  const auto rows = must(ledger_of(desk.file));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].weight == Weight::revoked);
  CHECK(rows[0].addressee == "a newspaper");
  CHECK(rows[0].withdrawn.size() == 1);
  CHECK(render_text(rows).find("REVOKED  ") == 0);
  CHECK(render_json(rows).find("\"weight\":\"revoked\"") != std::string::npos);
  const CustodyTable table = must(custody_of(desk.file, short_name(desk.item)));
  const auto row = std::ranges::find_if(table.rows, [](const CustodyRow& one) { return one.event == "export"; });
  REQUIRE(row != table.rows.end());
  CHECK(row->logged);
  CHECK(row->gap_words.find("had revoked the key") != std::string::npos);
  CHECK_FALSE(must(must(CustodyBook::read(desk.file)).table(desk.item)).rows.empty());
}

TEST_CASE("the gate says how old what it knows is") {
  Desk desk;
  CHECK_FALSE(must(last_pull(desk.file)));
  CHECK(old_pull_text({}, noon).find("NEVER PULLED") != std::string::npos);
  must(keep_last_pull(desk.file, noon));
  const auto pulled = must(last_pull(desk.file));
  CHECK(pulled == noon);
  constexpr std::int64_t day = 86'400;
  CHECK(old_pull_text(pulled, noon + day).empty());
  CHECK(old_pull_text(pulled, noon + day + 1).find("1 DAY AGO") != std::string::npos);
  CHECK(old_pull_text(pulled, noon + 60 * day).find("60 DAYS AGO") != std::string::npos);
  CHECK(old_pull_text(pulled, noon - 1).find("later than now") != std::string::npos);
}

TEST_CASE("a withdrawal by a name that nobody has used is known to be one") {
  Desk desk;
  state_consent(desk.file, Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item});
  const ConsentBook book = must(ConsentBook::read(desk.file));
  CHECK(book.knows("birch", desk.item));
  CHECK(book.knows("birch", {}));
  CHECK_FALSE(book.knows("brich", desk.item));
}

TEST_CASE("a consent of today does not rewrite what left in ignorance of a withdrawal") {
  Desk desk;
  state_consent(desk.file, Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item});
  ExportAct out{"exhibit", {desk.item}, {"clean"}, {}, "a court", "", {}, {}};
  out.pass = must(pass_gate(desk.file, out.items, {Use::court}, noon));
  state_consent(desk.file, Act::withdraw, {.by = "birch", .item = desk.item});
  must(state_export(desk.file, out, noon));
  state_consent(desk.file, Act::consent, {.uses = {"court"}, .by = "birch", .item = desk.item});
  const auto rows = must(ledger_of(desk.file));
  REQUIRE(rows.at(0).withdrawn.size() == 1);
  CHECK(rows[0].withdrawn[0].came_before);
  // What left after that heeded it.
  out.pass = must(pass_gate(desk.file, out.items, {Use::court}, noon));
  must(state_export(desk.file, out, noon));
  CHECK(must(ledger_of(desk.file)).at(1).withdrawn.empty());
}
