// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that fails. This program has an fsync of its own: every library in it asks this one.
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>

#include "scene.hpp"
#include "sync-server/audit/audit.hpp"
#include "sync-server/store/inspection.hpp"

namespace {

std::mutex plan_mutex;
std::string failing;  // part of the path of files whose sync fails, or with a $ its end; empty: none
int refusals = 0;

int sync_as_planned(int descriptor, long call) {
  {
    const std::lock_guard lock(plan_mutex);
    if (!failing.empty()) {
      char path[4096];
      const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
      const ssize_t length = ::readlink(link.c_str(), path, sizeof path);
      const std::string named(path, static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
      if ((named + "$").find(failing) != std::string::npos) {
        ++refusals;
        errno = EIO;
        return -1;
      }
    }
  }
  return static_cast<int>(::syscall(call, descriptor));
}

void fail_syncs_of(const std::string& part) {
  const std::lock_guard lock(plan_mutex);
  failing = part;
  refusals = 0;
}
int refused_syncs() {
  const std::lock_guard lock(plan_mutex);
  return refusals;
}

}  // namespace

extern "C" int fsync(int descriptor) { return sync_as_planned(descriptor, SYS_fsync); }
extern "C" int fdatasync(int descriptor) { return sync_as_planned(descriptor, SYS_fdatasync); }

namespace dokaz::server {

using namespace test;

namespace {

/// The disk is well again whatever the test finds.
struct Fault {
  explicit Fault(const std::string& part) { fail_syncs_of(part); }
  ~Fault() { fail_syncs_of(""); }
};

/// A server with a member, two statements, one object asked for.
struct Scene {
  Scene() : custody(start(temp / "data", people)), session(admit(custody, people, scribe)) {
    custody.on_event([this](std::string_view event) { events.emplace_back(event); });
    submit_one(custody, session, scribe.next(Act::genesis));
    submit_one(custody, session, scribe.next(Act::seal, {ref_of(object)}));
  }
  Errc refusal(const Submit::Item& item) {
    const auto answer = custody.submit(session, Submit{{item}});
    REQUIRE_FALSE(answer);
    return answer.code();
  }
  /// Reading goes on, nothing is written, the operator knows.
  void expect_stopped(std::uint64_t log_size) {
    CHECK(custody.counts().writes_stopped);
    CHECK(events.size() == 1);
    CHECK(Inspection::open(temp / "data")->figures()->writes_stopped);
    CHECK(custody.checkpoint().head.size == log_size);
    Session counsel = enter(custody, people, people.counsel.public_key());
    CHECK(custody.list(counsel, List{0})->entries.size() == log_size);
    CHECK(refusal(scribe.sign(scribe.draft(Act::note, {}, "later"))) == Errc::writes_stopped);
    CHECK(custody.offer(session, Offer{ref_of(object).id}).code() == Errc::writes_stopped);
    CHECK(custody.vouch(custody.checkpoint().note).code() == Errc::writes_stopped);
  }
  /// After somebody has looked at the disk.
  void start_again() {
    { const Custody gone = std::move(custody); }
    custody = reopen(temp / "data");
    session = enter(custody, people, scribe.key().public_key());
    CHECK_FALSE(custody.counts().writes_stopped);
    CHECK_FALSE(Inspection::open(temp / "data")->figures()->writes_stopped);
  }
  void expect_sound() {
    const auto report = audit(temp / "data");
    REQUIRE(report);
    for (const Finding& finding : report->findings) FAIL(finding.part << ": " << finding.what);
  }

  TempFolder temp;
  const People people;
  Scribe scribe{1};
  const Bytes object = some_bytes(5000, 1);
  Custody custody;
  Session session;
  std::vector<std::string> events;
};

}  // namespace

TEST_CASE("a commit that fails stops writing and leaves no trace") {
  Scene scene;
  const auto item = scene.scribe.next(Act::note);
  {
    const Fault fault("store.db-wal");
    CHECK(scene.refusal(item) == Errc::writes_stopped);
    CHECK(refused_syncs() == 1);
    scene.expect_stopped(2);
    CHECK(refused_syncs() == 1);  // never again
  }
  scene.expect_stopped(2);  // also when the disk seems well
  scene.start_again();
  CHECK_FALSE(submit_one(scene.custody, scene.session, item).failure);
  CHECK(upload(scene.custody, scene.session, scene.object));
  scene.expect_sound();
}

TEST_CASE("a database file that cannot be synced stops writing, and keeps what was acknowledged") {
  Scene scene;
  std::size_t acknowledged = 0;
  {
    const Fault fault("store.db$");
    for (bool stopped = false; !stopped; ++acknowledged) {
      REQUIRE(acknowledged < 200);
      Submit submit;
      for (int i = 0; i < 64; ++i) submit.items.push_back(scene.scribe.next(Act::note));
      const auto answer = scene.custody.submit(scene.session, submit);
      stopped = !answer;
      if (stopped) CHECK(answer.code() == Errc::writes_stopped);
    }
    CHECK(refused_syncs() == 1);
    CHECK(scene.custody.counts().writes_stopped);
  }
  scene.start_again();
  CHECK(scene.custody.checkpoint().head.size >= 2 + 64 * (acknowledged - 1));
  scene.expect_sound();
}

TEST_CASE("all of a group fail with its commit") {
  Scene scene;
  std::vector<Submit::Item> items;
  std::vector<Scribe> scribes;
  for (std::uint32_t n = 1; n <= 6; ++n) scribes.emplace_back(std::uint8_t{1}, Scribe::root_number, n);
  for (Scribe& scribe : scribes) items.push_back(scribe.next(Act::genesis));
  std::atomic<int> stopped{0};
  {
    const Fault fault("store.db-wal");
    std::vector<std::thread> threads;
    for (const auto& item : items)
      threads.emplace_back([&] {
        Session session = scene.session;
        const auto answer = scene.custody.submit(session, Submit{{item}});
        if (!answer && answer.code() == Errc::writes_stopped) ++stopped;
      });
    for (auto& thread : threads) thread.join();
    CHECK(refused_syncs() == 1);
  }
  CHECK(stopped == 6);
  scene.expect_stopped(2);
  scene.start_again();
  for (const auto& item : items) CHECK_FALSE(submit_one(scene.custody, scene.session, item).failure);
  scene.expect_sound();
}

TEST_CASE("a tile or checkpoint that cannot be synced stops writing, and no receipt names it") {
  for (const char* part : {"/log/tile/", "/log/.pending"}) {
    Scene scene;
    const auto item = scene.scribe.next(Act::note);
    {
      const Fault fault(part);
      CHECK(scene.refusal(item) == Errc::writes_stopped);
    }
    scene.expect_stopped(2);
    scene.start_again();
    CHECK(scene.custody.checkpoint().head.size == 3);  // the statement was committed
    CHECK_FALSE(submit_one(scene.custody, scene.session, item).failure);
    CHECK(scene.custody.checkpoint().head.size == 3);
    scene.expect_sound();
  }
}

TEST_CASE("an object that cannot be synced is not kept, and is asked for again") {
  for (const char* part : {"/partial/", "/objects/"}) {
    Scene scene;
    {
      const Fault fault(part);
      CHECK(upload(scene.custody, scene.session, scene.object).code() == Errc::writes_stopped);
      CHECK(refused_syncs() == 1);
    }
    scene.expect_stopped(2);
    Session counsel = enter(scene.custody, scene.people, scene.people.counsel.public_key());
    CHECK(scene.custody.fetch(counsel, Fetch{ref_of(scene.object).id, 0}).code() == Errc::not_found);
    CHECK(std::filesystem::is_empty(scene.temp / "data/partial"));  // nobody knows what of it is on the disk
    scene.start_again();
    CHECK(upload(scene.custody, scene.session, scene.object));
    CHECK(scene.custody.fetch(counsel, Fetch{ref_of(scene.object).id, 0}));
    scene.expect_sound();
  }
}

}  // namespace dokaz::server
