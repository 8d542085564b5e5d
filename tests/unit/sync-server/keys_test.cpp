// SPDX-License-Identifier: GPL-3.0-or-later
// The database's key: each place it may come from, and changing from one to another without a moment with no way in.
#include <sys/stat.h>

#include "crypto/sealed_db.hpp"
#include "scene.hpp"
#include "sync-server/keys/change_key.hpp"

namespace dokaz::server {

using namespace test;

namespace {

SecretBytes words(std::string_view text) { return SecretBytes::copy_of(bytes_of(text)); }

struct House {
  House() {
    std::filesystem::create_directory(data);
    REQUIRE(Database::create(data / "store.db", make_database_key({}, data, nullptr)->key));
  }
  Status opens(const KeySource& source) const {
    DOKAZ_LET(opened, read_database_key(source, data));
    DOKAZ_TRY(Database::open(data / "store.db", opened));
    return {};
  }
  KeySource with(std::string passphrase, Path file = {}) const {
    KeySource source;
    source.file = std::move(file);
    source.passphrase = [passphrase] { return Result<SecretBytes>(words(passphrase)); };
    return source;
  }
  TempFolder folder;
  Path data = folder / "data";
  Path key = data / "db.key";
};

void allow(const Path& path, mode_t mode) { REQUIRE(::chmod(path.c_str(), mode) == 0); }

}  // namespace

TEST_CASE("database key: a file that others may touch is refused") {
  const House house;
  CHECK(house.opens({}));
  for (const mode_t mode : {0640U, 0604U, 0620U, 0610U, 0602U}) {
    allow(house.key, mode);
    CHECK(house.opens({}).code() == Errc::wrong_key);
  }
  allow(house.key, 0400);
  CHECK(house.opens({}));
  // An access list of the service manager shows as the group's right to read.
  KeySource credential{house.key, true, {}};
  allow(house.key, 0440);
  CHECK(house.opens(credential));
  for (const mode_t mode : {0460U, 0444U}) {
    allow(house.key, mode);
    CHECK(house.opens(credential).code() == Errc::wrong_key);
  }
}

TEST_CASE("database key: what is no key") {
  const House house;
  const auto outcome = [&](const Bytes& bytes) {
    REQUIRE(write_file_durably(house.key, bytes));
    return house.opens({}).code();
  };
  CHECK(outcome({}) == Errc::wrong_key);
  CHECK(outcome(Bytes(31, 1)) == Errc::wrong_key);
  CHECK(outcome(Bytes(32, 1)) == Errc::wrong_key);
  CHECK(outcome(Bytes(33, 1)) == Errc::wrong_key);
  CHECK(outcome(Bytes(5000, 1)) == Errc::wrong_key);
  CHECK(outcome(to_bytes("dokaz/key-file/v2\n")) == Errc::no_passphrase);
  REQUIRE(std::filesystem::remove(house.key));
  CHECK(house.opens({}).code() == Errc::not_found);
  std::filesystem::create_symlink(house.folder / "elsewhere", house.key);
  CHECK(house.opens({}).code() == Errc::not_regular_file);
}

TEST_CASE("database key: under a passphrase, under another, and without") {
  const House house;
  const Bytes bare = read_file(house.key, 64).value();
  REQUIRE(protect_key({}, house.data, words("first")));
  CHECK(read_file(house.key, 4096).value() != bare);
  CHECK(house.opens({}).code() == Errc::no_passphrase);
  CHECK(house.opens(house.with("second")).code() == Errc::wrong_passphrase);
  CHECK(house.opens(house.with("first")));
  CHECK(protect_key(house.with("wrong"), house.data, words("second")).code() == Errc::wrong_passphrase);
  REQUIRE(protect_key(house.with("first"), house.data, words("second")));
  CHECK(house.opens(house.with("first")).code() == Errc::wrong_passphrase);
  CHECK(house.opens(house.with("second")));
  REQUIRE(unprotect_key(house.with("second"), house.data));
  CHECK(read_file(house.key, 64).value() == bare);
}

TEST_CASE("database key: moved, and moved again after a move that was cut short") {
  const House house;
  const Path away = house.folder / "away.key";
  const Bytes bytes = read_file(house.key, 64).value();
  CHECK(move_key({}, house.data, house.key).code() == Errc::already_exists);
  std::filesystem::create_hard_link(house.key, away);
  CHECK(move_key({}, house.data, away).code() == Errc::already_exists);
  REQUIRE(std::filesystem::remove(away));
  REQUIRE(write_file_durably(away, Bytes(32, 7)));
  CHECK(move_key({}, house.data, away).code() == Errc::already_exists);
  CHECK(house.opens({}));
  CHECK(read_file(away, 64).value() == Bytes(32, 7));

  REQUIRE(write_file_durably(away, bytes));  // cut short before the old one was removed
  REQUIRE(move_key({}, house.data, away));
  CHECK_FALSE(std::filesystem::exists(house.key));
  CHECK(house.opens({away, false, {}}));
  CHECK(house.opens({}).code() == Errc::not_found);

  REQUIRE(protect_key({away, false, {}}, house.data, words("p")));
  REQUIRE(move_key(house.with("p", away), house.data, house.key));  // a protected one stays so
  CHECK(house.opens(house.with("p")));

  // Another database's key is not moved or changed.
  const House other;
  REQUIRE(write_file_durably(house.folder / "others", read_file(other.key, 64).value()));
  const KeySource foreign{house.folder / "others", false, {}};
  CHECK(move_key(foreign, house.data, away).code() == Errc::wrong_key);
  CHECK(protect_key(foreign, house.data, words("p")).code() == Errc::wrong_key);
  CHECK(read_file(house.folder / "others", 64).value() == read_file(other.key, 64).value());
}

TEST_CASE("database key: a credential is read, and only its manager changes it") {
  const House house;
  const Path credential = house.folder / "dokaz-db-key";
  std::filesystem::rename(house.key, credential);
  const KeySource source{credential, true, {}};
  CHECK(house.opens(source));
  CHECK(protect_key(source, house.data, words("p")).code() == Errc::usage);
  CHECK(unprotect_key(source, house.data).code() == Errc::usage);
  REQUIRE(move_key(source, house.data, house.key));
  CHECK(std::filesystem::exists(credential));
  CHECK(house.opens({}));
}

TEST_CASE("database key: a new one never replaces one that is there") {
  const TempFolder folder;
  const Path away = folder / "away.key";
  const SecretBytes passphrase = words("p");
  const KeySource source{away, false, [] { return Result<SecretBytes>(words("p")); }};
  const auto first = make_database_key(source, folder / "data", nullptr);
  REQUIRE(first);
  CHECK(first->is_new);
  const Bytes bytes = read_file(away, 64).value();
  CHECK(bytes.size() == 32);
  const auto second = make_database_key(source, folder / "data", nullptr);
  REQUIRE(second);
  CHECK_FALSE(second->is_new);
  CHECK(make_database_key(source, folder / "data", &passphrase).code() == Errc::already_exists);
  CHECK(read_file(away, 64).value() == bytes);
  CHECK(make_database_key({folder / "none", true, {}}, folder / "data", nullptr).code() == Errc::not_found);
  const KeySource other{folder / "other.key", false, source.passphrase};
  CHECK(make_database_key(other, folder / "data", &passphrase)->is_new);
  CHECK_FALSE(make_database_key(other, folder / "data", &passphrase)->is_new);
}

}  // namespace dokaz::server
