// SPDX-License-Identifier: GPL-3.0-or-later
// Memory that runs out at any place of the door's work: somebody's connection ends, and the next one is served. This
// program has an operator new of its own, which fails once, on any thread but the test's.
#include <atomic>

#include "tests/unit/sync-server/failing_new.hpp"
#include "tests/unit/sync-server/net_running.hpp"

namespace {

std::atomic<long> allocations_left = -1;  // until one fails; negative: none does
std::atomic<bool> has_failed = false;
thread_local bool is_spared = false;

}  // namespace

bool allocation_must_fail() {
  if (is_spared || allocations_left.load(std::memory_order_relaxed) < 0) return false;
  if (allocations_left.fetch_sub(1) != 0) return false;
  has_failed = true;
  return true;
}

using namespace dokaz;
using namespace dokaz::server;
using namespace dokaz::server::test;

namespace {

/// Comes in and asks for the members.
bool is_served(const Running& running) {
  peers::RawClient client = running.raw();
  if (!client.handshake()) return false;
  const auto hello = sign_hello(running.people.case_id(), running.people.counsel, client.channel(), running.pin(),
                                std::nullopt, 0);
  if (!client.send(Request(hello))) return false;
  const auto welcome = client.read();
  if (!welcome || welcome->type != FrameType::welcome || !client.send(Request(ListMembers{}))) return false;
  const auto members = client.read();
  return members && members->type == FrameType::members;
}

}  // namespace

TEST_CASE("whichever allocation of a connection fails, the next one is served") {
  is_spared = true;
  Running running;
  REQUIRE(is_served(running));
  long failures = 0;
  for (long n = 0;; ++n) {
    has_failed = false;
    allocations_left = n;
    (void)is_served(running);
    allocations_left = -1;
    if (!has_failed) break;
    ++failures;
    INFO("allocation " << n);
    REQUIRE(is_served(running));
  }
  CHECK(failures > 30);
  running.stop();
  CHECK(running.ended);
}
