// SPDX-License-Identifier: GPL-3.0-or-later
// What is left when a vault is destroyed, and what comes back.
#include <catch2/catch.hpp>
#include <chrono>

#include "collector/vault/destroy.hpp"
#include "collector/vault/kernel_key.hpp"
#include "collector/vault/next_seal.hpp"
#include "collector/vault/room.hpp"
#include "collector/vault/slot_file.hpp"
#include "tests/unit/collector/vault_slots.hpp"

using namespace dokaz;
using namespace dokaz::test;

TEST_CASE("What a join left that was cut is destroyed with the vault") {
  const TestCase of;
  const TestVault at(of);
  const auto joining = at.scratch / "vault.joining";
  std::filesystem::copy(at.folder(), joining, std::filesystem::copy_options::recursive);
  REQUIRE(destroy_keys(at.folder()));
  CHECK(Vault::open(joining, passphrase()).code() == Errc::damaged_store);
  REQUIRE(remove_vault(at.folder()));
  CHECK(at.scratch.entries() == 0);
}

TEST_CASE("Whoever began to unlock before a panic writes no slot after it, and keeps no key") {
  const TestCase of;
  const TestVault at(of);
  const RoomKey key = at.room_key();
  SlotFile read = SlotFile::open(at.folder()).value();
  REQUIRE(destroy_keys(at.folder()));
  const std::string noise = whole_file(at.folder() / "key");
  CHECK(read.overwrite().code() == Errc::wrong_passphrase);
  CHECK(read.replace().code() == Errc::wrong_passphrase);
  CHECK(whole_file(at.folder() / "key") == noise);
  CHECK(keep_key(at.folder(), key, 60).code() == Errc::not_joined);
  REQUIRE(remove_vault(at.folder()));
  CHECK(read.overwrite().code() == Errc::wrong_passphrase);
  CHECK(read.replace().code() == Errc::wrong_passphrase);
  CHECK_FALSE(std::filesystem::exists(at.folder()));
}

TEST_CASE("A clearing that rests while a panic removes the vault makes nothing of it again") {
  const TestCase of;
  const TestVault at(of);
  add_items(at, 10);
  const unsigned room = at.database().parent_path().filename() == "room-1" ? 1 : 0;
  int rests = 0;
  const auto panic_in_the_rest = [&] {
    if (++rests > 1) return;
    REQUIRE(destroy_keys(at.folder()));
    REQUIRE(remove_vault(at.folder()));
  };
  CHECK(clear_room(at.folder(), {{Secret<32>::random(), room}, 0}, panic_in_the_rest).code() == Errc::not_joined);
  CHECK(rests > 0);
  CHECK_FALSE(std::filesystem::exists(at.folder()));
}

TEST_CASE("A destroyed vault opens by no key, and only the vault's files go") {
  const TestCase of;
  const TestVault at(of);
  add_items(at, 2);
  const RoomKey key = at.room_key();
  const auto copy = at.scratch / "copy";
  std::filesystem::create_directory(copy);
  const auto key_bytes = copy / "key", database_bytes = copy / "vault.db";
  std::filesystem::create_hard_link(at.folder() / "key", key_bytes);
  std::filesystem::create_hard_link(at.database(), database_bytes);
  SECTION("all of it") {
    REQUIRE(destroy_keys(at.folder()));
    CHECK(KeySlots::parse(read_file(key_bytes, 4096).value()).code() == Errc::malformed);
    CHECK(opening(at, "correct horse") == Errc::damaged_store);
    const Removed removed = remove_vault(at.folder()).value();
    CHECK(removed.objects == 4);
    CHECK(removed.all);
    CHECK_FALSE(std::filesystem::exists(at.folder()));
    CHECK(Database::open(database_bytes, key.key).code() == Errc::wrong_key);
  }
  SECTION("while another process holds the lock") {
    const Vault open = Vault::open(at.folder(), key).value();
    REQUIRE(destroy_keys(at.folder()));
    CHECK(remove_vault(at.folder()));
    CHECK_FALSE(std::filesystem::exists(at.folder()));
  }
  SECTION("with a stranger's file in the folder") {
    std::ofstream(at.folder() / "mine.txt") << "mine";
    REQUIRE(destroy_keys(at.folder()));
    CHECK_FALSE(remove_vault(at.folder())->all);
    CHECK(whole_file(at.folder() / "mine.txt") == "mine");
    CHECK(opening(at, "correct horse") == Errc::not_joined);
  }
  SECTION("a second time") {
    REQUIRE(destroy_keys(at.folder()));
    REQUIRE(destroy_keys(at.folder()));
    REQUIRE(remove_vault(at.folder()));
    CHECK(destroy_keys(at.folder()).code() == Errc::not_joined);
  }
}

// By hand: collector_vault_test "[.panic]" prints how long a panic of ten thousand items takes.
TEST_CASE("A panic makes ten thousand items unreadable in less than a second", "[.panic]") {
  const TestCase of;
  const TestVault at(of);
  {
    Vault vault = at.open();
    const auto outbox = at.outbox();
    const ItemFacts facts = facts_of(photo(), "a.jpg", "").value();
    for (int i = 0; i < 10'000; ++i) {
      std::vector<ObjectRef> objects;
      for (const char* kind : {"team", "legal"}) {
        const Bytes object = to_bytes(kind + std::to_string(i));
        objects.push_back({ObjectId(sha256(object).raw()), object.size()});
        std::ofstream(outbox / (hex(objects.back().id) + ".age"), std::ios::binary) << to_text(object);
      }
      const OwnStatement head = vault.head().value();
      const Statement statement = next_seal(vault, head.signed_statement.statement, objects, facts, noon).value();
      const NewStatement next{sign_statement(statement, vault.member_key()), {{sha256(std::to_string(i))}}, {}};
      REQUIRE(vault.append(std::vector<NewStatement>{next}));
    }
  }
  const RoomKey key = at.room_key();
  const auto start = std::chrono::steady_clock::now();
  const auto since = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  REQUIRE(destroy_keys(at.folder()));
  const double keys = since();
  const auto vault = Vault::open(at.folder(), key);
  CHECK(vault.has_value());
  const double opened = since();
  CHECK(remove_vault(at.folder())->objects == 20'000);
  WARN("seconds: keys gone " << keys << ", opened for counting " << opened << ", all removed " << since());
  CHECK(keys < 1);
}

TEST_CASE("A reserve that was given up comes back with the vault's own time, also where the vault joined nothing") {
  const TestCase of;
  const Scratch scratch;
  const auto folder = scratch / "vault";
  REQUIRE(Vault::create_unjoined(folder, passphrase(), cheap));
  const auto time = std::filesystem::last_write_time(folder / "reserve");
  REQUIRE(std::filesystem::remove(folder / "reserve"));
  CHECK(Vault::open(folder, passphrase()).code() == Errc::not_joined);
  REQUIRE(std::filesystem::exists(folder / "reserve"));
  CHECK(std::filesystem::last_write_time(folder / "reserve") == time);
}
