// SPDX-License-Identifier: GPL-3.0-or-later
// Joining: bad invitations of each kind, and vaults that are whole or not there.
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/unit/collector/case_fixture.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

Errc enrol_failure(const Invitation& invitation, ClaimedTime now = noon) {
  const Bytes text = write_invitation(invitation).reveal([](ByteView bytes) { return to_bytes(bytes); });
  const auto enrolment = enrol(text, now);
  REQUIRE_FALSE(enrolment);
  return enrolment.code();
}

}  // namespace

TEST_CASE("An expired ticket is refused by the local clock, to the second") {
  const TestCase of;
  CHECK(enrol_failure(of.invitation(), {expires.unix_seconds + 1, false}) == Errc::ticket_expired);
  CHECK(enrol(of.invitation_text(), expires));
}

TEST_CASE("Bad invitations are refused by name") {
  const TestCase of, other;
  SECTION("empty") { CHECK(enrol({}, noon).code() == Errc::malformed); }
  SECTION("cut at any byte") {
    const Bytes text = of.invitation_text();
    for (std::size_t size = 0; size < text.size(); size += 37)
      CHECK_FALSE(enrol(ByteView(text).first(size), noon));
  }
  SECTION("a roster of another case") {
    Invitation bad = of.invitation();
    bad.roster = other.roster_note();
    CHECK(enrol_failure(bad) == Errc::wrong_root);
  }
  SECTION("a ticket that somebody else signed") {
    const Ticket ticket{of.root.public_key(), of.ticket.public_key(), "aspen", Role::documenter, expires};
    Invitation bad = of.invitation();
    std::string forged = to_text(bad.ticket.bytes());
    forged.replace(forged.find("aspen"), 5, "birch");
    bad.ticket = Note::parse(bytes_of(forged)).value();
    CHECK(enrol_failure(bad) == Errc::bad_signature);
  }
  SECTION("a secret that does not make the ticket's key") {
    Invitation bad = of.invitation();
    bad.ticket_key = SigningKey::generate();
    CHECK(enrol_failure(bad) == Errc::bad_key);
  }
  SECTION("a policy that is none") {
    Invitation bad = of.invitation();
    bad.policy = to_bytes("quorum none\n");
    CHECK(enrol_failure(bad) == Errc::malformed);
  }
  SECTION("a recipient that nobody could seal to") {
    Roster roster = of.roster();
    std::string& key = roster.recipients[0].recipient;
    key.back() = key.back() == 'q' ? 'p' : 'q';
    const auto note = sign_roster(roster, of.root);
    if (!note) return;  // the roster's writer looks as closely
    Invitation bad = of.invitation();
    bad.roster = *note;
    CHECK(enrol_failure(bad) == Errc::malformed);
  }
}

TEST_CASE("Joining makes a member that anybody can check from the root, and keeps no ticket secret") {
  const TestCase of;
  const TestVault at(of);
  Vault vault = at.open();

  const CaseRoot root(fingerprint_of(of.root.public_key()));
  const auto member =
      root.check_admission(Note::parse(vault.ticket()).value(), Note::parse(vault.admission()).value());
  REQUIRE(member);
  CHECK((*member)->key == vault.member_key().public_key());
  CHECK((*member)->pseudonym == "aspen");

  const OwnStatement genesis = vault.head().value();
  CHECK(genesis.number() == 0);
  CHECK(genesis.signed_statement.statement.fields().act == Act::genesis);
  CHECK(vault.view().members.check(genesis.signed_statement));
  const auto facts = read_facts(genesis.facts).value();
  REQUIRE(find_fact(facts, "pseudonym"));
  CHECK(find_fact(facts, "pseudonym")->as_text() == "aspen");

  auto rows = Database::open(at.database(), at.room_key().key).value();
  const Bytes ticket_secret = of.ticket.seed().reveal([](ByteView seed) { return to_bytes(seed); });
  for (const char* column : {"pin", "policy", "roster", "ticket", "admission", "member_seed", "tag_key"}) {
    Query query = rows.prepare("SELECT " + std::string(column) + " FROM membership");
    REQUIRE(query.step().value());
    CHECK(query.blob(0) != ticket_secret);
  }
}

TEST_CASE("A vault is private and is not made over something else") {
  const TestCase of;
  const TestVault at(of);
  struct stat info {};
  REQUIRE(::stat(at.folder().c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0700);
  for (const auto& file : files_under(at.folder())) {
    REQUIRE(::stat(file.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
  }

  const std::string before = whole_file(at.folder() / "key");
  const auto enrolment = enrol(of.invitation_text(), noon).value();
  CHECK(Vault::create(at.folder(), passphrase(), enrolment, cheap).code() == Errc::already_exists);
  CHECK(Vault::create(at.folder() / "key", passphrase(), enrolment, cheap).code() == Errc::already_exists);
  CHECK(whole_file(at.folder() / "key") == before);
  CHECK(at.scratch.entries() == 1);
}

TEST_CASE("An interrupted join leaves no vault, and the next one succeeds") {
  const TestCase of;
  const Scratch scratch;
  const auto enrolment = enrol(of.invitation_text(), noon).value();
  const auto folder = scratch / "vault";

  std::filesystem::create_directories(scratch / "vault.joining/outbox");
  std::filesystem::permissions(scratch / "vault.joining", std::filesystem::perms::owner_all);
  std::ofstream(scratch / "vault.joining/key") << "half";
  CHECK(Vault::open(folder, passphrase()).code() == Errc::not_joined);
  {
    const auto other_run = FolderLock::take(scratch / "vault.joining").value();
    CHECK(Vault::create(folder, passphrase(), enrolment, cheap).code() == Errc::busy);
  }
  REQUIRE(Vault::create(folder, passphrase(), enrolment, cheap));
  CHECK(Vault::open(folder, passphrase()));
  CHECK(scratch.entries() == 1);
}

TEST_CASE("A full disk while joining leaves nothing behind") {
  const TestCase of;
  const Scratch scratch;
  const auto enrolment = enrol(of.invitation_text(), noon).value();
  for (const rlim_t limit : {rlim_t{0}, rlim_t{100}, rlim_t{2000}, rlim_t{6000}}) {
    {
      const FullDisk full(limit);
      CHECK_FALSE(Vault::create(scratch / "vault", passphrase(), enrolment, cheap));
    }
    CHECK(scratch.entries() == 0);
  }
}

TEST_CASE("Opening names what is wrong") {
  const TestCase of;
  const TestVault at(of);
  SECTION("no vault") { CHECK(Vault::open(at.scratch / "other", passphrase()).code() == Errc::not_joined); }
  SECTION("passphrase") {
    CHECK(Vault::open(at.folder(), passphrase("wrong")).code() == Errc::wrong_passphrase);
  }
  SECTION("two runs") {
    const Vault first = at.open();
    CHECK(Vault::open(at.folder(), passphrase()).code() == Errc::busy);
  }
  SECTION("key file gone") {
    std::filesystem::remove(at.folder() / "key");
    CHECK(Vault::open(at.folder(), passphrase()).code() == Errc::damaged_store);
  }
  SECTION("key file cut") {
    std::filesystem::resize_file(at.folder() / "key", 40);
    CHECK(Vault::open(at.folder(), passphrase()).code() == Errc::damaged_store);
  }
  SECTION("database gone") {
    const auto database = at.database();
    std::filesystem::remove(database);
    CHECK(Vault::open(at.folder(), passphrase()).code() == Errc::damaged_store);
    CHECK_FALSE(std::filesystem::exists(database));
  }
  SECTION("any page of the database changed") {
    const std::string whole = whole_file(at.database());
    for (std::size_t place = 100; place < whole.size(); place += 4096) {
      std::string bad = whole;
      bad[place] = static_cast<char>(bad[place] ^ 1);
      std::ofstream(at.database(), std::ios::binary) << bad;
      auto vault = Vault::open(at.folder(), passphrase());
      // A page that opening does not read shows when everything is read.
      const bool seen = !vault || !vault->statements() || !vault->seen();
      if (!vault) CHECK(vault.code() == Errc::damaged_store);
      else if (seen) CHECK(vault->statements().code() == Errc::damaged_store);
    }
  }
}
