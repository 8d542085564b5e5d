// SPDX-License-Identifier: GPL-3.0-or-later
// What a panic leaves for the legal team: on a stick that is pulled, that is small, that takes no large files; and where
// there is more than one parcel can hold.
#include <catch2/catch.hpp>

#include "collector/parcel/keep_sealed.hpp"
#include "collector/vault/next_seal.hpp"
#include "tests/unit/collector/by_hand.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

const auto unheard = [](std::uint64_t, std::uint64_t) {};

struct Field : FieldByHand {
  void receive_all(const std::vector<Path>& parcels) {
    for (const Path& parcel : parcels) receive(parcel);
  }
  bool opens() const { return Vault::open(at->folder(), passphrase()).has_value(); }
};

}  // namespace

TEST_CASE("What a panic keeps is all that the server has not stored, and nothing is destroyed for a folder that is gone") {
  Field field;
  for (const char* name : {"a", "b", "c"}) field.add(name);
  const auto stick = field.scratch / "stick";
  {
    Vault vault = field.at->open();
    CHECK_FALSE(keep_sealed(vault, field.at->folder(), stick, unheard));
  }
  CHECK(field.opens());

  std::filesystem::create_directory(stick);
  SECTION("whole") {
    Vault vault = field.at->open();
    const KeptSealed kept = keep_sealed(vault, field.at->folder(), stick, unheard).value();
    CHECK_FALSE(kept.failure);
    CHECK(kept.items_kept == 3);
    CHECK(kept.items_lost == 0);
    REQUIRE(kept.parcels.size() == 1);
    CHECK(TestVault::files_in(stick) == 1);
    field.receive_all(kept.parcels);
  }
  SECTION("the stick is pulled in the middle") {
    Vault vault = field.at->open();
    std::size_t steps = 0;
    const KeptSealed kept = keep_sealed(vault, field.at->folder(), stick, [&](std::uint64_t, std::uint64_t) {
                              if (++steps == 1) std::filesystem::remove_all(stick);
                            }).value();
    CHECK(kept.failure.has_value());  // so its caller leaves the sealed objects where they are
    CHECK(TestVault::files_in(field.at->folder() / "room-0" / "outbox") +
              TestVault::files_in(field.at->folder() / "room-1" / "outbox") == 6);
  }
  CHECK_FALSE(Vault::open(field.at->folder(), passphrase()));
}

TEST_CASE("More statements than one parcel holds are all kept, signatures and objects with them") {
  Field field;
  field.add("before");
  constexpr std::size_t acts = 2100;  // a parcel holds 2048 statements
  {
    Vault vault = field.at->open();
    std::vector<NewStatement> signs_of_life;
    Statement head = vault.head().value().signed_statement.statement;
    while (signs_of_life.size() < acts) {
      StatementFields fields = next_link(vault, head, Act::heartbeat, noon).value();
      fields.facts = {decltype(fields.facts)::value_type(sha256("a sign of life").raw())};
      head = Statement::make(std::move(fields)).value();
      signs_of_life.push_back({sign_statement(head, vault.member_key())});
    }
    REQUIRE(vault.append(signs_of_life));
  }
  field.add("behind");
  const auto stick = field.scratch / "stick";
  std::filesystem::create_directory(stick);
  Vault vault = field.at->open();
  const KeptSealed kept = keep_sealed(vault, field.at->folder(), stick, unheard).value();
  CHECK_FALSE(kept.failure);
  CHECK(kept.items_kept == 2);
  CHECK(kept.items_lost == 0);
  CHECK(kept.parcels.size() == 2);
  CHECK(TestVault::files_in(stick) == kept.parcels.size());  // those with the statements alone are gone
  field.receive_all(kept.parcels);
  CHECK(field.custody->counts().statements_accepted == acts + 3);
  CHECK(field.custody->counts().objects_kept == 4);
}

TEST_CASE("A stick that takes no large files gets several, and an item that fits into none in parts") {
  Field field;
  for (const char* name : {"a", "b", "c", "d"}) field.add(name, 300'000);
  const auto stick = field.scratch / "stick";
  std::filesystem::create_directory(stick);
  constexpr std::uint64_t largest = 900'000;
  SECTION("each fits") {
    Vault vault = field.at->open();
    const FullDisk disk(largest);
    const KeptSealed kept = keep_sealed(vault, field.at->folder(), stick, unheard, largest).value();
    CHECK_FALSE(kept.failure);
    CHECK(kept.items_kept == 4);
    CHECK(kept.parcels.size() > 1);
    for (const Path& parcel : kept.parcels) CHECK(std::filesystem::file_size(parcel) <= largest);
  }
  SECTION("one does not") {
    field.add("a film", 1'000'000);
    Vault vault = field.at->open();
    const FullDisk disk(largest);
    const KeptSealed kept = keep_sealed(vault, field.at->folder(), stick, unheard, largest).value();
    CHECK_FALSE(kept.failure);
    CHECK(kept.items_kept == 5);
    std::size_t parts = 0;
    for (const Path& file : kept.parcels) {
      CHECK(std::filesystem::file_size(file) <= largest);
      if (file.extension().string().starts_with(".part")) ++parts;
    }
    CHECK(parts >= 2);
    CHECK(TestVault::files_in(stick) == kept.parcels.size());  // each is named
  }
}
