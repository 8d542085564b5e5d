// SPDX-License-Identifier: GPL-3.0-or-later
// A real server on this machine, and lines to it that break anywhere: nothing is lost, nothing is believed.
#include <catch2/catch.hpp>
#include <memory>

#include "collector/vault/chain_acts.hpp"
#include "collector/sync/sync.hpp"
#include "tests/unit/collector/cutting_proxy.hpp"
#include "tests/unit/collector/field.hpp"

using namespace dokaz;
using namespace dokaz::test;

TEST_CASE("A server with another key gets nothing") {
  Field field;
  field.add("a");
  const Scratch elsewhere;
  static_cast<void>(server::Custody::create(elsewhere / "other", [] { return noon.unix_seconds; }).value());
  const RunningServer other(elsewhere / "other");
  const SyncReport report = field.sync_to(other.port());
  REQUIRE(report.failure);
  CHECK(report.failure->code == Errc::wrong_pin);
  CHECK(field.states() == States{sealed, sealed});
}


TEST_CASE("Items become logged and stored, once") {
  Field field;
  field.add("a");
  field.add("b", 300'000);
  {
    const RunningServer server(field.data());
    const SyncReport first = field.sync_to(server.port());
    CHECK_FALSE(first.failure);
    CHECK(first.logged == 3);
    CHECK(first.stored == 2);
    CHECK(field.states() == States{logged, stored, stored});

    const SyncReport again = field.sync_to(server.port());
    CHECK_FALSE(again.failure);
    CHECK(again.logged == 0);
    CHECK(again.stored == 0);
    CHECK(field.at->open().seen().value().size == 6);  // the server's genesis and two receives, too
  }
  field.add("c");
  const RunningServer restarted(field.data());
  CHECK(field.sync_to(restarted.port()).stored == 1);
  CHECK(field.states() == States{logged, stored, stored, stored});
}

TEST_CASE("A line that is cut anywhere loses nothing, and the next sync finishes") {
  Field field;
  field.add("a");
  field.add("b", 20'000);
  const RunningServer server(field.data());
  States before = field.states();
  std::size_t failures = 0;
  for (const std::uint64_t budget :
       {0, 100, 1500, 2500, 3500, 5000, 6500, 8000, 10'000, 14'000, 20'000, 30'000}) {
    CAPTURE(budget);
    const CuttingProxy line(server.port(), budget);
    const SyncReport report = field.sync_to(line.port());
    failures += report.failure ? 1 : 0;
    const States after = field.states();
    REQUIRE(after.size() == before.size());
    for (std::size_t i = 0; i < after.size(); ++i) CHECK(after[i] >= before[i]);
    CHECK(field.at->outbox_files() == 4);
    before = after;
  }
  CHECK(failures >= 6);
  CHECK_FALSE(field.sync_to(server.port()).failure);
  CHECK(field.states() == States{logged, stored, stored});
}

TEST_CASE("A cut upload goes on at the byte") {
  Field field;
  constexpr std::size_t size = 3 << 20;
  field.add("large", size);
  const RunningServer server(field.data());
  {
    const CuttingProxy line(server.port(), size - size / 4);
    CHECK(field.sync_to(line.port()).failure);
  }
  CHECK(field.states() == States{logged, logged});
  const CuttingProxy rest(server.port(), CuttingProxy::never);
  CHECK_FALSE(field.sync_to(rest.port()).failure);
  CHECK(field.states() == States{logged, stored});
  CHECK(rest.carried() < size / 2);
}

TEST_CASE("An object that is gone or changed in the outbox does not hold up the others") {
  Field field;
  field.add("a");
  const auto of_first = files_under(field.at->outbox());
  field.add("b");
  SECTION("gone") { std::filesystem::remove(of_first[0]); }
  SECTION("cut") { std::filesystem::resize_file(of_first[0], 100); }
  SECTION("changed") {
    std::string bytes = whole_file(of_first[0]);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    std::ofstream(of_first[0], std::ios::binary) << bytes;
  }
  const RunningServer server(field.data());
  const SyncReport report = field.sync_to(server.port());
  REQUIRE(report.failure);
  CHECK((report.failure->code == Errc::missing_part || report.failure->code == Errc::hash_mismatch));
  CHECK(report.lost.size() == 1);
  CHECK(report.lost.contains(1));
  CHECK(field.states() == States{logged, logged, stored});

  field.add("a");  // the original, taken in again
  const SyncReport mended = field.sync_to(server.port());
  CHECK_FALSE(mended.failure);
  CHECK(mended.lost.empty());
  CHECK(field.states() == States{logged, logged, stored, stored});
}

TEST_CASE("Two copies of one vault: the later one is told so, keeps its objects, and remembers") {
  Field field;
  field.add("before");
  const auto copy = field.at->scratch / "copy";
  std::filesystem::copy(field.at->folder(), copy, std::filesystem::copy_options::recursive);
  const RunningServer server(field.data());
  field.add("here");
  CHECK_FALSE(field.sync_to(server.port()).failure);
  CHECK_FALSE(field.at->open().forked().value());

  Vault other = Vault::open(copy, passphrase()).value();
  REQUIRE(seal(other, photo("there"), request()));
  for (int again = 0; again < 2; ++again) {
    const SyncReport report = sync(other, field.order({"127.0.0.1", server.port()}), field.nothing()).value();
    REQUIRE(report.failure);
    CHECK(report.failure->code == Errc::forked_chain);
    CHECK(other.forked().value());
  }
  CHECK(other.head().value().state() == sealed);
  CHECK(TestVault::files_in(copy / field.at->room().filename() / "outbox") == 4);
}

TEST_CASE("A server that was put back to an older day is noticed, and gets nothing") {
  Field field;
  field.add("a");
  {
    const RunningServer server(field.data());
    CHECK_FALSE(field.sync_to(server.port()).failure);
  }
  std::filesystem::copy(field.data(), field.scratch / "older", std::filesystem::copy_options::recursive);
  field.add("b");
  {
    const RunningServer server(field.data());
    CHECK_FALSE(field.sync_to(server.port()).failure);
    CHECK_FALSE(field.sync_to(server.port()).failure);  // sees the log with the second item in it
  }
  field.add("c");
  const RunningServer older(field.scratch / "older");
  const SyncReport report = field.sync_to(older.port());
  REQUIRE(report.failure);
  CHECK(report.failure->code == Errc::server_rolled_back);
  CHECK(report.logged == 0);
  CHECK(field.states() == States{logged, stored, stored, sealed});
}

TEST_CASE("Under a policy with witnesses items are logged and stored at once, and cosigned when the witnesses come") {
  Field field(true);
  field.add("a");
  field.add("b");
  RunningServer server(field.data());
  const SyncReport first = field.sync_to(server.port());
  CHECK_FALSE(first.failure);
  CHECK(first.stored == 2);
  CHECK(first.cosigned == 0);
  CHECK(field.states() == States{logged, stored, stored});

  const Checkpoint newest = server.custody().checkpoint();
  REQUIRE(server.custody().vouch(field.of.cosign_by_witness(newest)));
  field.add("c");
  const SyncReport second = field.sync_to(server.port());
  CHECK_FALSE(second.failure);
  CHECK(second.cosigned == 2);
  CHECK(field.states() == States{logged, cosigned, cosigned, stored});
  {
    Vault vault = field.at->open();
    CHECK(vault.seen()->size == server.custody().checkpoint().head.size);  // the log-signed one, ahead of the witnesses
    const OwnStatement own = vault.statement(1).value();
    const Receipt receipt = read_tlog_proof(own.cosigned->statement).value();
    CHECK(check_receipt(own.signed_statement.statement, receipt, vault.view().members, field.of.policy()).has_value());
  }
  REQUIRE(server.custody().vouch(field.of.cosign_by_witness(server.custody().checkpoint())));
  CHECK(field.sync_to(server.port()).cosigned == 1);
  CHECK(field.sync_to(server.port()).cosigned == 0);
  CHECK(field.states() == States{logged, cosigned, cosigned, cosigned});
}

TEST_CASE("Proofs of another history, or without the case's quorum, make nothing cosigned") {
  Field field(true);
  field.add("a");
  RunningServer server(field.data());
  REQUIRE_FALSE(field.sync_to(server.port()).failure);
  Vault vault = field.at->open();
  const OwnStatement own = vault.statement(1).value();
  const Receipt logged_only = read_tlog_proof(own.tlog_proof).value();
  const CosignedProofs uncosigned{own.tlog_proof, own.stored->tlog_proof};
  CHECK(vault.keep_cosigned(1, uncosigned, {}).code() == Errc::policy_unmet);

  const auto with_lines = [&](Bytes tlog_proof) {
    Receipt receipt = read_tlog_proof(tlog_proof).value();
    receipt.checkpoint = field.of.cosign_by_witness(parse_checkpoint(receipt.checkpoint).value());
    return write_tlog_proof(receipt);
  };
  // Two checkpoints in one answer: that of the receipt and that of the stored receipt differ.
  const CosignedProofs two{with_lines(own.tlog_proof), with_lines(own.stored->tlog_proof)};
  CHECK(vault.keep_cosigned(1, two, {}).code() == Errc::bad_consistency);
  CHECK(vault.keep_cosigned(0, two, {}).code() == Errc::missing_part);
  CHECK_FALSE(vault.statement(1)->cosigned);
}

TEST_CASE("A server that rolled back is named under a policy with witnesses as well, and gets nothing") {
  Field field(true);
  const Scratch elsewhere;
  std::filesystem::copy(field.data(), elsewhere / "older", std::filesystem::copy_options::recursive);
  field.add("a");
  {
    RunningServer server(field.data());
    REQUIRE_FALSE(field.sync_to(server.port()).failure);
    REQUIRE(server.custody().vouch(field.of.cosign_by_witness(server.custody().checkpoint())));
    CHECK(field.sync_to(server.port()).cosigned == 1);
  }
  field.add("b");
  const RunningServer older(elsewhere / "older");
  const SyncReport report = field.sync_to(older.port());
  REQUIRE(report.failure);
  CHECK(report.failure->code == Errc::server_rolled_back);
  CHECK(field.states() == States{logged, cosigned, sealed});
}

TEST_CASE("A key that is changed at the end of a run is with the server when the run is over") {
  Field field;
  field.add("a");
  const RunningServer server(field.data());
  SyncOrder order = field.order({"127.0.0.1", server.port()});
  order.at_good_end = [](Vault& vault) { return rotate_key(vault, noon).has_value(); };
  const SyncReport report = field.sync_to(order);
  CHECK_FALSE(report.failure);
  CHECK(report.key_changed);
  CHECK(report.key_brought);
  CHECK(field.states() == States{logged, stored, logged});
  CHECK_FALSE(field.sync_to(server.port()).failure);
}

TEST_CASE("A copy of the vault that syncs while objects are sent keeps the key from being changed") {
  Field field;
  field.add("a");
  const std::filesystem::path twin = field.scratch / "twin";
  std::filesystem::copy(field.at->folder(), twin, std::filesystem::copy_options::recursive);
  const RunningServer server(field.data());
  SyncOrder order = field.order({"127.0.0.1", server.port()});
  bool asked = false, came = false;
  order.at_good_end = [&](Vault&) { return asked = true; };
  const auto let_it_come = [&](std::uint64_t done, std::uint64_t total) {
    if (came || done + 1 < total) return;  // all objects are sent, and their receipts not looked at
    came = true;
    Vault copy = Vault::open(twin, passphrase()).value();
    REQUIRE(seal(copy, photo("b"), request()));
    REQUIRE_FALSE(sync(copy, field.order({"127.0.0.1", server.port()}), Field::nothing()).value().failure);
  };
  Vault vault = field.at->open();
  const SyncReport report = sync(vault, order, {[](std::uint64_t, std::uint64_t) {}, let_it_come}).value();
  CHECK(came);
  CHECK_FALSE(asked);
  CHECK_FALSE(report.key_changed);
  REQUIRE(report.failure);
  CHECK(report.failure->code == Errc::forked_chain);
  CHECK(report.server_ahead > 0);
}
