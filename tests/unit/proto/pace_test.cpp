// SPDX-License-Identifier: GPL-3.0-or-later
// The cap on what is sent, with a clock that the test moves.
#include <catch2/catch.hpp>

#include "proto/transport/pace.hpp"

using namespace dokaz;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr Pace::Time start{seconds(1'000'000)};

/// Sends as fast as it may for so long; the bytes on the wire.
std::uint64_t sent_within(Pace& pace, std::chrono::nanoseconds time) {
  std::uint64_t sent = 0;
  for (auto now = start;;) {
    now = pace.take(pace.piece(), now);
    if (now >= start + time) return sent;
    sent += Pace::on_the_wire(pace.piece());
  }
}

}  // namespace

TEST_CASE("Over a minute no more than the rate, and a second's worth at the beginning") {
  for (const std::uint64_t rate : {1024u, 5'000u, 20'480u, 204'800u, 10'000'000u}) {
    Pace pace(rate);
    const std::uint64_t sent = sent_within(pace, seconds(60));
    CAPTURE(rate, sent);
    CHECK(sent <= rate * 61 + Pace::on_the_wire(pace.piece()));
    CHECK(sent >= rate * 60 - Pace::on_the_wire(pace.piece()));
  }
}

TEST_CASE("A slow line is steady: no gap is longer than what a piece takes") {
  Pace pace(20'480);
  auto now = start;
  for (int warm = 0; warm < 100; ++warm) now = pace.take(pace.piece(), now);
  for (int i = 0; i < 100; ++i) {
    const auto next = pace.take(pace.piece(), now);
    CHECK(next - now <= milliseconds(300));
    now = next;
  }
}

TEST_CASE("Who is idle gets one second's worth back, and no more") {
  Pace pace(100'000);
  auto now = start;
  for (int i = 0; i < 50; ++i) now = pace.take(10'000, now);
  now += seconds(3600);
  std::uint64_t at_once = 0;
  while (pace.take(1'000, now) == now) at_once += Pace::on_the_wire(1'000);
  CHECK(at_once <= 100'000);
  CHECK(at_once >= 90'000);
}

TEST_CASE("Those who share a pace take turns") {
  Pace pace(10'000);
  const auto first = pace.take(20'000, start), second = pace.take(5'000, start), third = pace.take(5'000, start);
  CHECK(first > start);
  CHECK(second > first);
  CHECK(third > second);
}

TEST_CASE("What TLS and TCP add is counted") {
  CHECK(Pace::on_the_wire(1) == 256 + 22 + 52);
  CHECK(Pace::on_the_wire(262'144) > 262'144 * 103 / 100);
  CHECK(Pace::on_the_wire(262'144) < 262'144 * 106 / 100);
}
