// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include <sys/stat.h>

#include "crypto/files.hpp"
#include "crypto/hash.hpp"
#include "crypto/sealed_db.hpp"
#include "tests/unit/crypto/scratch.hpp"

using namespace dokaz;
using dokaz::test::FullDisk;
using dokaz::test::Scratch;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t page_size = 4096;

Secret<32> key_of(Byte value) {
  return Secret<32>::make([&](std::span<Byte, 32> out) { std::fill(out.begin(), out.end(), value); });
}

/// Closed again, with everything in the main file.
void make_store(const fs::path& path, int rows = 40) {
  auto db = Database::create(path, key_of(7)).value();
  REQUIRE(db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, words TEXT NOT NULL, bytes BLOB)"));
  auto transaction = db.begin().value();
  for (int i = 0; i < rows; ++i)
    REQUIRE(db.run("INSERT INTO t (words, bytes) VALUES (?, ?)", "plain words in a row",
                   Bytes(500, static_cast<Byte>(i))));
  REQUIRE(transaction.commit());
}

Status read_all(const fs::path& path, Byte key = 7) {
  DOKAZ_LET(db, Database::open(path, key_of(key)));
  DOKAZ_TRY(db.prepare("SELECT id, words, bytes FROM t").run());
  return db.check();
}

}  // namespace

TEST_CASE("a store that is not there is not made") {
  const Scratch here;
  CHECK(Database::open(here / "db", key_of(7)).code() == Errc::not_found);
  CHECK(Database::open(":memory:", key_of(7)).code() == Errc::not_found);
  CHECK(here.entries() == 0);
}

TEST_CASE("the wrong key opens nothing") {
  const Scratch here;
  make_store(here / "db");
  CHECK(read_all(here / "db", 8).code() == Errc::wrong_key);
  CHECK(read_all(here / "db"));
}

TEST_CASE("a file that is not a store is refused by name") {
  const Scratch here;
  REQUIRE(write_file_durably(here / "text", bytes_of("this is a letter, not a database")));
  CHECK(Database::open(here / "text", key_of(7)).code() == Errc::wrong_key);
  REQUIRE(write_file_durably(here / "long", Bytes(3 * page_size, 'x')));
  CHECK(Database::open(here / "long", key_of(7)).code() == Errc::wrong_key);
  REQUIRE(write_file_durably(here / "plain",
                             bytes_of(std::string("SQLite format 3\0", 16) + std::string(4080, '\0'))));
  CHECK(Database::open(here / "plain", key_of(7)).code() == Errc::wrong_key);
  REQUIRE(write_file_durably(here / "empty", {}));
  CHECK(Database::open(here / "empty", key_of(7)).code() == Errc::damaged_store);
  fs::create_directory(here / "folder");
  CHECK(Database::open(here / "folder", key_of(7)).code() == Errc::not_regular_file);
  make_store(here / "db");
  fs::create_symlink(here / "db", here / "link");
  CHECK(Database::open(here / "link", key_of(7)).code() == Errc::not_regular_file);
}

TEST_CASE("a name that is taken is not overwritten, and a failed creation leaves nothing") {
  const Scratch here;
  REQUIRE(write_file_durably(here / "db", bytes_of("precious")));
  CHECK(Database::create(here / "db", key_of(7)).code() == Errc::already_exists);
  CHECK(read_file(here / "db", 100).value() == to_bytes("precious"));
  {
    const FullDisk full(100);
    CHECK(Database::create(here / "other", key_of(7)).code() == Errc::no_space);
  }
  CHECK(Database::create(here / "absent/db", key_of(7)).code() == Errc::not_found);
  CHECK(here.entries() == 1);
}

TEST_CASE("one changed byte in any region of any page is noticed") {
  const Scratch here;
  make_store(here / "db");
  const Bytes good = read_file(here / "db", 1 << 20).value();
  REQUIRE(good.size() >= 4 * page_size);
  for (std::size_t page = 0; page < good.size() / page_size; ++page)
    // salt or start, body, end of the content, initialisation vector, HMAC
    for (std::size_t at : {0u, 1u, 20u, 2000u, 4040u, 4050u, 4070u, 4083u}) {
      Bytes changed = good;
      changed[page * page_size + at] ^= 1;
      REQUIRE(write_file_durably(here / "bad", changed));
      INFO("page " << page << " byte " << at);
      const Status outcome = read_all(here / "bad");
      REQUIRE_FALSE(outcome);
      CHECK(outcome.code() == (page == 0 ? Errc::wrong_key : Errc::damaged_store));
      fs::remove(here / "bad-wal");
      fs::remove(here / "bad-shm");
    }
}

TEST_CASE("pages swapped, or the file cut, are noticed") {
  const Scratch here;
  make_store(here / "db");
  const Bytes good = read_file(here / "db", 1 << 20).value();
  Bytes swapped = good;
  std::swap_ranges(swapped.begin() + 2 * page_size, swapped.begin() + 3 * page_size,
                   swapped.begin() + 3 * page_size);
  REQUIRE(write_file_durably(here / "swapped", swapped));
  CHECK(read_all(here / "swapped").code() == Errc::damaged_store);
  REQUIRE(write_file_durably(here / "cut", ByteView(good).first(good.size() - page_size)));
  CHECK(read_all(here / "cut").code() == Errc::damaged_store);
}

TEST_CASE("a full disk is named, loses nothing that was committed, and passes") {
  const Scratch here;
  make_store(here / "db", 3);
  auto db = Database::open(here / "db", key_of(7)).value();
  {
    const FullDisk full(20 * page_size);
    auto transaction = db.begin().value();
    Status outcome;
    for (int i = 0; i < 400 && outcome; ++i)
      outcome = db.run("INSERT INTO t (words, bytes) VALUES ('w', ?)", Bytes(1000));
    if (outcome) outcome = transaction.commit();
    REQUIRE_FALSE(outcome);
    CHECK(outcome.code() == Errc::no_space);
  }
  auto count = db.prepare("SELECT count(*) FROM t");
  REQUIRE(count.step().value());
  CHECK(count.integer(0) == 3);
  count.reset();
  CHECK(db.run("INSERT INTO t (words) VALUES ('room again')"));
  CHECK(db.check());
}

TEST_CASE("a settled store is whole without what lies beside it") {
  const Scratch here;
  make_store(here / "db", 3);
  auto db = Database::open(here / "db", key_of(7)).value();
  REQUIRE(db.run("INSERT INTO t (words, bytes) VALUES ('w', ?)", Bytes(40 * page_size)));
  {
    const FullDisk full(20 * page_size);
    CHECK(db.settle().code() == Errc::no_space);
  }
  REQUIRE(db.settle());
  fs::copy_file(here / "db", here / "alone");
  auto alone = Database::open(here / "alone", key_of(7)).value();
  auto count = alone.prepare("SELECT count(*) FROM t");
  REQUIRE(count.step().value());
  CHECK(count.integer(0) == 4);
}

TEST_CASE("a second writer hears that the store is busy") {
  const Scratch here;
  make_store(here / "db", 1);
  auto first = Database::open(here / "db", key_of(7)).value();
  auto second = Database::open(here / "db", key_of(7)).value();
  REQUIRE(second.exec("PRAGMA busy_timeout = 0"));
  const auto transaction = first.begin().value();
  CHECK(second.begin().code() == Errc::busy);
  CHECK(second.prepare("SELECT * FROM t").run());  // readers go on
}

TEST_CASE("a transaction that is not committed leaves nothing") {
  const Scratch here;
  make_store(here / "db", 1);
  auto db = Database::open(here / "db", key_of(7)).value();
  {
    const auto transaction = db.begin().value();
    REQUIRE(db.run("DELETE FROM t"));
    CHECK(db.changes() == 1);
  }
  auto query = db.prepare("SELECT count(*) FROM t");
  REQUIRE(query.step().value());
  CHECK(query.integer(0) == 1);
}

TEST_CASE("a row that is taken and a row that breaks a rule have different names") {
  const Scratch here;
  make_store(here / "db", 1);
  auto db = Database::open(here / "db", key_of(7)).value();
  CHECK(db.run("INSERT INTO t (id, words) VALUES (1, 'again')").code() == Errc::already_exists);
  CHECK(db.run("INSERT INTO t (words) VALUES (NULL)").code() == Errc::internal);
  REQUIRE(db.exec("CREATE TABLE child (t INTEGER REFERENCES t (id))"));
  CHECK(db.run("INSERT INTO child VALUES (99)").code() == Errc::internal);  // foreign keys are on
}

TEST_CASE("SQL that does not fit is told apart from damage") {
  const Scratch here;
  make_store(here / "db", 1);
  auto db = Database::open(here / "db", key_of(7)).value();
  CHECK(db.run("SELEKT 1").code() == Errc::internal);
  CHECK(db.run("SELECT * FROM absent").code() == Errc::internal);
  CHECK(db.exec("CREATE TABLE x (a); SELECT b FROM x").code() == Errc::internal);
  CHECK(db.run("SELECT ?", 1, 2).code() == Errc::internal);  // more values than question marks
  CHECK(db.run("SELECT ?", 1));
}

TEST_CASE("values come back as they went in") {
  const Scratch here;
  auto db = Database::create(here / "db", key_of(7)).value();
  CHECK(db.user_version().value() == 0);
  REQUIRE(db.set_user_version(3));
  REQUIRE(db.exec("CREATE TABLE v (a, b, c, d, e, f)"));
  const Sha256 id = sha256("x");
  const auto secret = Bytes(32, 9);
  REQUIRE(db.run("INSERT INTO v VALUES (?,?,?,?,?,?)", INT64_MIN, std::string("a\0b", 3), id,
                 std::optional<int>(), nullptr, Bytes()));
  auto query = db.prepare("SELECT a, b, c, d, e, f, length(f) FROM v");
  REQUIRE(query.step().value());
  CHECK(query.integer(0) == INT64_MIN);
  CHECK(query.text(1) == std::string("a\0b", 3));
  CHECK(query.id<Sha256>(2).value() == id);
  CHECK(query.id<Sha256>(0).code() == Errc::damaged_store);
  CHECK(query.is_null(3));
  CHECK(query.is_null(4));
  CHECK_FALSE(query.is_null(5));
  CHECK(query.blob(5).empty());
  CHECK(query.secret<32>(2).value().reveal(
      [&](ByteView bytes) { return to_bytes(bytes) == to_bytes(id.view()); }));
  CHECK_FALSE(query.step().value());
  query.reset();
  CHECK(db.user_version().value() == 3);
}

TEST_CASE("no plain words are on the disk, also not in the write-ahead log, and files are 0600") {
  const Scratch here;
  make_store(here / "db");
  auto db = Database::open(here / "db", key_of(7)).value();
  REQUIRE(db.run("INSERT INTO t (words) VALUES ('plain words in the log')"));
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(here.path())) {
    ++files;
    struct stat info {};
    REQUIRE(::stat(entry.path().c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    const Bytes bytes = read_file(entry.path(), 1 << 22).value();
    CHECK(text_of(bytes).find("plain words") == std::string_view::npos);
    CHECK(text_of(bytes).find("SQLite") == std::string_view::npos);
    CHECK(text_of(bytes).find("CREATE") == std::string_view::npos);
  }
  CHECK(files == 3);
}
