// SPDX-License-Identifier: GPL-3.0-or-later
// What a thief opens who has the vault, its passphrase, and patience: every key that can be found in it is tried on every
// object. Without a review window, while one is open, and when it is over.
#include <openssl/evp.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <set>

#include "collector/vault/seal.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/object.hpp"
#include "tests/unit/collector/case_fixture.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

constexpr std::int64_t now = noon.unix_seconds, hour = 3600;
constexpr std::size_t page_size = 4096, page_end = 48;  // SQLCipher 3: the last bytes are IV, HMAC and padding

/// Every value of every row of every table, whatever tables there are.
std::vector<Bytes> dump(Database& database) {
  std::vector<std::string> tables;
  {
    Query names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'");
    while (names.step().value()) tables.push_back(names.text(0));
  }
  std::vector<Bytes> values;
  for (const std::string& table : tables) {
    std::vector<std::string> columns;
    {
      Query info = database.prepare("PRAGMA table_info(" + table + ")");
      while (info.step().value()) columns.push_back(info.text(1));
    }
    for (const std::string& column : columns) {
      Query rows = database.prepare("SELECT " + column + " FROM " + table);
      while (rows.step().value())
        if (Bytes value = rows.blob(0); !value.empty()) values.push_back(std::move(value));
    }
  }
  return values;
}

/// The database's file as who has its key reads it: also what was deleted and is in no table.
Bytes pages_of(const std::filesystem::path& file, const Secret<32>& key) {
  const std::string sealed = whole_file(file);
  Bytes plain;
  for (std::size_t at = 0; at + page_size <= sealed.size(); at += page_size) {
    const auto* page = reinterpret_cast<const Byte*>(sealed.data() + at);
    const std::size_t salt = at == 0 ? 16 : 0;  // of the first page
    Bytes opened(page_size);
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> cbc(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    int length = 0;
    key.reveal([&](std::span<const Byte, 32> bytes) {
      EVP_DecryptInit_ex(cbc.get(), EVP_aes_256_cbc(), nullptr, bytes.data(), page + page_size - page_end);
    });
    EVP_CIPHER_CTX_set_padding(cbc.get(), 0);
    REQUIRE(EVP_DecryptUpdate(cbc.get(), opened.data(), &length, page + salt, static_cast<int>(page_size - page_end - salt)) == 1);
    append(plain, ByteView(opened).first(static_cast<std::size_t>(length)));
  }
  return plain;
}

bool holds(ByteView bytes, const Secret<32>& secret) {
  return secret.reveal([&](std::span<const Byte, 32> wanted) { return !std::ranges::search(bytes, wanted).empty(); });
}

/// Each 32 bytes in a row of what is as short as keys are, and those at the beginning of what is longer.
void add_candidates(std::set<Bytes>& keys, ByteView value) {
  if (value.size() > 128) value = value.first(33);
  for (; value.size() >= 32; value = value.subspan(1)) keys.insert(Bytes(value.begin(), value.begin() + 32));
}

/// A vault with an item that is sealed for review, one that is not, one that was not cleaned, and a parcel that is not
/// answered yet.
struct Stolen {
  TestCase of;
  TestVault at{of};
  std::set<ObjectId> reviewed;  // the item's two objects
  Stolen() {
    Vault vault = at.open();
    REQUIRE(vault.pass_time(now));
    REQUIRE(seal(vault, photo("plain"), request()));
    REQUIRE(seal_uncleaned(vault, {HeldBytes::of(to_bytes("raw")), "bin", fail(Errc::unsupported_media)}, request()));
    REQUIRE(vault.keep_parcel({random_id<ParcelId>(), age::Identity::generate(), vault.seen().value(), sha256("statements")}));
  }
  void seal_for_review() {
    Vault vault = at.open();
    SealRequest asked = request();
    asked.review = vault.begin_review(now, hour).value();
    const SealedItem item = seal(vault, photo("reviewed"), asked).value();
    const OwnStatement own = vault.statement(item.number).value();
    for (const ObjectRef& object : own.signed_statement.statement.fields().objects)
      reviewed.insert(object.id);
  }

  std::set<Bytes> keys() const {
    const RoomKey own = at.room_key();
    std::set<Bytes> keys;
    auto database = Database::open(at.database(), own.key).value();
    const std::vector<Bytes> values = dump(database);
    CHECK(values.size() > 10);
    for (const Bytes& value : values) {
      CHECK(text_of(value).find("AGE-SECRET-KEY-1") == std::string_view::npos);
      add_candidates(keys, value);
    }
    const std::string slots = whole_file(at.folder() / "key");
    for (std::size_t from = 0; from + 62 <= slots.size(); ++from) add_candidates(keys, bytes_of(slots).subspan(from).first(32));
    own.key.reveal([&](std::span<const Byte, 32> bytes) { keys.insert(Bytes(bytes.begin(), bytes.end())); });
    return keys;
  }
  std::vector<Bytes> objects() const {
    std::vector<Bytes> objects;
    for (const auto& file : files_under(at.outbox())) objects.push_back(to_bytes(whole_file(file)));
    return objects;
  }
  struct Opened {
    std::set<Bytes> keys;
    std::vector<std::pair<ObjectId, Bytes>> objects;
  };
  Opened open_what_opens(const std::set<Bytes>& keys) const {
    Opened opened;
    const auto all = objects();
    for (const Bytes& key : keys) {
      const auto identity = age::Identity::from(Secret<32>::copy_of(ByteView(key).first<32>()));
      for (const Bytes& object : all)
        if (auto plain = age::decrypt(object, identity)) {
          opened.keys.insert(key);
          opened.objects.emplace_back(ObjectId(sha256(object).raw()), std::move(*plain));
        }
    }
    return opened;
  }
};

std::set<Bytes> one_key(const Secret<32>& secret) {
  return {secret.reveal([](std::span<const Byte, 32> bytes) { return Bytes(bytes.begin(), bytes.end()); })};
}

}  // namespace

TEST_CASE("Whoever has the vault, its passphrase and every key in it opens no object") {
  const Stolen stolen;
  REQUIRE(stolen.objects().size() == 3);
  CHECK(stolen.open_what_opens(one_key(stolen.of.team.secret())).objects.size() == 1);  // or this test could not fail
  CHECK(stolen.open_what_opens(one_key(stolen.of.legal.secret())).objects.size() == 2);
  const auto keys = stolen.keys();
  CHECK(keys.size() > 100);
  CHECK(stolen.open_what_opens(keys).objects.empty());
}

TEST_CASE("While a review window is open its key opens the clean copies sealed in it, and no key opens more") {
  Stolen stolen;
  stolen.seal_for_review();
  REQUIRE(stolen.objects().size() == 5);
  const auto opened = stolen.open_what_opens(stolen.keys());
  CHECK(opened.keys == one_key(stolen.at.open().review_key(3).value().secret()));
  REQUIRE(opened.objects.size() == 1);
  CHECK(stolen.reviewed.contains(opened.objects[0].first));
  const auto object = read_object(opened.objects[0].second).value();
  CHECK(object.file_name == "clean.jpg");
  CHECK(to_bytes(object.file) == all_of(*photo("reviewed").clean));
  // What only the legal team is to know: the marker is in recovery, in facts and in the note.
  const std::string_view facts = text_of(object.facts);
  for (const std::string_view kept : {"device.serial", "capture.place", "note", "file.name", "53.9"})
    CHECK(facts.find(kept) == std::string_view::npos);
  CHECK(facts.find(marker) == std::string_view::npos);
}

TEST_CASE("When a review window is over no key opens an object, and its own is nowhere in the database's pages") {
  Stolen stolen;
  stolen.seal_for_review();
  const RoomKey own = stolen.at.room_key();
  const age::Identity window = stolen.at.open().review_key(3).value();
  CHECK(holds(pages_of(stolen.at.database(), own.key), window.secret()));  // or this test could not fail
  SECTION("by time") { REQUIRE(stolen.at.open().pass_time(now + hour)); }
  SECTION("by its owner") { REQUIRE(stolen.at.open().end_reviews()); }
  SECTION("and no command has ended since") {
    Vault vault = stolen.at.open();
    REQUIRE(vault.pass_time(now + hour));
    CHECK_FALSE(holds(pages_of(stolen.at.database(), own.key), window.secret()));
    const auto log = pages_of(stolen.at.database().string() + "-wal", own.key);
    CHECK(log.empty());
  }
  CHECK_FALSE(holds(pages_of(stolen.at.database(), own.key), window.secret()));
  CHECK(stolen.open_what_opens(stolen.keys()).objects.empty());
  CHECK(stolen.open_what_opens(one_key(window.secret())).objects.size() == 1);  // a copy of then still opens it
}
