// SPDX-License-Identifier: GPL-3.0-or-later
// Rosters after the first, who is revoked from where on, keys of groups, officers, handing over, joining, names.
#include <catch2/catch.hpp>

#include <fstream>

#include "casework/casefile/check.hpp"
#include "casework/casefile/hand_over.hpp"
#include "casework/casefile/names.hpp"
#include "casework/casefile/own_chain.hpp"
#include "casework/casefile/people.hpp"
#include "casework/casefile/root_shares.hpp"
#include "casework/casefile/roster_changes.hpp"
#include "casework/casefile/show.hpp"
#include "tests/unit/casework/small_server.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::Scratch;

namespace {

template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "success" : std::string(name_of(result.code()));
}
SecretBytes words(std::string_view text) { return SecretBytes::copy_of(bytes_of(text)); }

std::uint64_t place(CaseFile& file, std::string_view since) {
  return must(place_of(file, must(read_suspect_since(since)))).index;
}

constexpr std::int64_t some_day = 1777593600;
constexpr std::uint64_t anna_since = 4;  // her genesis is 1, her items are 2 and, behind the server's answer to it, 4

GroupKeys copy_of(const GroupKeys& keys) {
  GroupKeys out;
  for (const age::Identity& one : keys)
    out.push_back(age::Identity::from(one.secret().reveal([](auto bytes) { return Secret<32>::copy_of(bytes); })));
  return out;
}

/// A case with two stored items of anna's, pulled.
struct Desk {
  Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  Server server{file};
  Statement first = server.seal(file, "one"), second = server.seal(file, "two");
  Desk() { server.pull_into(file); }
};

}  // namespace

TEST_CASE("what counsel says of since when is read strictly") {
  for (const char* good : {"now", "0", "17", "2026-05-01", "2026-05-01T10:00:00Z"}) CHECK(read_suspect_since(good));
  for (const char* bad : {"", "yesterday", "-1", "01", "2026-5-1", "2026-05-01T10:00Z", "now "})
    CHECK(code_of(read_suspect_since(bad)) == "usage");
}

TEST_CASE("a date becomes a place that is never later than what is shown") {
  Desk desk;
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
  Desk desk;
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
  Desk desk;
  must(revoke(desk.file, must(find_person(desk.file, "anna")), must(desk.file.trusted_head()).size));
  desk.server.seal(desk.file, "by a thief");
  desk.server.pull_into(desk.file);
  CHECK(must(desk.file.revoked_entries()).size() == 1);
  CHECK(must(desk.file.set_aside()).empty());
  CHECK(must(check_case(desk.file)).revoked.size() == 1);
  CHECK(must(desk.file.next_index()) == must(desk.file.trusted_head()).size);
}

TEST_CASE("an invitation that nobody used is closed, and only reviewers and counsel are listed") {
  Desk desk;
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
  Desk desk;
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
  Desk desk;
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
  Desk desk;
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

TEST_CASE("any two officers have the root, one alone or a changed file does not") {
  const SigningKey root = key(40);
  const auto shares = must(split_root(root, {"birch", "cedar", "elm"}));
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b) {
      const auto joined = join_root(shares[a], shares[b]);
      if (a == b) CHECK(code_of(joined) == "usage");
      else CHECK((joined && joined->public_key() == root.public_key()));
    }
  // Neither share is the root, nor do two exports mix.
  for (const RootShare& share : shares) {
    const SigningKey wrong = SigningKey::from_seed(share.share);
    CHECK(wrong.public_key() != root.public_key());
  }
  CHECK(shares[0].of_export == shares[2].of_export);
  const auto others = must(split_root(root, {"birch", "cedar"}));
  CHECK(others[0].of_export != shares[0].of_export);
  CHECK(code_of(join_root(shares[0], others[1])) == "wrong_root");
  CHECK(code_of(join_root(shares[0], must(split_root(key(41), {"birch", "cedar"}))[1])) == "wrong_root");
  CHECK(code_of(split_root(root, {"birch"})) == "usage");
  CHECK(code_of(split_root(root, {"birch", "birch"})) == "usage");
  CHECK(code_of(split_root(root, std::vector<std::string>(9, "birch"))) == "usage");
  CHECK(code_of(split_root(root, {"birch", "Cedar"})) == "usage");

  const Bytes file = must(write_root_share(shares[1], words("two"), cheap));
  CHECK(must(officer_of(file)) == "cedar");
  CHECK(must(join_root(shares[0], must(read_root_share(file, words("two"))))).public_key() == root.public_key());
  CHECK(code_of(read_root_share(file, words("three"))) == "wrong_passphrase");
  // Every change of a byte is refused, here or when the two come together.
  for (std::size_t at = 0; at < file.size(); ++at) {
    Bytes changed = file;
    changed[at] ^= 1;
    const auto read = read_root_share(changed, words("two"));
    const bool is_name = read && read->officer != shares[1].officer;
    const bool is_count = read && read->count != shares[1].count;
    if (read && !is_name && !is_count) CHECK(code_of(join_root(shares[0], *read)) != "success");
  }
}

TEST_CASE("a case without its root signs nothing until it is lent") {
  Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  const auto shares = must(split_root(*file.root(), {"birch", "cedar"}));
  must(file.drop_root());
  CHECK(file.root() == nullptr);
  CHECK(code_of(file.invite("anna", Role::documenter, ClaimedTime{1790000000, false})) == "not_found");
  CHECK(code_of(file.rotate_recipient(Group::team)) == "not_found");
  { const CaseFile gone = std::move(file); }
  file = must(CaseFile::open(scratch / "case", passphrase()));
  CHECK(file.root() == nullptr);
  CHECK(code_of(file.lend_root(key(40))) == "wrong_root");
  must(file.lend_root(must(join_root(shares[0], shares[1]))));
  must(file.invite("anna", Role::documenter, ClaimedTime{1790000000, false}));
  { const CaseFile gone = std::move(file); }
  file = must(CaseFile::open(scratch / "case", passphrase()));
  CHECK(file.root() == nullptr);  // it was only lent
}

TEST_CASE("a successor has all of it under another key, and the one before signs no more") {
  Desk desk;
  const PublicKey before = desk.file.member().public_key();
  must(hand_over(desk.file, desk.scratch / "copy", words("way"), cheap));
  CHECK(code_of(hand_over(desk.file, desk.scratch / "copy", words("way"), cheap)) == "already_exists");
  CHECK(code_of(CaseFile::open(desk.scratch / "copy", words("way"))) == "chain_closed");
  const auto take = [&](const Path& to, const std::string& name, std::string_view way) {
    return take_over(to, {desk.scratch / "copy", name, {}}, words(way), words("mine"), cheap);
  };
  CHECK(code_of(take(desk.scratch / "mine", "anna", "way")) == "already_exists");
  CHECK(code_of(take(desk.scratch / "mine", "birch", "wrong")) == "wrong_passphrase");
  CHECK(code_of(take_over(desk.scratch / "mine", {desk.scratch / "case", "birch", {}}, passphrase(), words("mine"), cheap)) ==
        "usage");
  CaseFile mine = must(take(desk.scratch / "mine", "birch", "way"));
  CHECK(mine.fingerprint() == desk.file.fingerprint());
  CHECK(must(mine.self()).pseudonym == "birch");
  CHECK(must(mine.self()).role == Role::counsel);
  CHECK(mine.member().public_key() != before);
  REQUIRE(mine.former() != nullptr);
  CHECK(mine.former()->public_key() == before);
  CHECK(must(mine.entries()).size() == must(desk.file.entries()).size());
  // What is in the folder of before, with its objects, opens in the new one.
  desk.server.put_objects(mine);
  CHECK(open_item(mine, desk.first));
  CHECK(must(find_person(mine, "counsel")).revoked_since() == must(mine.trusted_head()).size);
  must(mine.forget_former());
  CHECK(mine.former() == nullptr);
  must(mine.invite("cedar", Role::documenter, ClaimedTime{1790000000, false}));
}

TEST_CASE("a folder that was handed over reads, and changes and states nothing until that is taken back") {
  Desk desk;
  must(hand_over(desk.file, desk.scratch / "copy", words("way"), cheap));
  CHECK(must(desk.file.is_passed_on()));
  CHECK(code_of(revoke(desk.file, must(find_person(desk.file, "anna")), 0)) == "chain_closed");
  CHECK(code_of(desk.file.invite("elm", Role::documenter, ClaimedTime{1790000000, false})) == "chain_closed");
  CHECK(code_of(desk.file.rotate_recipient(Group::team)) == "chain_closed");
  CHECK(code_of(OwnChain(desk.file).state(Act::note, {Fact::text("note", "n")}, ClaimedTime{some_day, false})) == "chain_closed");
  CHECK(desk.file.roster()->number == 1);
  CHECK(must(desk.file.entries()).size() == 6);
  // Another copy, where the first one was lost; the successor's folder is not locked.
  must(hand_over(desk.file, desk.scratch / "copy-2", words("way"), cheap));
  CaseFile mine = must(take_over(desk.scratch / "mine", {desk.scratch / "copy-2", "birch", {}}, words("way"), words("mine"), cheap));
  CHECK_FALSE(must(mine.is_passed_on()));
  must(mine.invite("elm", Role::documenter, ClaimedTime{1790000000, false}));
  must(desk.file.set_passed_on(false));
  must(revoke(desk.file, must(find_person(desk.file, "anna")), 0));
  // One that could not be written locks nothing.
  CHECK(code_of(hand_over(desk.file, desk.scratch / "case" / "case.db" / "copy", words("way"), cheap)) != "success");
  CHECK_FALSE(must(desk.file.is_passed_on()));
}

TEST_CASE("a successor takes on what the folder of before made since, and stays listed on top of it") {
  Desk desk;
  must(hand_over(desk.file, desk.scratch / "copy", words("way"), cheap));
  CaseFile mine = must(take_over(desk.scratch / "mine", {desk.scratch / "copy", "birch", {}}, words("way"), words("mine"), cheap));
  CHECK(mine.roster()->number == 2);
  must(desk.file.set_passed_on(false));
  must(revoke(desk.file, must(find_person(desk.file, "anna")), 3));  // another roster 2
  const Members theirs{desk.file.roster_note().bytes(), {}};
  CHECK(code_of(accept_members(mine, theirs)) == "wrong_root");
  CHECK(mine.roster()->number == 2);
  must(accept_members(mine, theirs, NewerRoster::adopt));
  CHECK(mine.roster()->number == 3);
  CHECK(must(mine.self()).pseudonym == "birch");
  CHECK(must(find_person(mine, "anna")).revoked_since() == 3);
  CHECK(must(find_person(mine, "counsel")).revoked_since());
  // Whoever brings it back after a crash finds it so.
  { const CaseFile gone = std::move(mine); }
  mine = must(CaseFile::open(desk.scratch / "mine", words("mine")));
  CHECK(mine.roster()->number == 3);
  CHECK(must(mine.rosters()).size() == 3);
}

TEST_CASE("a roster that was made elsewhere lets nobody in again where the root is here, and is told") {
  Desk desk;
  const auto copied = [&](const char* name) {
    { const CaseFile gone = std::move(desk.file); }
    std::filesystem::copy(desk.scratch / "case", desk.scratch / name, std::filesystem::copy_options::recursive);
    desk.file = must(CaseFile::open(desk.scratch / "case", passphrase()));
    return must(CaseFile::open(desk.scratch / name, passphrase()));
  };
  CaseFile other = copied("other");
  CaseFile without_root = copied("without-root");
  must(without_root.drop_root());
  must(revoke(desk.file, must(find_person(desk.file, "anna")), 2));
  must(other.rotate_recipient(Group::legal));
  must(other.rotate_recipient(Group::team));
  const Roster before = *desk.file.roster();
  const Members theirs{other.roster_note().bytes(), {}};
  must(accept_members(desk.file, theirs, NewerRoster::adopt));
  CHECK(desk.file.roster()->number == 4);
  CHECK(must(find_person(desk.file, "anna")).revoked_since() == 2);
  const RosterChanges changes = changes_between(before, *desk.file.roster());
  CHECK(changes.let_in_again.empty());
  CHECK(changes.recipients.size() == 2);
  CHECK(changes.recipients_gone.size() == 2);
  const std::string text = must(text_of(desk.file, changes));
  CHECK(text.find("RECIPIENT: what is sealed for the group legal is for " + other.identity(Group::legal).recipient().format()) != std::string::npos);
  // Without the root it is as it came.
  must(accept_members(without_root, {desk.file.roster_note().bytes(), {}}, NewerRoster::adopt));
  CHECK(without_root.roster_note().bytes() == desk.file.roster_note().bytes());
  const RosterChanges back = changes_between(*desk.file.roster(), before);
  CHECK_FALSE(back.recipients.empty());
  CHECK(changes_between(*desk.file.roster(), *other.roster()).let_in_again.size() == 1);
}

TEST_CASE("where the officers hold the root, the successor takes over with their files") {
  Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  const auto shares = must(split_root(*file.root(), {"birch", "cedar"}));
  must(file.drop_root());
  must(hand_over(file, scratch / "copy", words("way"), cheap));
  const auto take = [&](std::optional<SigningKey> root) {
    return take_over(scratch / "mine", {scratch / "copy", "birch", std::move(root)}, words("way"), words("mine"), cheap);
  };
  CHECK(code_of(take({})) == "not_found");
  CHECK(code_of(take(key(40))) == "wrong_root");
  CHECK(code_of(take(must(join_root(shares[0], shares[1])))) == "success");
}

namespace {

/// A reviewer's folder for the case of a desk.
Result<CaseFile> join_as_reviewer(Desk& desk, const GroupKeys& team, const GroupKeys& legal = {},
                                  std::int64_t now = 1780000000) {
  static int number = 0;
  const std::string name = "reviewer-" + std::to_string(++number);
  Invitation invitation = must(desk.file.invite(name, Role::reviewer, ClaimedTime{1790000000, false}));
  return CaseFile::join(desk.scratch / name, passphrase(), {std::move(invitation), copy_of(team), copy_of(legal), now}, cheap);
}

}  // namespace

TEST_CASE("a reviewer opens the clean copy and the team's facts, and nothing that is sealed") {
  Desk desk;
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
  Desk desk;
  Invitation invitation = must(desk.file.invite("dora", Role::documenter, ClaimedTime{1790000000, false}));
  CHECK(code_of(CaseFile::join(desk.scratch / "dora", passphrase(),
                               {std::move(invitation), copy_of(desk.file.identities(Group::team)), {}, 0}, cheap)) == "usage");
  CHECK_FALSE(std::filesystem::exists(desk.scratch / "dora"));
}

TEST_CASE("a newer roster is taken over by who makes none, and by counsel only when told so") {
  Desk desk;
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
