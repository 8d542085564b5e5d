// SPDX-License-Identifier: GPL-3.0-or-later
// The root of a case and its folder in other hands: officers, a successor, a roster from elsewhere.
#include <catch2/catch.hpp>

#include "casework/casefile/hand_over.hpp"
#include "casework/casefile/own_chain.hpp"
#include "casework/casefile/root_shares.hpp"
#include "casework/casefile/roster_changes.hpp"
#include "casework/casefile/show.hpp"
#include "tests/unit/casework/people_desk.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::Scratch;

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
  PeopleDesk desk;
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
  PeopleDesk desk;
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
  PeopleDesk desk;
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
  PeopleDesk desk;
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
