// SPDX-License-Identifier: GPL-3.0-or-later
// When a watching sync runs again, what wakes it, and how it judges clocks. No network.
#include <catch2/catch.hpp>

#include <fstream>

#include "collector/sync/clock_check.hpp"
#include "collector/sync/judge.hpp"
#include "collector/sync/outbox_watch.hpp"
#include "collector/sync/watch_plan.hpp"
#include "tests/unit/crypto/scratch.hpp"

using namespace dokaz;
using namespace dokaz::test;
using std::chrono::milliseconds;

TEST_CASE("Each wait is about twice the one before, up to a most, with a random part of a half") {
  const Retry retry{5, milliseconds(1000), milliseconds(10'000)};
  Backoff shortest(retry, [] { return 0u; }), longest(retry, [] { return 0xffff'ffffu; });
  const std::vector<int> whole = {1000, 2000, 4000, 8000, 10'000, 10'000};
  for (const int expected : whole) {
    CHECK(shortest.next() == milliseconds(expected / 2));
    CHECK(longest.next() == milliseconds(expected));
  }
  CHECK(shortest.failed() == whole.size());
  shortest.reset();
  CHECK(shortest.next() == milliseconds(500));
  Backoff somewhere(retry);
  for (int i = 0; i < 1000; ++i) CHECK(somewhere.next() <= milliseconds(10'000));
}

TEST_CASE("A line that is down is tried soon, a refusal seldom, and a server that is another one not at all") {
  WatchPlan plan([] { return 0xffff'ffffu; });
  CHECK(plan.after(Errc::unreachable, false)->wait == std::chrono::seconds(10));
  CHECK(plan.after(Errc::proxy_failed, false)->wait == std::chrono::seconds(20));
  for (int i = 0; i < 20; ++i) CHECK(plan.after(Errc::timed_out, false)->wait <= std::chrono::minutes(15));
  CHECK_FALSE(plan.after(Errc::timed_out, false)->wakes_when_sealed);
  for (const Errc person : {Errc::quota_exceeded, Errc::case_suspended, Errc::refused, Errc::server_full, Errc::hash_mismatch})
    CHECK(plan.after(person, false)->wait >= std::chrono::hours(1));
  for (int i = 0; i < 20; ++i) CHECK(plan.after(Errc::quota_exceeded, false)->wait <= std::chrono::hours(24));
  for (const Errc end : {Errc::wrong_pin, Errc::server_rolled_back, Errc::bad_consistency, Errc::forked_chain, Errc::not_joined,
                         Errc::wrong_passphrase})
    CHECK_FALSE(plan.after(end, false));
  const auto idle = plan.after(std::nullopt, false);
  CHECK(idle->wakes_when_sealed);
  CHECK(idle->wait > plan.after(std::nullopt, true)->wait);
  CHECK(plan.after(Errc::unreachable, false)->wait == std::chrono::seconds(10));  // a success forgave
}

TEST_CASE("A sealed object wakes, a half-written file does not, and a request to stop ends the wait") {
  const Scratch scratch;
  std::filesystem::create_directory(scratch / "outbox");
  auto watch = OutboxWatch::on(scratch / "outbox").value();
  const auto touch = [&](const char* name) { std::ofstream(scratch / "outbox" / name) << "x"; };
  CHECK(watch.wait(milliseconds(0), {}) == OutboxWatch::Woken::time);
  touch(".pending-1");
  CHECK(watch.wait(milliseconds(0), {}) == OutboxWatch::Woken::time);
  touch("aa.age");
  CHECK(watch.wait(std::chrono::hours(1), {}) == OutboxWatch::Woken::sealed);
  touch("bb.age");
  watch.forget();
  CHECK(watch.wait(milliseconds(0), {}) == OutboxWatch::Woken::time);
  CHECK(watch.wait(std::chrono::hours(1), [] { return true; }) == OutboxWatch::Woken::stopped);
  std::filesystem::remove_all(scratch / "outbox");
  CHECK(watch.wait(std::chrono::hours(1), {}) == OutboxWatch::Woken::sealed);
  CHECK(OutboxWatch::on(scratch / "outbox").code() == Errc::io_error);
}

TEST_CASE("A clock is said to be off only where a run cannot explain it") {
  constexpr std::int64_t begun = 1'777'636'800, now = begun + 600;
  const auto shown = [&](std::int64_t time) {
    ClockCheck check(begun);
    check.shown_now(time, now);
    return check.off();
  };
  CHECK_FALSE(shown(begun));
  CHECK_FALSE(shown(now));
  CHECK_FALSE(shown(now + 300));
  CHECK_FALSE(shown(begun - 300));
  CHECK(shown(now + 3600) == -3600);
  CHECK(shown(begun - 7200) == 7200);
  ClockCheck older(begun);
  older.shown_before(begun - 1'000'000, now);  // when that was shown, nobody knows
  CHECK_FALSE(older.off());
  older.shown_before(now + 86'400, now);
  CHECK(older.off() == -86'400);
  older.shown_before(now + 3600, now);
  CHECK(older.off() == -86'400);
}

TEST_CASE("No failure is both healed by waiting and for good") {
  for (int number = 0; number < 256; ++number)
    if (const auto code = errc_from_number(number)) CHECK_FALSE((heals_by_waiting(*code) && stops_for_good(*code)));
}
