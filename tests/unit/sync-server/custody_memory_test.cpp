// SPDX-License-Identifier: GPL-3.0-or-later
// Memory that runs out at every single place. This program has an operator new of its own, which can fail once or
// from then on, for one thread; and an fsync that does nothing, since the disk is not what is tried here.
#include <algorithm>

#include "scene.hpp"
#include "sync-server/audit/audit.hpp"
#include "tests/unit/sync-server/failing_new.hpp"

namespace {

thread_local long allocations_left = -1;  // until one fails; negative: none does
thread_local bool all_from_then_on = false;

}  // namespace

bool allocation_must_fail() {
  if (allocations_left < 0) return false;
  if (allocations_left > 0) return --allocations_left, false;
  if (!all_from_then_on) allocations_left = -1;
  return true;
}

namespace dokaz::server {

using namespace test;

namespace {

enum class Shortage { once, from_then_on };

/// `work` with its `n`-th allocation (from 0) failing; false where it did not get that far.
template <class F>
bool with_shortage(long n, Shortage shortage, F work) {
  all_from_then_on = shortage == Shortage::from_then_on;
  allocations_left = n;
  try {
    work();
  } catch (const std::bad_alloc&) {  // goes out to whoever asked, who hears of a failure
  }
  const bool failed = allocations_left <= 0;
  allocations_left = -1;
  return failed;
}

struct Scene {
  TempFolder temp;
  const People people;
  Scribe scribe{1};
  Custody custody = start(temp / "data", people);
  Session session = admit(custody, people, scribe);

  Scene() { submit_one(custody, session, scribe.next(Act::genesis)); }

  void start_again_if_stopped() {
    if (!custody.counts().writes_stopped) return;
    { const Custody gone = std::move(custody); }
    custody = reopen(temp / "data");
    session = enter(custody, people, scribe.key().public_key());
  }
  void expect_sound() {
    const auto report = audit(temp / "data");
    REQUIRE(report);
    for (const Finding& finding : report->findings) FAIL(finding.part << ": " << finding.what);
  }
};

}  // namespace

TEST_CASE("whichever allocation of a statement fails, it is taken in afterwards, once") {
  const auto [shortage, stride] = GENERATE(table<Shortage, long>({{Shortage::once, 1}, {Shortage::from_then_on, 13}}));
  Scene scene;
  std::uint64_t statements = 1;
  bool failed = true;
  for (long n = 0; failed; n += stride) {
    CAPTURE(n);
    const auto item = scene.scribe.next(Act::note);
    failed = with_shortage(n, shortage, [&] { (void)scene.custody.submit(scene.session, Submit{{item}}).has_value(); });
    scene.start_again_if_stopped();
    REQUIRE_FALSE(submit_one(scene.custody, scene.session, item).failure);
    REQUIRE(scene.custody.checkpoint().head.size == ++statements);
  }
  CHECK(statements > 20);
  scene.expect_sound();
}

TEST_CASE("whichever allocation of an upload fails, the object is kept afterwards and answered once") {
  const auto [shortage, stride] = GENERATE(table<Shortage, long>({{Shortage::once, 1}, {Shortage::from_then_on, 7}}));
  Scene scene;
  bool failed = true;
  std::uint64_t objects = 0;
  for (long n = 0; failed; n += stride) {
    CAPTURE(n);
    const Bytes object = some_bytes(900 + static_cast<std::size_t>(n), static_cast<std::uint8_t>(n));
    // The statement waits for another one, so that the answer is not made meanwhile: the JSON library ends the process
    // where it has no memory, as a crash does.
    const Bytes other = some_bytes(100 + static_cast<std::size_t>(n), 1);
    std::vector<ObjectRef> both{ref_of(object), ref_of(other)};
    std::ranges::sort(both, {}, &ObjectRef::id);
    const auto item = scene.scribe.next(Act::seal, both);
    REQUIRE_FALSE(submit_one(scene.custody, scene.session, item).failure);
    const auto hash = Statement::parse(item.statement)->hash();
    failed = with_shortage(n, shortage, [&] { (void)upload(scene.custody, scene.session, object).has_value(); });
    scene.start_again_if_stopped();
    REQUIRE(upload(scene.custody, scene.session, object));
    REQUIRE(upload(scene.custody, scene.session, other));
    REQUIRE(scene.custody.collect(scene.session, {hash}));
    ++objects;
  }
  CHECK(objects > 10);
  // Each has a statement and one answer; and there are the two beginnings.
  CHECK(scene.custody.checkpoint().head.size == 2 + 2 * objects);
  scene.expect_sound();
}

}  // namespace dokaz::server
