// SPDX-License-Identifier: GPL-3.0-or-later
// Rosters that counsel brings, what they take from whom, and how they reach members: docs/protocol.md section 5.
#include "proto/format/roster_number.hpp"
#include "sync-server/audit/audit.hpp"
#include "tests/unit/sync-server/scene.hpp"

using namespace dokaz;
using namespace dokaz::server;
using namespace dokaz::server::test;

namespace {

const Scribe anna(1);

/// The roster of `people` with a further number, that revokes this key from there on.
Note revoking(const People& people, const PublicKey& server, std::uint64_t number, const PublicKey& key, std::uint64_t since) {
  Roster roster = parse_roster(people.roster(server, number)).value();
  roster.revoked = {{key, since}};
  return sign_roster(roster, people.root).value();
}

PutRoster put(const Note& note) { return {note.bytes()}; }

}  // namespace

TEST_CASE("counsel alone brings a roster, and never an older one or another case's") {
  TempFolder folder;
  const People people;
  Custody custody = start(folder / "data", people);
  const PublicKey server = custody.card().member;
  Session counsel = enter(custody, people, people.counsel.public_key());
  Session reviewer = enter(custody, people, people.reviewer.public_key());
  Scribe scribe = anna;
  Session documenter = admit(custody, people, scribe);

  const PutRoster second = put(people.roster(server, 2));
  CHECK(custody.put_roster(reviewer, second).code() == Errc::refused);
  CHECK(custody.put_roster(documenter, second).code() == Errc::refused);
  CHECK(custody.put_roster(counsel, second)->number == 2);
  CHECK(custody.put_roster(counsel, second)->number == 2);  // once more changes nothing
  CHECK(custody.put_roster(counsel, put(people.roster(server, 1))).code() == Errc::already_exists);
  Roster other = parse_roster(people.roster(server, 2)).value();
  other.members.erase(other.members.begin() + 1);
  CHECK(custody.put_roster(counsel, put(sign_roster(other, people.root).value())).code() == Errc::already_exists);
  CHECK(custody.put_roster(counsel, {to_bytes("no note")}).code() == Errc::malformed);
  CHECK(custody.put_roster(counsel, put(people.roster(Scribe::key_of(77).public_key(), 3))).code() == Errc::not_a_member);
  CHECK(custody.members(counsel)->roster == second.roster);

  People others;
  others.root = Scribe::key_of(99);
  CHECK(custody.put_roster(counsel, put(others.roster(server, 9))).code() == Errc::refused);
  // It outlives the server.
  { const Custody gone = std::move(custody); }
  Custody again = reopen(folder / "data");
  Session back = enter(again, people, people.counsel.public_key());
  CHECK(again.members(back)->roster == second.roster);
}

TEST_CASE("a Welcome brings the newest roster to who has an older one, and to nobody else") {
  TempFolder folder;
  const People people;
  Custody custody = start(folder / "data", people);
  const Note second = people.roster(custody.card().member, 2);
  REQUIRE(custody.grant(second, some_quota));
  const auto handed = [&](std::uint64_t known) {
    Hello hello = people.hello(people.reviewer.public_key());
    hello.roster_number = known;
    return custody.greet(hello)->welcome.roster;
  };
  CHECK(handed(1) == second.bytes());
  CHECK(handed(0).empty());
  CHECK(handed(2).empty());
  CHECK(handed(3).empty());  // the newer one may not have come here yet
}

TEST_CASE("a revoked member is let in no more, sessions end, and what was logged stays") {
  TempFolder folder;
  const People people;
  Custody custody = start(folder / "data", people);
  const PublicKey server = custody.card().member;
  Scribe scribe = anna;
  Session session = admit(custody, people, scribe);
  const Submit::Item first = scribe.next(Act::genesis);
  REQUIRE_FALSE(custody.submit(session, {{first}})->outcomes.at(0).failure);
  const std::uint64_t place = custody.checkpoint().head.size;
  const Submit::Item second = scribe.next(Act::heartbeat);
  REQUIRE_FALSE(custody.submit(session, {{second}})->outcomes.at(0).failure);

  Session counsel = enter(custody, people, people.counsel.public_key());
  REQUIRE(custody.put_roster(counsel, put(revoking(people, server, 2, scribe.key().public_key(), place))));
  const auto size = custody.checkpoint().head.size;
  CHECK(custody.submit(session, {{Scribe(scribe).next(Act::heartbeat)}}).code() == Errc::key_revoked);
  CHECK(custody.collect(session, {Statement::parse(first.statement)->hash()}).code() == Errc::key_revoked);
  CHECK(custody.offer(session, {}).code() == Errc::key_revoked);
  CHECK(custody.greet(people.hello(scribe.key().public_key())).code() == Errc::key_revoked);
  CHECK(custody.greet(people.hello(scribe.key().public_key(), people.admission(scribe.key()))).code() == Errc::key_revoked);
  CHECK(custody.checkpoint().head.size == size);
  CHECK(custody.list(counsel, {0, 0})->entries.size() == size);

  // By hand: receipts of what is logged, and key_revoked for what is not.
  Session packer = custody.greet_packer(people.hello(scribe.key().public_key()))->session;
  const auto outcomes = custody.submit(packer, {{first, Scribe(scribe).next(Act::heartbeat)}})->outcomes;
  CHECK_FALSE(outcomes.at(0).failure);
  CHECK(outcomes.at(1).failure == Errc::key_revoked);
  CHECK(custody.checkpoint().head.size == size);

  // A later roster can take the word back.
  REQUIRE(custody.put_roster(counsel, put(people.roster(server, 3))));
  CHECK(custody.greet(people.hello(scribe.key().public_key())));
}

TEST_CASE("a reader who is revoked reads no more, from the next request on") {
  TempFolder folder;
  const People people;
  Custody custody = start(folder / "data", people);
  Session counsel = enter(custody, people, people.counsel.public_key());
  Session reviewer = enter(custody, people, people.reviewer.public_key());
  REQUIRE(custody.list(reviewer, {0, 0}));
  const Note second = revoking(people, custody.card().member, 2, people.reviewer.public_key(), 0);
  REQUIRE(custody.put_roster(counsel, put(second)));
  CHECK(custody.list(reviewer, {0, 0}).code() == Errc::key_revoked);
  CHECK(custody.members(reviewer).code() == Errc::key_revoked);
  CHECK(custody.fetch(reviewer, {}).code() == Errc::key_revoked);
}

TEST_CASE("nobody uses up the numbers of a case's rosters") {
  TempFolder folder;
  const People people;
  Custody custody = start(folder / "data", people);
  const PublicKey server = custody.card().member;
  Session counsel = enter(custody, people, people.counsel.public_key());
  CHECK(custody.put_roster(counsel, put(people.roster(server, std::uint64_t{1} << 62))).code() == Errc::malformed);
  CHECK(custody.grant(people.roster(server, 2 + longest_roster_jump), some_quota).code() == Errc::malformed);
  CHECK(custody.put_roster(counsel, put(people.roster(server, 1 + longest_roster_jump)))->number == 1 + longest_roster_jump);
}

TEST_CASE("a ticket that is closed admits nobody, and who came with it is a revoked member") {
  TempFolder folder;
  const People people;
  Custody custody = start(folder / "data", people);
  const PublicKey server = custody.card().member;
  const PublicKey ticket = people.ticket.public_key();
  SECTION("before somebody came") {
    REQUIRE(custody.grant(revoking(people, server, 2, ticket, 0), some_quota));
    CHECK(custody.greet(people.hello(anna.key().public_key(), people.admission(anna.key()))).code() == Errc::key_revoked);
    // The notes of another key change nothing.
    const Scribe birch(2);
    CHECK(custody.greet(people.hello(birch.key().public_key(), people.admission(birch.key()))).code() == Errc::key_revoked);
  }
  SECTION("after somebody came") {
    Session session = admit(custody, people, anna);
    Scribe scribe = anna;
    const Submit::Item logged = scribe.next(Act::genesis);
    REQUIRE_FALSE(custody.submit(session, {{logged}})->outcomes.at(0).failure);
    REQUIRE(custody.grant(revoking(people, server, 2, ticket, 7), some_quota));
    CHECK(custody.submit(session, {{Scribe(scribe).next(Act::heartbeat)}}).code() == Errc::key_revoked);
    CHECK(custody.greet(people.hello(scribe.key().public_key())).code() == Errc::key_revoked);
    CHECK(custody.greet(people.hello(scribe.key().public_key(), people.admission(scribe.key()))).code() == Errc::key_revoked);
    // By hand they bring what the log has.
    Session packer = custody.greet_packer(people.hello(scribe.key().public_key()))->session;
    const auto outcomes = custody.submit(packer, {{logged, Scribe(scribe).next(Act::heartbeat)}})->outcomes;
    CHECK_FALSE(outcomes.at(0).failure);
    CHECK(outcomes.at(1).failure == Errc::key_revoked);
    const Scribe birch(2);
    CHECK(custody.greet(people.hello(birch.key().public_key(), people.admission(birch.key()))).code() == Errc::ticket_used);
  }
}

TEST_CASE("fsck counts what stands where a member is revoked, and finds a roster that its root did not sign") {
  TempFolder folder;
  const People people;
  {
    Custody custody = start(folder / "data", people);
    Scribe scribe = anna;
    Session session = admit(custody, people, scribe);
    for (const Act act : {Act::genesis, Act::heartbeat, Act::heartbeat})
      REQUIRE_FALSE(custody.submit(session, {{scribe.next(act)}})->outcomes.at(0).failure);
    REQUIRE(custody.grant(revoking(people, custody.card().member, 2, scribe.key().public_key(), 1), some_quota));
  }
  const AuditReport report = audit(folder / "data").value();
  CHECK(report.is_sound());
  CHECK(report.statements == 3);
  CHECK(report.revoked == 2);
  {
    // The same by a line for the ticket.
    Custody custody = reopen(folder / "data");
    REQUIRE(custody.grant(revoking(people, custody.card().member, 3, people.ticket.public_key(), 2), some_quota));
  }
  CHECK(audit(folder / "data").value().revoked == 1);
}
