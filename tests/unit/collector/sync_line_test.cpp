// SPDX-License-Identifier: GPL-3.0-or-later
// One run on a line that breaks, to a server that is another one than before, with several uploads in flight.
#include <catch2/catch.hpp>

#include "tests/unit/collector/cutting_proxy.hpp"
#include "tests/unit/collector/field.hpp"

using namespace dokaz;
using namespace dokaz::test;
using std::chrono::milliseconds;

namespace {

namespace fs = std::filesystem;

void copy_folder(const fs::path& from, const fs::path& to) { fs::copy(from, to, fs::copy_options::recursive); }

SyncOrder patient(const Field& field, std::uint16_t port) {
  SyncOrder order = field.order({"127.0.0.1", port});
  order.retry = {5, milliseconds(1), milliseconds(4)};
  return order;
}

}  // namespace

TEST_CASE("One run goes on after every cut, at the byte, as long as each connection brings something") {
  Field field;
  constexpr std::size_t size = 4 << 20;
  field.add("large", size);
  const RunningServer server(field.data());
  const CuttingProxy line(server.port(), 900'000, 40);
  const SyncReport report = field.sync_to(patient(field, line.port()));
  CHECK_FALSE(report.failure);
  CHECK(field.states() == States{logged, stored});
  CHECK(line.connections() > 5);  // more than the tries that are allowed in a row
  CHECK(line.carried() < 2 * size);
}

TEST_CASE("A line that brings nothing is given up after the stated tries") {
  Field field;
  field.add("a", 2 << 20);
  const RunningServer server(field.data());
  {
    const CuttingProxy line(server.port(), 40'000, 2);
    REQUIRE(field.sync_to(line.port()).failure);  // the statements are logged
  }
  REQUIRE(field.states() == States{logged, logged});
  const CuttingProxy line(server.port(), 4'000, 40);  // enough for a welcome, and no more
  const SyncReport report = field.sync_to(patient(field, line.port()));
  REQUIRE(report.failure);
  CHECK(report.failure->code == Errc::connection_lost);
  CHECK(line.connections() <= 7);
  CHECK(field.words() == Words{"received", "waiting (connection_lost)"});
}

TEST_CASE("Several uploads in flight bring all of many items, once") {
  Field field;
  for (int i = 0; i < 25; ++i) field.add("item " + std::to_string(i), 3000 + 900 * static_cast<std::size_t>(i));
  const RunningServer server(field.data());
  SyncOrder order = field.order({"127.0.0.1", server.port()});
  order.in_flight = 3;
  const SyncReport report = field.sync_to(order);
  CHECK_FALSE(report.failure);
  CHECK(report.logged == 26);
  CHECK(report.stored == 25);
  CHECK(field.words() == Words(26, "received"));
}

TEST_CASE("Statements that wait for room are sent when objects have made it, in the same run") {
  Field field(false, 1'000'000);
  for (const char* name : {"a", "b", "c"}) field.add(name, 200'000);
  const RunningServer server(field.data());
  const SyncReport report = field.sync_to(server.port());
  CHECK_FALSE(report.failure);
  CHECK(report.stored == 3);
  CHECK(field.words() == Words(4, "received"));
}

TEST_CASE("Receipts from a history that nobody else sees free nothing, and one that contradicts is received no more") {
  Field field;
  field.add("a");
  {
    const RunningServer server(field.data());
    REQUIRE_FALSE(field.sync_to(server.port()).failure);
  }
  CHECK(field.drop(1).has_value());  // seen in the log that this vault watches
  field.add("b");
  copy_folder(field.data(), field.scratch / "hidden");
  copy_folder(field.at->folder(), field.at->scratch / "twin");
  {
    // The log's own key signs a second history, and in it what the twin brings.
    const RunningServer hidden(field.scratch / "hidden");
    Vault twin = Vault::open(field.at->scratch / "twin", passphrase()).value();
    REQUIRE_FALSE(sync(twin, field.order({"127.0.0.1", hidden.port()}), Field::nothing())->failure);
    const OwnStatement brought = twin.statement(2).value();
    CHECK(brought.history == History::confirmed);
    Vault vault = field.at->open();
    REQUIRE(vault.keep_receipt(2, brought.tlog_proof));
    REQUIRE(vault.keep_stored(2, *brought.stored));
  }
  CHECK(field.words()[2] == "received");
  CHECK(field.drop(2).code() == Errc::not_safe_yet);
  {
    const RunningServer server(field.data());
    static_cast<void>(field.sync_to(server.port()));
  }
  CHECK(field.drop(2).code() == Errc::not_safe_yet);
  {
    Vault vault = field.at->open();
    CHECK(vault.statement(2)->history != History::confirmed);
    REQUIRE(vault.keep_history(2, History::contradicted));
  }
  CHECK(field.words()[2] == "failed (bad_consistency)");
  CHECK(field.drop(2).code() == Errc::not_safe_yet);
}

TEST_CASE("A server that has forked since is named, and gets neither statement nor object") {
  Field field;
  field.add("a");
  {
    const RunningServer server(field.data());
    REQUIRE_FALSE(field.sync_to(server.port()).failure);
  }
  copy_folder(field.data(), field.scratch / "older");
  copy_folder(field.at->folder(), field.at->scratch / "twin");
  field.add("b");
  {
    const RunningServer server(field.data());
    REQUIRE_FALSE(field.sync_to(server.port()).failure);
  }
  field.add("c");

  const RunningServer forked(field.scratch / "older");
  {
    Vault twin = Vault::open(field.at->scratch / "twin", passphrase()).value();
    for (const char* name : {"x", "y", "z"}) REQUIRE(seal(twin, photo(name), request()));
    REQUIRE_FALSE(sync(twin, field.order({"127.0.0.1", forked.port()}), Field::nothing())->failure);
  }
  const std::uint64_t size = forked.custody_size();
  const SyncReport report = field.sync_to(forked.port());
  REQUIRE(report.failure);
  CHECK(report.failure->code == Errc::bad_consistency);
  CHECK(field.states() == States{logged, stored, stored, sealed});
  CHECK(field.words()[3] == "waiting (bad_consistency)");
  CHECK(forked.custody_size() == size);
}

TEST_CASE("Where the server holds statements that a restored vault does not, that is shown and nothing is sent") {
  Field field;
  field.add("a");
  copy_folder(field.at->folder(), field.at->scratch / "older");
  field.add("b");
  field.add("c");
  const RunningServer server(field.data());
  REQUIRE_FALSE(field.sync_to(server.port()).failure);

  Vault older = Vault::open(field.at->scratch / "older", passphrase()).value();
  const auto head = older.head()->number();
  const auto size = server.custody_size();
  const SyncReport report = sync(older, field.order({"127.0.0.1", server.port()}), Field::nothing()).value();
  REQUIRE(report.failure);
  CHECK(report.failure->code == Errc::forked_chain);
  CHECK(report.server_ahead == 2);
  CHECK(older.newest_run().value()->server_ahead == 2);
  CHECK(older.forked().value());
  CHECK(older.head()->number() == head);
  CHECK(server.custody_size() == size);
}

TEST_CASE("A clock that is wrong is said, kept, and not corrected") {
  Field field;
  field.add("a");
  const RunningServer server(field.data());
  SECTION("ahead") {
    field.now = noon.unix_seconds + 5 * 3600;
    const SyncReport report = field.sync_to(server.port());
    CHECK(report.clock_off == 5 * 3600);
  }
  SECTION("behind") {
    field.now = noon.unix_seconds - 2 * 3600;
    const SyncReport report = field.sync_to(server.port());
    CHECK(report.clock_off == -2 * 3600);
    CHECK(field.at->open().newest_run().value()->clock_off == -2 * 3600);
  }
  SECTION("right") { CHECK_FALSE(field.sync_to(server.port()).clock_off); }
}

TEST_CASE("A request to stop ends a run that waits for a silent server, and loses nothing") {
  Field field;
  field.add("a");
  const RunningServer server(field.data());
  const CuttingProxy silent(server.port(), 0, 0);
  SyncOrder order = field.order({"127.0.0.1", silent.port()});
  order.line.deadlines.connect = std::chrono::hours(1);
  order.line.stop = [] { return true; };
  const SyncReport report = field.sync_to(order);
  REQUIRE(report.failure);
  CHECK(report.failure->code == Errc::interrupted);
  CHECK(field.words() == Words{"waiting (interrupted)", "waiting (interrupted)"});
}
