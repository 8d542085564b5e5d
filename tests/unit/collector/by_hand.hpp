// SPDX-License-Identifier: GPL-3.0-or-later
// A documenter whose parcels go by hand: a server's custody that is asked in place, and a vault that was invited to it.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <optional>

#include "sync-server/parcel/receive.hpp"
#include "tests/unit/collector/case_fixture.hpp"

namespace dokaz::test {

struct FieldByHand {
  FieldByHand() {
    custody.emplace(server::Custody::create(scratch / "server", [] { return noon.unix_seconds; }).value());
    of.card = custody->card();
    of.pin = custody->card().pin;
    REQUIRE(custody->grant(of.roster_note(), std::uint64_t{1} << 30));
    at = std::make_unique<TestVault>(of);
  }
  void add(std::string_view content, std::size_t size = 3000) const {
    Vault vault = at->open();
    REQUIRE(seal(vault, photo(content, size), request()).has_value());
  }
  /// The answer.
  Bytes receive(const std::filesystem::path& parcel) {
    const auto received = server::receive_parcel(*custody, File::open(parcel, File::Access::read).value(),
                                                 [](std::uint64_t, std::uint64_t) { return Status(); });
    REQUIRE(received.has_value());
    return received->answer;
  }

  Scratch scratch;
  TestCase of;
  std::optional<server::Custody> custody;
  std::unique_ptr<TestVault> at;
};

}  // namespace dokaz::test
