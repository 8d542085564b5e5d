// SPDX-License-Identifier: GPL-3.0-or-later
// Passphrases of a vault: changed, counted, and given under duress.
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "collector/vault/change_slots.hpp"
#include "collector/vault/destroy.hpp"
#include "collector/vault/kernel_key.hpp"
#include "collector/vault/room.hpp"
#include "collector/vault/slot_file.hpp"
#include "collector/vault/unlock_cost.hpp"
#include "tests/unit/collector/vault_slots.hpp"

using namespace dokaz;
using namespace dokaz::test;

TEST_CASE("A changed passphrase opens the same vault, the old one nothing, and nothing is encrypted anew") {
  const TestCase of;
  const TestVault at(of);
  add_items(at, 1);
  const auto database = at.database();
  const std::string before = whole_file(database), key_before = whole_file(at.folder() / "key");
  CHECK(change_passphrase(at.folder(), passphrase("wrong"), passphrase("new one")).code() == Errc::wrong_passphrase);
  CHECK(whole_file(at.folder() / "key") == key_before);
  REQUIRE(change_passphrase(at.folder(), passphrase(), passphrase("new one")));
  CHECK(whole_file(database) == before);
  CHECK(opening(at, "correct horse") == Errc::wrong_passphrase);
  CHECK(Vault::open(at.folder(), passphrase("new one"))->statements()->size() == 2);
  CHECK(whole_file(at.folder() / "key").size() == key_before.size());
  CHECK_FALSE(std::filesystem::exists(at.folder() / "key.next"));
}

TEST_CASE("A change of passphrase that was cut is finished or taken back, and the old key file is overwritten") {
  const TestCase of;
  const TestVault at(of);
  const std::string old = whole_file(at.folder() / "key");
  SECTION("before the names changed places") {
    std::ofstream(at.folder() / "key.next", std::ios::binary) << old.substr(0, 300);
    CHECK(Vault::open(at.folder(), passphrase()));
  }
  SECTION("after it") {
    REQUIRE(change_passphrase(at.folder(), passphrase(), passphrase("new one")));
    std::ofstream(at.folder() / "key.next", std::ios::binary) << old;
    std::filesystem::create_hard_link(at.folder() / "key.next", at.scratch / "its bytes");
    CHECK(opening(at, "correct horse") == Errc::wrong_passphrase);
    CHECK(Vault::open(at.folder(), passphrase("new one")));
    CHECK(whole_file(at.scratch / "its bytes").find("dokaz/key-slots") == std::string::npos);
  }
  CHECK_FALSE(std::filesystem::exists(at.folder() / "key.next"));
}

TEST_CASE("Two vaults look alike whichever room is theirs, and a duress passphrase does not show") {
  const TestCase of;
  const Scratch scratch;
  REQUIRE(Vault::create_unjoined(scratch / "plain", passphrase(), cheap));
  REQUIRE(Vault::create_unjoined(scratch / "prepared", passphrase(), cheap));
  REQUIRE(add_duress(scratch / "prepared", passphrase(), passphrase("under duress")));
  const Look look = look_at(scratch / "plain");
  CHECK(look == look_at(scratch / "prepared"));
  CHECK(look.at("room-0/vault.db") == look.at("room-1/vault.db"));
  CHECK(Vault::open(scratch / "plain", passphrase()).code() == Errc::not_joined);
}

TEST_CASE("A duress passphrase opens an empty vault, and the real one is gone") {
  const TestCase of;
  const TestVault at(of);
  const Clearings clearings;
  add_items(at, 2);
  REQUIRE(add_duress(at.folder(), passphrase(), passphrase("under duress")));
  CHECK(at.open().statements()->size() == 3);  // nothing changes until it is used
  const auto room = at.room();

  CHECK(opening(at, "under duress") == Errc::not_joined);
  CHECK(opening(at, "correct horse") == Errc::wrong_passphrase);
  CHECK(opening(at, "under duress") == Errc::not_joined);

  const Scratch fresh;
  REQUIRE(Vault::create_unjoined(fresh / "vault", passphrase(), cheap));
  Clearings::wait();
  CHECK(look_at(at.folder()) == look_at(fresh / "vault"));
  struct stat database {}, first {};
  REQUIRE(::stat((room / "vault.db").c_str(), &database) == 0);
  REQUIRE(::stat((at.folder() / ".lock").c_str(), &first) == 0);
  CHECK(database.st_mtime == first.st_mtime);
}

TEST_CASE("What a duress passphrase opened cannot be told from a vault that has joined nothing, by its passphrase neither") {
  const TestCase of;
  const TestVault at(of), plain(of);
  const Clearings clearings;
  REQUIRE(add_duress(at.folder(), passphrase(), passphrase("under duress")));
  const auto plain_folder = plain.scratch / "unjoined";
  REQUIRE(Vault::create_unjoined(plain_folder, passphrase("under duress"), cheap));
  CHECK(opening(at, "under duress") == Errc::not_joined);
  Clearings::wait();
  for (const auto& folder : {at.folder(), plain_folder}) {
    const std::string before = whole_file(folder / "key");
    CHECK(Vault::open(folder, passphrase("under duress")).code() == Errc::not_joined);
    Clearings::wait();
    CHECK(whole_file(folder / "key") == before);
    const KeySlots slots = KeySlots::parse(bytes_of(before)).value();
    const auto opened = slots.open(slots.derive(passphrase("under duress")).value()).value();
    CHECK(opened.content.kind == SlotKind::opens);
    const RoomKey key{opened.content.key.reveal([](ByteView b) { return Secret<32>::copy_of(b.first<32>()); }),
                      opened.content.room};
    const OtherRoom other = read_other_room(folder, key).value();
    CHECK(looks_new(folder, other));
    CHECK(std::filesystem::file_size(room_folder(folder, key.room) / "vault.db") == other.new_size);
  }
}

TEST_CASE("A duress passphrase erases also while another command has the vault, and the answer is that of any") {
  const TestCase of;
  const TestVault at(of);
  const Clearings clearings;
  REQUIRE(add_duress(at.folder(), passphrase(), passphrase("under duress")));
  {
    Vault other = at.open();
    CHECK(opening(at, "correct horse") == Errc::busy);
    CHECK(opening(at, "wrong") == Errc::busy);
    CHECK(other.statements()->size() == 1);
    CHECK(opening(at, "under duress") == Errc::busy);
    CHECK(other.statements()->size() == 1);  // it has its key until it ends
  }
  CHECK(opening(at, "correct horse") == Errc::wrong_passphrase);
  CHECK(opening(at, "under duress") == Errc::not_joined);
}

TEST_CASE("A vault that joined and holds no item is cleared like one that does") {
  const TestCase of;
  const TestVault at(of);
  const Clearings clearings;
  const RoomKey key = at.room_key();
  const auto database = at.database();
  REQUIRE(add_duress(at.folder(), passphrase(), passphrase("under duress")));
  CHECK(opening(at, "under duress") == Errc::not_joined);
  Clearings::wait();
  CHECK(Database::open(database, key.key).code() == Errc::wrong_key);
}

TEST_CASE("A vault that a duress passphrase opened is a vault like any other: it joins, and has a duress passphrase") {
  const TestCase of;
  const TestVault at(of);
  const Clearings clearings;
  REQUIRE(add_duress(at.folder(), passphrase(), passphrase("second")));
  CHECK(opening(at, "second") == Errc::not_joined);
  REQUIRE(Vault::join(at.folder(), passphrase("second"), enrol(of.invitation_text(), noon).value()));
  CHECK(Vault::join(at.folder(), passphrase("second"), enrol(of.invitation_text(), noon).value()).code() ==
        Errc::already_exists);
  CHECK(Vault::open(at.folder(), passphrase("second"))->statements()->size() == 1);
  Clearings::wait();
  REQUIRE(add_duress(at.folder(), passphrase("second"), passphrase("third")));
  CHECK(Vault::open(at.folder(), passphrase("second")));
  CHECK(opening(at, "third") == Errc::not_joined);
  CHECK(opening(at, "second") == Errc::wrong_passphrase);
}

TEST_CASE("A duress passphrase is changed and taken away, and no passphrase opens two things") {
  const TestCase of;
  const TestVault at(of);
  const Clearings clearings;
  const auto own = passphrase();
  CHECK(add_duress(at.folder(), own, passphrase()).code() == Errc::usage);
  CHECK(remove_duress(at.folder(), own));
  REQUIRE(add_duress(at.folder(), own, passphrase("one")));
  CHECK(change_passphrase(at.folder(), own, passphrase("one")).code() == Errc::usage);
  REQUIRE(add_duress(at.folder(), own, passphrase("two")));
  CHECK(opening(at, "one") == Errc::wrong_passphrase);
  REQUIRE(remove_duress(at.folder(), own));
  CHECK(opening(at, "two") == Errc::wrong_passphrase);
  CHECK(at.open().statements()->size() == 1);
}

TEST_CASE("Wrong tries are counted only where that was asked for, and a right one begins anew") {
  const TestCase of;
  const TestVault at(of);
  for (int i = 0; i < 20; ++i) CHECK(opening(at, "wrong") == Errc::wrong_passphrase);
  CHECK(set_wipe_after(at.folder(), passphrase(), 2).code() == Errc::usage);
  REQUIRE(set_wipe_after(at.folder(), passphrase(), 3));
  for (int round = 0; round < 3; ++round) {
    const auto first = Vault::open(at.folder(), passphrase("wrong"));
    CHECK(first.error().detail == "tries left: 2");
    CHECK(opening(at, "wrong") == Errc::wrong_passphrase);
    CHECK(at.open().statements()->size() == 1);
  }
  REQUIRE(set_wipe_after(at.folder(), passphrase(), 0));
  for (int i = 0; i < 5; ++i) CHECK(opening(at, "wrong") == Errc::wrong_passphrase);
  CHECK(at.open().statements()->size() == 1);
}

TEST_CASE("After the last wrong try the vault is gone, and the try was answered like the others") {
  const TestCase of;
  const TestVault at(of);
  add_items(at, 1);
  REQUIRE(set_wipe_after(at.folder(), passphrase(), 3));
  std::filesystem::create_hard_link(at.folder() / "key", at.scratch / "its bytes");
  for (int i = 0; i < 3; ++i) CHECK(opening(at, "wrong") == Errc::wrong_passphrase);
  CHECK(opening(at, "correct horse") == Errc::not_joined);
  CHECK_FALSE(std::filesystem::exists(at.folder()));
  CHECK(whole_file(at.scratch / "its bytes").find("dokaz") == std::string::npos);
}

TEST_CASE("A try is counted before its outcome is known: one that was cut counts, and the last one destroys") {
  const TestCase of;
  const TestVault at(of);
  REQUIRE(set_wipe_after(at.folder(), passphrase(), 3));
  {
    SlotFile file = SlotFile::open(at.folder()).value();
    file.slots().tries = 3;  // as a try leaves it that was cut while it was derived
    REQUIRE(file.overwrite());
  }
  SECTION("a right one still opens") {
    CHECK(at.open().statements()->size() == 1);
    CHECK(SlotFile::open(at.folder())->slots().tries == 0);
  }
  SECTION("a wrong one destroys") {
    CHECK(opening(at, "wrong") == Errc::wrong_passphrase);
    CHECK(opening(at, "correct horse") == Errc::not_joined);
  }
}

TEST_CASE("The kernel keeps a room's key for a while, and gives it up at once") {
  const TestCase of;
  const TestVault at(of), other(of);
  const Clearings clearings;
  const Status kept = keep_key(at.folder(), at.room_key(), 60);
  if (!kept) {
    CHECK(kept.code() == Errc::refused);
    WARN("not checked: this kernel keeps no keys");
    return;
  }
  CHECK_FALSE(kept_key(other.folder()));
  const auto key = kept_key(at.folder());
  REQUIRE(key);
  CHECK(key->idle == 60);
  CHECK(Vault::open(at.folder(), key->room));
  SECTION("when it is locked") { CHECK(forget_key(at.folder())); }
  SECTION("a day after the passphrase was given, though it was never idle") {
    const std::uint64_t end = seconds_of_machine() + longest_unlocked;
    CHECK(kept_key(at.folder(), end - 30));
    CHECK_FALSE(kept_key(at.folder(), end + 1));
  }
  SECTION("when the vault is destroyed") { CHECK(destroy_keys(at.folder())); }
  SECTION("when the duress passphrase is given") {
    REQUIRE(add_duress(at.folder(), passphrase(), passphrase("under duress")));
    CHECK(kept_key(at.folder()));
    CHECK(opening(at, "under duress") == Errc::not_joined);
  }
  CHECK_FALSE(kept_key(at.folder()));
  CHECK_FALSE(forget_key(at.folder()));
}

TEST_CASE("A key file that asks for absurd work, or is of the first vaults, is refused by name and before any work") {
  const TestCase of;
  const TestVault at(of);
  const auto key = at.folder() / "key";
  const std::string whole = whole_file(key);
  const std::string cost = "kdf argon2id 1 65536\n";
  REQUIRE(whole.find(cost) != std::string::npos);
  const auto opening_with = [&](const std::string& text) {
    std::ofstream(key, std::ios::binary | std::ios::trunc) << text;
    const auto opened = SlotFile::open(at.folder());
    REQUIRE_FALSE(opened);
    return std::pair(opened.code(), opened.error().detail);
  };
  const auto with_cost = [&](const std::string& other) {
    std::string text = whole;
    return opening_with(text.replace(text.find(cost), cost.size(), other));
  };
  for (const char* absurd : {"kdf argon2id 17 65536\n", "kdf argon2id 4294967297 65536\n", "kdf argon2id 1 1099511627776\n",
                             "kdf argon2id 0 65536\n", "kdf argon2id 1 1024\n"}) {
    const auto [code, detail] = with_cost(absurd);
    CHECK(code == Errc::damaged_store);
    CHECK(detail.find("cost of guessing") != std::string::npos);
  }
  CHECK(opening_with("dokaz/key-file/v1\n" + whole).first == Errc::unsupported_version);
}

TEST_CASE("The cost of a guess is as dear as the machine bears, within fixed bounds") {
  constexpr std::uint64_t mebibyte = 1 << 20;
  CHECK(memory_for(0) == 64 * mebibyte);
  CHECK(memory_for(512 * mebibyte) == 64 * mebibyte);
  CHECK(memory_for(1024 * mebibyte) == 128 * mebibyte);
  CHECK(memory_for(2048 * mebibyte) == 256 * mebibyte);
  CHECK(memory_for(64ull << 30) == 256 * mebibyte);
  CHECK(passes_for(0) == 16);
  CHECK(passes_for(0.01) == 16);
  CHECK(passes_for(0.16) == 5);
  CHECK(passes_for(0.3) == 3);
  CHECK(passes_for(4) == 3);
  CHECK(PassphraseWork{passes_for(0.1), memory_for(0)}.acceptable());
}
