// SPDX-License-Identifier: GPL-3.0-or-later
// Couriers on a disk that fails, and on one that is slow. This program has an fsync of its own: every library in it
// asks this one.
#include <sys/syscall.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "sync-server/parcel/couriers.hpp"
#include "tests/unit/sync-server/packing.hpp"

namespace {

enum class Disk { well, failing, stuck };
std::mutex plan_mutex;
std::condition_variable plan_changed;
Disk couriers_disk = Disk::well;  // what syncs of files in couriers/ meet
int stuck = 0;                    // syncs that wait now

int sync_as_planned(int descriptor, long call) {
  char path[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = ::readlink(link.c_str(), path, sizeof path);
  const std::string named(path, length > 0 ? static_cast<std::size_t>(length) : 0);
  if (named.find("/couriers/") != std::string::npos) {
    std::unique_lock lock(plan_mutex);
    ++stuck;
    plan_changed.notify_all();
    plan_changed.wait(lock, [] { return couriers_disk != Disk::stuck; });
    --stuck;
    if (couriers_disk == Disk::failing) {
      errno = EIO;
      return -1;
    }
  }
  return static_cast<int>(::syscall(call, descriptor));
}

void let_disk_be(Disk disk) {
  const std::lock_guard lock(plan_mutex);
  couriers_disk = disk;
  plan_changed.notify_all();
}
void wait_until_stuck() {
  std::unique_lock lock(plan_mutex);
  plan_changed.wait(lock, [] { return stuck > 0; });
}

}  // namespace

extern "C" int fsync(int descriptor) { return sync_as_planned(descriptor, SYS_fsync); }
extern "C" int fdatasync(int descriptor) { return sync_as_planned(descriptor, SYS_fdatasync); }

namespace dokaz::server {

using namespace test;

namespace {

struct Fault {
  explicit Fault(Disk disk) { let_disk_be(disk); }
  ~Fault() { let_disk_be(Disk::well); }
};

struct Scene {
  TempFolder temp;
  People people;
  Custody custody = start(temp / "data", people);
  Scribe scribe{1};
  Couriers couriers = Couriers::open(temp / "data", custody, clock_at(noon)).value();
  const Bytes parcel = some_bytes(3000, 5);

  Scene() { couriers.start(); }

  Hello hello(const SigningKey& courier) const {
    const CourierPass pass{people.case_id(),  scribe.key().public_key(), courier.public_key(),
                           ParcelHash(sha256(parcel).raw()), parcel.size(), {noon + 1000, false}};
    const AdmissionNotes notes = people.admission(scribe.key());
    Hello out{Fingerprint(), courier.public_key(), {}, std::nullopt};
    out.pass = sealed_for(custody, write_pass_papers({sign_pass(pass, scribe.key()), {notes.ticket, notes.admission}}));
    return out;
  }
  ObjectId name() const { return ObjectId(sha256(parcel).raw()); }
};

}  // namespace

TEST_CASE("a courier's file that cannot be synced stops all writing, and the parcel is no worse after a new start") {
  Scene scene;
  const SigningKey courier = SigningKey::generate();
  Session session = scene.couriers.greet(scene.hello(courier))->greeting.session;
  REQUIRE(scene.couriers.offer(courier.public_key(), session, {scene.name()}).has_value());
  {
    const Fault fault(Disk::failing);
    CHECK(scene.couriers.data(courier.public_key(), session, {0, scene.parcel}).code() == Errc::writes_stopped);
  }
  // Also where the disk seems well again: for couriers, and for members.
  CHECK(scene.custody.counts().writes_stopped);
  REQUIRE(scene.couriers.offer(courier.public_key(), session, {scene.name()}).has_value());
  CHECK(scene.couriers.data(courier.public_key(), session, {0, scene.parcel}).code() == Errc::writes_stopped);
  Session member = enter(scene.custody, scene.people, scene.people.counsel.public_key());
  CHECK(scene.custody.submit(member, Submit{{scene.scribe.next(Act::genesis)}}).code() == Errc::writes_stopped);
  CHECK(scene.couriers.greet(scene.hello(SigningKey::generate())).code() == Errc::writes_stopped);
}

TEST_CASE("a courier whose bytes are slow to reach the disk holds up nobody else") {
  Scene scene;
  const SigningKey slow = SigningKey::generate(), other = SigningKey::generate();
  Session of_slow = scene.couriers.greet(scene.hello(slow))->greeting.session;
  Session of_other = scene.couriers.greet(scene.hello(other))->greeting.session;
  REQUIRE(scene.couriers.offer(slow.public_key(), of_slow, {scene.name()}).has_value());
  std::thread writing;
  {
    const Fault fault(Disk::stuck);
    writing = std::thread([&] { CHECK(scene.couriers.data(slow.public_key(), of_slow, {0, scene.parcel}).has_value()); });
    wait_until_stuck();
    // These would wait for ever.
    CHECK(scene.couriers.offer(other.public_key(), of_other, {scene.name()})->offset == 0);
    CHECK(scene.couriers.data(other.public_key(), of_other, {0, to_bytes(ByteView(scene.parcel).first(10))}).has_value());
    CHECK(scene.couriers.fetch(other.public_key(), {scene.name(), 0}).code() == Errc::missing_part);
    CHECK(scene.couriers.greet(scene.hello(other)).has_value());
    CHECK(scene.couriers.fetch(slow.public_key(), {scene.name(), 0}).code() == Errc::missing_part);
  }
  writing.join();
  CHECK(scene.couriers.fetch(slow.public_key(), {scene.name(), 0}).code() != Errc::missing_part);
}

}  // namespace dokaz::server
