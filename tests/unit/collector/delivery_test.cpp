// SPDX-License-Identifier: GPL-3.0-or-later
// The five words: each told by the vault's facts, durable, and the same after a restart.
#include <catch2/catch.hpp>

#include "tests/unit/collector/cutting_proxy.hpp"
#include "tests/unit/collector/field.hpp"

using namespace dokaz;
using namespace dokaz::test;

TEST_CASE("Sealed before any sync, waiting after one that failed, received when the receipt was checked") {
  Field field;
  field.add("a");
  CHECK(field.words() == Words{"sealed", "sealed"});
  CHECK(field.sync_to(1).failure->code == Errc::unreachable);
  field.add("b");
  CHECK(field.words() == Words{"waiting (unreachable)", "waiting (unreachable)", "sealed"});
  const RunningServer server(field.data());
  CHECK_FALSE(field.sync_to(server.port()).failure);
  CHECK(field.words() == Words{"received", "received", "received"});
}

TEST_CASE("What was cut in the middle waits, and says why") {
  Field field;
  field.add("small");
  field.add("large", 2 << 20);
  const RunningServer server(field.data());
  const CuttingProxy line(server.port(), 1'500'000);
  REQUIRE(field.sync_to(line.port()).failure);
  CHECK(field.words() == Words{"received", "received", "waiting (connection_lost)"});
}

TEST_CASE("An item that lost an object failed, and the others do not") {
  Field field;
  field.add("a");
  std::filesystem::remove(files_under(field.at->outbox())[0]);
  field.add("b");
  const RunningServer server(field.data());
  static_cast<void>(field.sync_to(server.port()));
  CHECK(field.words() == Words{"received", "failed (missing_part)", "received"});
}

TEST_CASE("A statement over the quota failed; what was brought is received, and room makes it pass") {
  Field field(false, 300'000);
  field.add("a", 50'000);
  field.add("b", 400'000);
  field.add("c", 3000);
  {
    const RunningServer server(field.data());
    const SyncReport report = field.sync_to(server.port());
    REQUIRE(report.failure);
    CHECK(report.failure->code == Errc::quota_exceeded);
    CHECK(report.stored == 1);
  }
  CHECK(field.words() == Words{"received", "received", "failed (quota_exceeded)", "waiting (quota_exceeded)"});
  auto custody = server::Custody::open(field.data(), [] { return noon.unix_seconds; }).value();
  REQUIRE(custody.grant(field.of.roster_note(), std::uint64_t{1} << 30));
  { const server::Custody closed = std::move(custody); }
  const RunningServer server(field.data());
  CHECK_FALSE(field.sync_to(server.port()).failure);
  CHECK(field.words() == Words{"received", "received", "received", "received"});
}

TEST_CASE("While a sync is at it, what it has begun is sending; a killed one is not") {
  Field field;
  field.add("a");
  field.add("b");
  Vault vault = field.at->open();
  {
    const auto turn = vault.take_sync_turn().value();
    REQUIRE(vault.begin_run(field.now));
    REQUIRE(vault.keep_attempt(1, {}));
    const auto facts = sync_facts(vault).value();
    CHECK(facts.under_way);
    CHECK(delivery_of(vault.statement(1).value(), facts).state == DeliveryState::sending);
    CHECK(delivery_of(vault.statement(2).value(), facts).state == DeliveryState::waiting);
    CHECK_FALSE(delivery_of(vault.statement(2).value(), facts).reason);
    CHECK(vault.take_sync_turn().code() == Errc::busy);
  }
  const auto facts = sync_facts(vault).value();
  const Delivery after = delivery_of(vault.statement(1).value(), facts);
  CHECK(after.state == DeliveryState::waiting);
  CHECK(after.reason == Errc::interrupted);
}

TEST_CASE("The bytes of a run are never all there before the receipts are") {
  Field field;
  field.add("a", 100'000);
  const RunningServer server(field.data());
  Vault vault = field.at->open();
  std::vector<std::pair<std::uint64_t, std::uint64_t>> shown;
  const SyncProgress progress{[](std::uint64_t, std::uint64_t) {},
                              [&](std::uint64_t done, std::uint64_t total) { shown.emplace_back(done, total); }};
  REQUIRE_FALSE(sync(vault, field.order({"127.0.0.1", server.port()}), progress)->failure);
  REQUIRE_FALSE(shown.empty());
  CHECK(shown.back().first == shown.back().second);
  shown.pop_back();
  for (const auto& [done, total] : shown) CHECK(done < total);
}

TEST_CASE("Another command works in the vault while a sync waits for the network") {
  Field field;
  field.add("a");
  const RunningServer server(field.data());
  Vault vault = field.at->open();
  std::size_t opened = 0;
  const SyncProgress progress{[](std::uint64_t, std::uint64_t) {},
                              [&](std::uint64_t, std::uint64_t) { opened += Vault::open(field.at->folder(), passphrase()) ? 1 : 0; }};
  REQUIRE_FALSE(sync(vault, field.order({"127.0.0.1", server.port()}), progress)->failure);
  CHECK(opened > 0);
  CHECK(vault.has_lock());
  CHECK(Vault::open(field.at->folder(), passphrase()).code() == Errc::busy);
}
