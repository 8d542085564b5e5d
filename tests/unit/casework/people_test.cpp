// SPDX-License-Identifier: GPL-3.0-or-later
// Rosters after the first: who is revoked from where on, who is listed, and for whom a group is sealed.
#include <catch2/catch.hpp>

#include "casework/casefile/check.hpp"
#include "casework/casefile/show.hpp"
#include "tests/unit/casework/people_desk.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::Scratch;

TEST_CASE("what counsel says of since when is read strictly") {
  for (const char* good : {"now", "0", "17", "2026-05-01", "2026-05-01T10:00:00Z"}) CHECK(read_suspect_since(good));
  for (const char* bad : {"", "yesterday", "-1", "01", "2026-5-1", "2026-05-01T10:00Z", "now "})
    CHECK(code_of(read_suspect_since(bad)) == "usage");
}

TEST_CASE("a date becomes a place that is never later than what is shown") {
  PeopleDesk desk;
  const auto entries = must(desk.file.entries());
  const std::int64_t first = entries.front().statement.fields().time.unix_seconds;  // the server's genesis
  const std::int64_t last = entries.back().statement.fields().time.unix_seconds;    // its last answer
  REQUIRE(first < last);
  CHECK(must(place_of(desk.file, AtTime{first})).index == 0);
  CHECK(must(place_of(desk.file, AtTime{first})).basis == LogPlace::Basis::nothing);
  CHECK(must(place_of(desk.file, AtTime{first + 1})).index == 1);
  CHECK(must(place_of(desk.file, AtTime{last})).index == 4);  // behind the answer before
  CHECK(must(place_of(desk.file, AtTime{last + 1})).index == entries.back().index + 1);
  CHECK(must(place_of(desk.file, AtTime{last + 1})).basis == LogPlace::Basis::servers_clock);
  CHECK(must(place_of(desk.file, AtTime{-5})).index == 0);
  CHECK(place(desk.file, "now") == must(desk.file.trusted_head()).size);
  CHECK(place(desk.file, "3") == 3);
}

TEST_CASE("what is at or beyond the place counts for nothing, and what is before it stays good") {
  PeopleDesk desk;
  const Person anna = must(find_person(desk.file, "anna"));
  const RevocationEffect effect = must(effect_of(desk.file, *anna.key, anna_since));
  CHECK(effect.good_statements == 2);
  CHECK(effect.good_items == 1);
  CHECK(effect.doubted_items == std::vector<StatementHash>{desk.second.hash()});

  must(revoke(desk.file, anna, anna_since));
  CHECK(desk.file.roster()->number == 2);
  CHECK(must(read_file(desk.file.folder() / "roster", max_note_size)) == desk.file.roster_note().bytes());
  CHECK(must(desk.file.rosters()).size() == 2);
  const auto entries = must(desk.file.entries());
  CHECK(code_of(find_item(entries, hex(desk.first.hash()))) == "success");
  CHECK(code_of(find_item(entries, hex(desk.second.hash()))) == "not_found");
  REQUIRE(must(desk.file.revoked_entries()).size() == 1);
  CHECK(must(desk.file.revoked_entries()).front().index == anna_since);

  const CaseReport report = must(check_case(desk.file));
  CHECK(report.items.size() == 1);
  CHECK(report.findings.empty());
  REQUIRE(report.revoked.size() == 1);
  CHECK(report.revoked.front().since == anna_since);
  CHECK(report.outcome() == Outcome::verified_with_limits);
  CHECK(code_of(show_item(desk.file, hex(desk.first.hash()), {.gate = by_necessity()}, some_day)) == "success");
  CHECK(code_of(show_item(desk.file, hex(desk.second.hash()), {.gate = by_necessity()}, some_day)) == "not_found");

  // Only further back, never softer; not oneself, not the server, not nobody.
  const Person again = must(find_person(desk.file, "anna"));
  CHECK(code_of(revoke(desk.file, again, anna_since)) == "already_exists");
  CHECK(code_of(revoke(desk.file, again, anna_since + 1)) == "already_exists");
  CHECK(code_of(revoke(desk.file, must(find_person(desk.file, "counsel")), 0)) == "bad_key");
  CHECK(code_of(revoke(desk.file, must(find_person(desk.file, "server")), 0)) == "bad_key");
  CHECK(code_of(find_person(desk.file, "nobody")) == "not_found");
  must(revoke(desk.file, again, 0));
  CHECK(must(desk.file.revoked_entries()).size() == 3);
}

TEST_CASE("what a revoked member's key signs later is pulled, kept, and of no weight; the others go on") {
  PeopleDesk desk;
  must(revoke(desk.file, must(find_person(desk.file, "anna")), must(desk.file.trusted_head()).size));
  desk.server.seal(desk.file, "by a thief");
  desk.server.pull_into(desk.file);
  CHECK(must(desk.file.revoked_entries()).size() == 1);
  CHECK(must(desk.file.set_aside()).empty());
  CHECK(must(check_case(desk.file)).revoked.size() == 1);
  CHECK(must(desk.file.next_index()) == must(desk.file.trusted_head()).size);
}

TEST_CASE("an invitation that nobody used is closed, and only reviewers and counsel are listed") {
  PeopleDesk desk;
  must(desk.file.invite("birch", Role::reviewer, ClaimedTime{1790000000, false}));
  const Person birch = must(find_person(desk.file, "birch"));
  CHECK_FALSE(birch.key);
  CHECK(code_of(list_in_roster(desk.file, birch)) == "not_found");
  CHECK(code_of(list_in_roster(desk.file, must(find_person(desk.file, "anna")))) == "bad_key");
  must(revoke(desk.file, birch, 7));
  CHECK(must(find_person(desk.file, "birch")).ticket_closed == 7);
  CHECK(must(next_pseudonym(desk.file, "anna")) == "anna-2");
  must(desk.file.invite("anna-2", Role::documenter, ClaimedTime{1790000000, false}));
  CHECK(must(next_pseudonym(desk.file, "anna")) == "anna-3");
  CHECK(must(next_pseudonym(desk.file, std::string(32, 'a'))).size() == 32);
}

TEST_CASE("who came with an invitation that was closed is revoked like everybody else, and their key can be") {
  PeopleDesk desk;
  const Invitation invitation = must(desk.file.invite("birch", Role::reviewer, ClaimedTime{1790000000, false}));
  must(revoke(desk.file, must(find_person(desk.file, "birch")), 7));
  const SigningKey thief = key(77);
  const Note admission = sign_admission({desk.file.root_key(), invitation.ticket_key.public_key(), thief.public_key()},
                                        invitation.ticket_key, thief);
  must(desk.file.admit({invitation.ticket.bytes(), admission.bytes()}));
  const Person came = must(find_person(desk.file, "birch"));
  CHECK(came.key == thief.public_key());
  CHECK(came.ticket_closed == 7);
  CHECK_FALSE(came.key_revoked);
  CHECK(came.revoked_since() == 7);
  CHECK(code_of(list_in_roster(desk.file, came)) == "bad_key");
  must(revoke(desk.file, came, 9));
  const Person now = must(find_person(desk.file, "birch"));
  CHECK(now.key_revoked == 7);  // never softer than what closed the invitation
  CHECK(code_of(revoke(desk.file, now, 8)) == "already_exists");
  must(revoke(desk.file, now, 3));
  CHECK(must(find_person(desk.file, "birch")).revoked_since() == 3);
}

TEST_CASE("a folder remembers by which rule it reaches the server, and whom it invited under one") {
  PeopleDesk desk;
  must(desk.file.invite("elm", Role::documenter, ClaimedTime{1790000000, false}, Network::tor_only));
  CHECK(must(find_person(desk.file, "elm")).network == Network::tor_only);
  CHECK(must(find_person(desk.file, "anna")).network == Network::any);
  CHECK_FALSE(must(find_person(desk.file, "counsel")).network);
  CHECK(must(desk.file.reached()).rule == Network::any);
  must(desk.file.keep_proxy("socks5h://127.0.0.1:9050"));
  CHECK(must(desk.file.reached()).proxy == "socks5h://127.0.0.1:9050");
  must(desk.file.keep_proxy({}));
  CHECK_FALSE(must(desk.file.reached()).proxy);

  Invitation invitation = must(desk.file.invite("oak", Role::reviewer, ClaimedTime{1790000000, false}, Network::tor_only));
  CHECK(invitation.network == Network::tor_only);
  CaseFile oak = must(CaseFile::join(desk.scratch / "oak", passphrase(),
                                     {std::move(invitation), copy_of(desk.file.identities(Group::team)), {}, 1780000000, {}}, cheap));
  CHECK(must(oak.reached()).rule == Network::tor_only);
  must(oak.keep_proxy("socks5h://127.0.0.1:9050"));
  CHECK(code_of(oak.keep_proxy({})) == "usage");
  CHECK(must(oak.reached()).proxy == "socks5h://127.0.0.1:9050");
}

TEST_CASE("a new recipient replaces the one before, whose key stays for what was sealed") {
  PeopleDesk desk;
  const std::string before = desk.file.identity(Group::legal).recipient().format();
  must(desk.file.rotate_recipient(Group::legal));
  CHECK(desk.file.roster()->recipients_of(Group::legal) ==
        std::vector<std::string>{desk.file.identity(Group::legal).recipient().format()});
  CHECK(desk.file.identity(Group::legal).recipient().format() != before);
  const Statement third = desk.server.seal(desk.file, "three");
  desk.server.pull_into(desk.file);
  for (const Statement& item : {desk.first, desk.second, third}) CHECK(open_item(desk.file, item));
  { const CaseFile gone = std::move(desk.file); }
  desk.file = must(CaseFile::open(desk.scratch / "case", passphrase()));
  CHECK(desk.file.identities(Group::legal).size() == 2);
  CHECK(desk.file.identities(Group::legal).back().recipient().format() == before);
  for (const Statement& item : {desk.first, desk.second, third}) CHECK(open_item(desk.file, item));
}
