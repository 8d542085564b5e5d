// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that fails, or is full only when it syncs. This program has an fsync, a syncfs and a rename of its own: every
// library in it asks these.
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
int reason = EIO;
bool failing_renames = false;  // instead, into a path with that part
int refusals = 0;

/// Whether this call is to fail; then errno is set.
bool is_planned(const std::string& path, bool renamed) {
  const std::lock_guard lock(plan_mutex);
  if (failing.empty() || renamed != failing_renames || (path + "$").find(failing) == std::string::npos) return false;
  ++refusals;
  errno = reason;
  return true;
}

int sync_as_planned(int descriptor, long call) {
  char path[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = ::readlink(link.c_str(), path, sizeof path);
  if (is_planned(std::string(path, static_cast<std::size_t>(std::max<ssize_t>(length, 0))), false)) return -1;
  return static_cast<int>(::syscall(call, descriptor));
}

void plan(const std::string& part, int with, bool renames) {
  const std::lock_guard lock(plan_mutex);
  failing = part;
  reason = with;
  failing_renames = renames;
  refusals = 0;
}
int refused_syncs() {
  const std::lock_guard lock(plan_mutex);
  return refusals;
}

}  // namespace

extern "C" int fsync(int descriptor) { return sync_as_planned(descriptor, SYS_fsync); }
extern "C" int fdatasync(int descriptor) { return sync_as_planned(descriptor, SYS_fdatasync); }
extern "C" int syncfs(int descriptor) noexcept { return sync_as_planned(descriptor, SYS_syncfs); }
extern "C" int rename(const char* from, const char* to) noexcept {
  return is_planned(to, true) ? -1 : static_cast<int>(::syscall(SYS_rename, from, to));
}

namespace dokaz::server {

using namespace test;

namespace {

/// The disk is well again whatever the test finds.
struct Fault {
  explicit Fault(const std::string& part, int with = EIO, bool renames = false) { plan(part, with, renames); }
  ~Fault() { plan("", EIO, false); }
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

TEST_CASE("a disk that is full only when it syncs refuses, loses nothing that was acknowledged, and goes on") {
  for (const int full : {ENOSPC, EDQUOT}) {
    Scene scene;
    const auto item = scene.scribe.next(Act::note);
    {
      const Fault fault("/log/tile/", full);
      CHECK(scene.refusal(item) == Errc::server_full);
      CHECK(refused_syncs() == 1);
    }
    {
      const Fault fault("/partial/", full);
      CHECK(upload(scene.custody, scene.session, scene.object).code() == Errc::server_full);
      CHECK(std::filesystem::is_empty(scene.temp / "data/partial"));
    }
    {
      const Fault fault("/objects/", full, true);
      CHECK(upload(scene.custody, scene.session, scene.object).code() == Errc::server_full);
      CHECK(refused_syncs() == 1);
    }
    CHECK_FALSE(scene.custody.counts().writes_stopped);
    CHECK_FALSE(submit_one(scene.custody, scene.session, item).failure);
    CHECK(upload(scene.custody, scene.session, scene.object));
    CHECK(scene.events.empty());
    scene.expect_sound();
  }
}

TEST_CASE("a full disk that has lost what others build on stops writing") {
  for (const char* part : {"store.db-wal", "/objects/", "/log$"}) {
    INFO(part);
    Scene scene;
    const auto item = scene.scribe.next(Act::note);
    const Fault fault(part, ENOSPC);
    if (std::string_view(part) == "/objects/")
      CHECK(upload(scene.custody, scene.session, scene.object).code() == Errc::writes_stopped);
    else
      CHECK(scene.refusal(item) == Errc::writes_stopped);
    CHECK(scene.custody.counts().writes_stopped);
  }
}

TEST_CASE("an upload that can be neither synced nor removed stops writing") {
  Scene scene;
  const Fault fault("/partial", ENOSPC);  // the file, and its folder
  CHECK(upload(scene.custody, scene.session, scene.object).code() == Errc::writes_stopped);
}

TEST_CASE("folders that another run made are on the disk before anything is acknowledged in them") {
  TempFolder temp;
  const People people;
  { const Custody custody = start(temp / "data", people); }
  {
    const Fault fault("/data$");
    CHECK(Custody::open(temp / "data", clock_at(noon)).code() == Errc::io_error);
    CHECK(refused_syncs() == 1);
  }
  CHECK(Custody::open(temp / "data", clock_at(noon)));

  std::filesystem::create_directories(temp / "parent/there");
  const Fault fault("/parent$");
  CHECK(make_inner_folder(temp / "parent/there").code() == Errc::io_error);
  CHECK(make_private_folder(temp / "parent/there").code() == Errc::io_error);
  // One whose name may not last is not there: nobody takes it for one that lasts.
  CHECK(make_inner_folder(temp / "parent/new").code() == Errc::io_error);
  CHECK_FALSE(std::filesystem::exists(temp / "parent/new"));
}

TEST_CASE("whoever writes beside the server stops with it, and stops it") {
  Scene scene;
  int written = 0;
  const auto write = [&](Status outcome) {
    return scene.custody.keep_beside([&, outcome] {
      ++written;
      return outcome;
    });
  };
  CHECK(write({}));
  CHECK(write(Errc::no_space).code() == Errc::no_space);
  CHECK_FALSE(scene.custody.counts().writes_stopped);
  CHECK(write(Errc::io_error).code() == Errc::writes_stopped);
  CHECK(write({}).code() == Errc::writes_stopped);
  CHECK(written == 3);
  scene.expect_stopped(2);

  auto beside = Inspection::open(scene.temp / "data").value();
  const Fingerprint in = scene.people.case_id();
  CHECK(beside.set_quota(in, 1 << 20).code() == Errc::writes_stopped);
  CHECK(beside.set_access(in, Access::reading).code() == Errc::writes_stopped);
  CHECK(beside.make_next_key().code() == Errc::writes_stopped);
  scene.start_again();
  CHECK(beside.set_quota(in, 1 << 20));
}

}  // namespace dokaz::server
