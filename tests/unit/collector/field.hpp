// SPDX-License-Identifier: GPL-3.0-or-later
// A documenter in the field: a server's folder that knows the case, and a vault that was invited to it.
#pragma once

#include <memory>

#include "collector/sync/sync.hpp"
#include "collector/vault/delivery.hpp"
#include "tests/unit/collector/running_server.hpp"

namespace dokaz::test {

struct Field {
  explicit Field(bool witnessed = false, std::uint64_t quota = std::uint64_t{1} << 30) {
    auto custody = server::Custody::create(data(), [] { return noon.unix_seconds; }).value();
    of.card = custody.card();
    of.pin = custody.card().pin;
    of.witnessed = witnessed;
    if (witnessed) REQUIRE(write_file_durably(data() / "policy", of.policy().bytes()));
    REQUIRE(custody.grant(of.roster_note(), quota));
    at = std::make_unique<TestVault>(of);
  }
  std::filesystem::path data() const { return scratch / "server"; }

  static SyncProgress nothing() {
    const auto unseen = [](std::uint64_t, std::uint64_t) {};
    return {unseen, unseen};
  }
  /// One upload at a time and no second try, so that a line is used as a test expects.
  SyncOrder order(const ServerAddress& server) const {
    SyncOrder order{server, [this] { return now; }};
    order.line.deadlines.connect = std::chrono::seconds(5);
    order.retry = {0, std::chrono::milliseconds(1), std::chrono::milliseconds(2)};
    order.in_flight = 1;
    return order;
  }
  SyncReport sync_to(std::uint16_t port) const { return sync_to(order({"127.0.0.1", port})); }
  SyncReport sync_to(const SyncOrder& order) const {
    Vault vault = at->open();
    return sync(vault, order, nothing()).value();
  }
  void add(std::string_view content, std::size_t size = 3000) const {
    Vault vault = at->open();
    const auto item = seal(vault, photo(content, size), request());
    INFO((item ? "sealed" : name_of(item.code())));
    REQUIRE(item);
  }
  Status drop(std::uint64_t number) const {
    Vault vault = at->open();
    return vault.drop({number});
  }
  std::vector<CustodyState> states() const {
    Vault vault = at->open();
    const auto all = vault.statements().value();
    std::vector<CustodyState> states;
    for (const OwnStatement& own : all) states.push_back(own.state());
    return states;
  }
  /// In the words of `dokaz list`: "sealed", "failed (quota_exceeded)".
  std::vector<std::string> words() const {
    Vault vault = at->open();
    const auto facts = sync_facts(vault).value();
    std::vector<std::string> words;
    for (const OwnStatement& own : vault.statements().value()) {
      const Delivery delivery = delivery_of(own, facts);
      words.push_back(std::string(name_of(delivery.state)) +
                      (delivery.reason ? " (" + std::string(name_of(*delivery.reason)) + ")" : ""));
    }
    return words;
  }

  Scratch scratch;
  TestCase of;
  std::unique_ptr<TestVault> at;
  std::int64_t now = noon.unix_seconds;  // of the device's clock
};

inline constexpr auto sealed = CustodyState::sealed;
inline constexpr auto logged = CustodyState::logged;
inline constexpr auto stored = CustodyState::stored;
inline constexpr auto cosigned = CustodyState::cosigned;
using States = std::vector<CustodyState>;
using Words = std::vector<std::string>;

}  // namespace dokaz::test
