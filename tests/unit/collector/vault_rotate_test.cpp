// SPDX-License-Identifier: GPL-3.0-or-later
// Another key for what is signed from here on: what the vault keeps, and what it has no more.
#include <catch2/catch.hpp>

#include "collector/vault/chain_acts.hpp"
#include "collector/vault/restart.hpp"
#include "proto/format/case.hpp"
#include "tests/unit/collector/case_fixture.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

constexpr std::int64_t day = 86'400;
ClaimedTime after(std::int64_t days) { return {noon.unix_seconds + days * day, false}; }

/// The whole chain, as a stranger checks it: from the first key alone.
Status check_chain(Vault& vault) {
  CaseView view = check_case(vault.view().policy.bytes(), vault.roster_note().value(),
                             Note::parse(vault.ticket()).value(), Note::parse(vault.admission()).value()).value();
  StatementHash previous;
  DOKAZ_LET(all, vault.statements());
  for (const OwnStatement& own : all) {
    CHECK(own.signed_statement.statement.fields().previous == previous);
    previous = own.signed_statement.statement.hash();
    DOKAZ_LET(checked, view.members.check(own.signed_statement));
    if (checked->statement.fields().next_key) DOKAZ_TRY(view.members.learn(checked));
  }
  return {};
}

}  // namespace

TEST_CASE("After a rotation the next key signs, also when the vault was opened anew, and the chain holds") {
  const TestCase of;
  const TestVault at(of);
  std::vector<PublicKey> keys;
  {
    Vault vault = at.open();
    keys.push_back(vault.member_key().public_key());
    REQUIRE(seal(vault, photo("one"), request()));
    CHECK(rotate_key(vault, after(1)).value().number == 2);
    keys.push_back(vault.member_key().public_key());
    REQUIRE(seal(vault, photo("two"), request()));
    REQUIRE(rotate_key(vault, after(2)));
    keys.push_back(vault.member_key().public_key());
  }
  Vault vault = at.open();
  CHECK(std::set<PublicKey>(keys.begin(), keys.end()).size() == 3);
  CHECK(vault.member_key().public_key() == keys[2]);
  CHECK(vault.first_key() == keys[0]);
  CHECK(vault.epochs().present() == 2);
  REQUIRE(seal(vault, photo("three"), request()));
  for (const auto& [number, epoch] : std::vector<std::pair<std::uint64_t, std::size_t>>{{0, 0}, {1, 0}, {2, 0}, {3, 1}, {4, 1}, {5, 2}})
    CHECK(vault.statement(number)->signed_statement.member == keys[epoch]);
  CHECK(check_chain(vault));
  CHECK(newest_key(vault.rotations(), vault.first_key()).value() == keys[2]);
}

TEST_CASE("The old secret is in no file of the vault, and no key is kept but the present one") {
  const TestCase of;
  const TestVault at(of);
  Vault vault = at.open();
  const Secret<32> old = vault.member_key().seed();
  REQUIRE(rotate_key(vault, after(1)));
  CHECK_FALSE(old.reveal([&](ByteView before) {
    return vault.member_key().seed().reveal([&](ByteView now) { return std::ranges::equal(before, now); });
  }));
  // All of it is in the one file: nothing stands in the log beside it.
  for (const auto& file : files_under(at.folder()))
    if (file.string().ends_with("-wal")) CHECK(std::filesystem::file_size(file) == 0);
}

TEST_CASE("No key is changed in a chain that is closed or forked, nor more often than the server can be shown") {
  const TestCase of;
  {
    const TestVault at(of);
    Vault vault = at.open();
    for (std::size_t i = 0; i < max_shown_rotations; ++i) REQUIRE(rotate_key(vault, after(1)));
    CHECK(rotate_key(vault, after(1)).code() == Errc::not_safe_yet);
    CHECK(vault.rotations().size() == max_shown_rotations);
    CHECK(check_chain(vault));
  }
  {
    const TestVault at(of);
    Vault vault = at.open();
    REQUIRE(vault.keep_forked(true));
    CHECK(rotate_key(vault, after(1)).code() == Errc::forked_chain);
    REQUIRE(vault.keep_forked(false));
    REQUIRE(close_chain(vault, after(1)));
    CHECK(rotate_key(vault, after(1)).code() == Errc::chain_closed);
    CHECK(vault.epochs().present() == 0);
  }
}

TEST_CASE("The key is changed by itself only where that was asked for, when it is old enough") {
  const TestCase of;
  const TestVault at(of);
  Vault vault = at.open();
  CHECK_FALSE(rotate_if_due(vault, after(4000)).value());
  REQUIRE(vault.keep_rotation_days(30));
  CHECK_FALSE(rotate_if_due(vault, after(29)).value());
  CHECK(rotate_if_due(vault, after(30)).value());
  CHECK_FALSE(rotate_if_due(vault, after(59)).value());
  CHECK(rotate_if_due(vault, after(60)).value());
  CHECK(vault.epochs().present() == 2);
  REQUIRE(vault.keep_forked(true));
  CHECK_FALSE(rotate_if_due(vault, after(100)).value());
}

TEST_CASE("A vault that rotated begins no other chain, and a copy of before goes on by itself alone") {
  const TestCase of;
  const TestVault at(of);
  const Scratch scratch;
  { Vault vault = at.open(); }
  std::filesystem::copy(at.folder(), scratch / "copy", std::filesystem::copy_options::recursive);
  Vault vault = at.open();
  REQUIRE(rotate_key(vault, after(1)));
  CHECK(restart_of(vault, after(1)).code() == Errc::wrong_epoch);
  Vault copy = Vault::open(scratch / "copy", passphrase()).value();
  CHECK(copy.member_key().public_key() == vault.first_key());
  CHECK(copy.epochs().present() == 0);
}

TEST_CASE("A vault that waits without its lock goes on with the key that another command has changed to") {
  const TestCase of;
  const TestVault at(of);
  Vault waiting = at.open();
  waiting.let_go();
  PublicKey now = waiting.first_key();
  {
    Vault other = at.open();
    REQUIRE(rotate_key(other, after(1)));
    now = other.member_key().public_key();
  }
  REQUIRE(waiting.take_lock());
  CHECK(waiting.member_key().public_key() == now);
  REQUIRE(heartbeat(waiting, after(2)));
  CHECK(check_chain(waiting));
}
