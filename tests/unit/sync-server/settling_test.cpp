// SPDX-License-Identifier: GPL-3.0-or-later
// The database's log stays small, also where somebody reads at every moment.
#include <atomic>
#include <thread>

#include "scene.hpp"
#include "sync-server/store/data_folder.hpp"
#include "sync-server/store/settling.hpp"

namespace dokaz::server {

using namespace test;

namespace {

constexpr std::uint64_t most_log = 1 << 20;
constexpr std::size_t row = 16'384;

struct Written {
  TempFolder temp;
  Secret<32> key = Secret<32>::copy_of(std::array<Byte, 32>{1});
  Path file = temp / "rows.db";
  Database database = Database::create(file, key).value();
  Settling settling{database, file, {4, most_log, std::chrono::milliseconds(2000)}};
  std::uint64_t rows = 0, largest = 0;

  Written() {
    REQUIRE(database.exec("CREATE TABLE rows(n INTEGER PRIMARY KEY, b BLOB); PRAGMA wal_autocheckpoint = 0;"));
  }
  Database open() const { return Database::open(file, key).value(); }
  void write() {
    REQUIRE(database.run("INSERT INTO rows(b) VALUES(?)", some_bytes(row, static_cast<std::uint8_t>(rows))));
    REQUIRE(settling.committed(++rows));
    largest = std::max<std::uint64_t>(largest, std::filesystem::file_size(file.string() + "-wal"));
  }
};

/// A snapshot of the database as it is, until it ends.
struct Look {
  explicit Look(Database& of) : database(of) {
    if (!database.exec("BEGIN")) return;
    auto count = database.prepare("SELECT count(*) FROM rows");
    const auto there = count.step();
    if (there && *there) seen = count.integer(0);
  }
  ~Look() { (void)database.exec("ROLLBACK").has_value(); }
  Look(const Look&) = delete;
  Look& operator=(const Look&) = delete;
  Database& database;
  std::int64_t seen = -1;
};

}  // namespace

TEST_CASE("the log stays within its bound though at every moment somebody reads") {
  Written written;
  std::atomic<bool> ended{false}, well{true};
  std::atomic<int> looks{0};
  std::thread reading([&] {
    Database one = written.open(), two = written.open();
    std::optional<Look> first, second;
    while (!ended) {  // the next look begins before the last one has ended
      first.emplace(one);
      second.reset();
      second.emplace(two);
      well = well && first->seen >= 0 && second->seen >= first->seen;
      first.reset();
      ++looks;
    }
  });
  while (looks < 3) std::this_thread::yield();
  for (int round = 0; round < 400; ++round) written.write();
  ended = true;
  reading.join();
  CHECK(well);
  CHECK(written.rows * row > 6 * most_log);  // so much went through it
  CHECK(written.largest < 3 * most_log);
}

TEST_CASE("a long look keeps what it sees, lets the log grow, and is caught up with when it ends") {
  Written written;
  Database reader = written.open();
  written.write();
  {
    const Look look(reader);
    for (int round = 0; round < 100; ++round) written.write();
    CHECK(look.seen == 1);
    auto count = reader.prepare("SELECT count(*) FROM rows");
    REQUIRE(count.step().value());
    CHECK(count.integer(0) == 1);
    CHECK(written.largest > most_log);
  }
  for (int round = 0; round < 10; ++round) written.write();
  CHECK(std::filesystem::file_size(written.file.string() + "-wal") < most_log);
}

TEST_CASE("a server starts although somebody reads its database all the time") {
  TempFolder temp;
  const People people;
  Scribe scribe{1};
  Database reader = [&] {
    Custody custody = start(temp / "data", people);
    Session session = admit(custody, people, scribe);
    submit_one(custody, session, scribe.next(Act::genesis));
    Database beside = open_database({temp / "data"}).value();
    REQUIRE(beside.exec("BEGIN"));
    auto count = beside.prepare("SELECT count(*) FROM statements");
    REQUIRE(count.step().value());
    submit_one(custody, session, scribe.next(Act::note));  // behind what it sees
    return beside;
  }();
  const auto custody = Custody::open(temp / "data", clock_at(noon));
  REQUIRE(custody);
  CHECK(custody->checkpoint().head.size == 2);
  REQUIRE(reader.exec("ROLLBACK"));
}

}  // namespace dokaz::server
