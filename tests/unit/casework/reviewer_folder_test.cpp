// SPDX-License-Identifier: GPL-3.0-or-later
// A folder that came by an invitation: what opens in it and what does not; and the table of names beside a case.
#include <catch2/catch.hpp>
#include <fstream>

#include "casework/casefile/check.hpp"
#include "casework/casefile/names.hpp"
#include "casework/casefile/show.hpp"
#include "tests/unit/casework/people_desk.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::Scratch;

namespace {

/// A reviewer's folder for the case of a desk.
Result<CaseFile> join_as_reviewer(PeopleDesk& desk, const GroupKeys& team, const GroupKeys& legal = {},
                                  std::int64_t now = 1780000000) {
  static int number = 0;
  const std::string name = "reviewer-" + std::to_string(++number);
  Invitation invitation = must(desk.file.invite(name, Role::reviewer, ClaimedTime{1790000000, false}));
  return CaseFile::join(desk.scratch / name, passphrase(), {std::move(invitation), copy_of(team), copy_of(legal), now}, cheap);
}

}  // namespace

TEST_CASE("a reviewer opens the clean copy and the team's facts, and nothing that is sealed") {
  PeopleDesk desk;
  CHECK(code_of(join_as_reviewer(desk, desk.file.identities(Group::legal))) == "wrong_key");
  CHECK(code_of(join_as_reviewer(desk, desk.file.identities(Group::team), desk.file.identities(Group::team))) == "wrong_key");
  CHECK(code_of(join_as_reviewer(desk, desk.file.identities(Group::team), {}, 1790000001)) == "ticket_expired");
  CaseFile file = must(join_as_reviewer(desk, desk.file.identities(Group::team)));
  CHECK(file.root() == nullptr);
  CHECK_FALSE(file.opens(Group::legal));
  CHECK(must(file.self()).role == Role::reviewer);
  desk.server.pull_into(file);
  const OpenItem item = must(open_item(file, desk.first));
  CHECK(item.legal_is_sealed);
  REQUIRE(item.clean);
  CHECK(item.legal.empty());
  CHECK(find_fact(item.team, "clean.sha256") != nullptr);
  const CaseReport report = must(check_case(file));
  CHECK(report.findings.empty());
  for (const Report& one : report.items) CHECK_FALSE(one.failure);
  // Fingerprint and policy came with the invitation: whoever compared them says so.
  CHECK_FALSE(report.root_given);
  CHECK_FALSE(report.policy_given);
  CHECK(render_text(report).find("a case root and a policy that came with the invitation") != std::string::npos);
  const CaseReport compared = must(check_case(file, {.root = file.fingerprint(), .policy = file.policy()}));
  CHECK(compared.root_given);
  CHECK(compared.policy_given);
  CHECK(code_of(file.rotate_recipient(Group::legal)) == "not_found");
  CHECK(code_of(file.invite("elm", Role::documenter, ClaimedTime{1790000000, false})) == "not_found");
  CHECK(code_of(show_item(file, hex(desk.first.hash()), {.gate = by_necessity()}, some_day)) == "not_a_member");

  // Listed by the next roster, the reviewer makes exhibits of what is open to them.
  must(desk.file.change_roster([&](Roster& roster) -> Status {
    roster.members.push_back({"reviewer-x", Role::reviewer, file.member().public_key()});
    return {};
  }));
  must(file.adopt_roster(desk.file.roster_note()));
  CHECK(code_of(file.adopt_roster(desk.file.roster_note())) == "server_rolled_back");
  CHECK(code_of(show_item(file, hex(desk.first.hash()), {.gate = by_necessity()}, some_day)) == "success");
  CHECK(code_of(show_item(file, hex(desk.first.hash()), {.original = true, .gate = by_necessity()}, some_day)) == "age_no_match");
}

TEST_CASE("an invitation for a collector makes no case folder") {
  PeopleDesk desk;
  Invitation invitation = must(desk.file.invite("dora", Role::documenter, ClaimedTime{1790000000, false}));
  CHECK(code_of(CaseFile::join(desk.scratch / "dora", passphrase(),
                               {std::move(invitation), copy_of(desk.file.identities(Group::team)), {}, 0}, cheap)) == "usage");
  CHECK_FALSE(std::filesystem::exists(desk.scratch / "dora"));
}

TEST_CASE("a newer roster is taken over by who makes none, and by counsel only when told so") {
  PeopleDesk desk;
  CaseFile reviewer = must(join_as_reviewer(desk, desk.file.identities(Group::team)));
  const Note old = desk.file.roster_note();
  must(desk.file.rotate_recipient(Group::team));
  Members newer{desk.file.roster_note().bytes(), {}};
  must(accept_members(reviewer, newer));
  CHECK(reviewer.roster()->number == 2);
  // The counsel's folder was put back from a copy of before.
  CaseFile restored = make_case(desk.scratch / "another");
  CHECK(code_of(accept_members(restored, newer)) == "wrong_root");
  must(accept_members(reviewer, Members{old.bytes(), {}}));
  CHECK(reviewer.roster()->number == 2);  // an older one at the server changes nothing
}

TEST_CASE("names are kept in a table of their own, and are gone when they are removed") {
  Scratch scratch;
  const Path path = scratch / "names.db";
  const std::string name = "Ганна MARKERNAME";
  {
    NamesTable table = must(NamesTable::create(path, words("names"), cheap));
    CHECK(code_of(NamesTable::create(path, words("names"), cheap)) == "already_exists");
    must(table.put({"anna", name, "one\ntwo"}, false));
    CHECK(code_of(table.put({"anna", "Other", ""}, false)) == "already_exists");
    must(table.put({"birch", "Other", ""}, false));
    CHECK(code_of(table.put({"Anna", "x", ""}, false)) == "malformed");
    CHECK(code_of(table.put({"elm", "", ""}, false)) == "malformed");
    CHECK(code_of(table.put({"elm", "a\nb", ""}, false)) == "malformed");
    CHECK(code_of(table.put({"elm", "a", std::string(9000, 'x')}, false)) == "malformed");
  }
  CHECK(code_of(NamesTable::open(path, words("other"))) == "wrong_passphrase");
  CHECK(code_of(NamesTable::open(scratch / "nowhere", words("names"))) == "not_found");
  NamesTable table = must(NamesTable::open(path, words("names")));
  CHECK(must(table.find("anna")).name == name);
  CHECK(must(table.find("anna")).note == "one\ntwo");
  CHECK(must(table.all()).size() == 2);
  must(table.remove("anna"));
  CHECK(code_of(table.remove("anna")) == "not_found");
  CHECK(code_of(table.find("anna")) == "not_found");
  for (const auto& entry : std::filesystem::directory_iterator(path.parent_path())) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string all((std::istreambuf_iterator<char>(in)), {});
    CHECK(all.find("MARKERNAME") == std::string::npos);
  }
}
