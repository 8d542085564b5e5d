// SPDX-License-Identifier: GPL-3.0-or-later
// What stands behind Couriers: the book of passes under one lock that is never held while the disk works, the files
// under a lock for each pass, and the thread that takes parcels in. Private to the folder.
#pragma once

#include <condition_variable>
#include <thread>

#include "sync-server/parcel/courier_files.hpp"
#include "sync-server/parcel/couriers.hpp"

namespace dokaz::server {

struct Couriers::Impl {
  using Lock = std::unique_lock<std::mutex>;
  using FilesLock = std::shared_ptr<std::mutex>;

  Custody& custody;
  Clock clock;
  CourierFiles files;
  std::mutex mutex;  // guards all below
  CourierBook book;
  std::uint64_t sessions = 0;
  /// Whose the parcels are that stay, by their numbers.
  struct Kept {
    Fingerprint case_id;
    PublicKey member;
    std::uint64_t bytes = 0;
  };
  std::map<std::uint64_t, Kept> kept;
  bool told_stuck = false;  // that one could not be moved; of the worker, and of the start
  EventSink events;
  const std::chrono::steady_clock::time_point settled;  // from when on clocks are believed
  bool closing = false;
  std::condition_variable bell;
  std::thread worker;

  Impl(Custody& behind, Clock now, CourierFiles opened, EventSink sink, PassLimits limits)
      : custody(behind),
        clock(std::move(now)),
        files(std::move(opened)),
        book(limits),
        events(std::move(sink)),
        settled(std::chrono::steady_clock::now() + limits.settling) {}

  Status take_stock();
  std::uint64_t next_session() {
    const Lock lock(mutex);
    return ++sessions;
  }
  /// Keeps a pass that was not in use, durably; nothing where there is no place for it. refused where its key is in
  /// use for another parcel.
  Status keep(const CourierPass& pass, const Bytes& sealed, const CaseRoom& room, SignedBy by);
  /// A parcel of this pass that was answered, and has to stay, moves to where it does; told as an event.
  Status keep_aside(const CourierPass& pass);
  void move_again();
  Status count_kept();
  /// Without those that the operator has removed meanwhile.
  Result<CaseRoom> with_kept(std::uint64_t left, const CourierPass& pass);
  /// Of those that are leaving.
  void remove_files(const std::vector<PublicKey>& leaving);
  void tidy();

  /// The worker: one parcel after the other.
  void work();
  struct Answered {
    std::uint64_t size = 0;  // bytes of the answer
    bool parcel_stays = false;
  };
  Result<Answered> take_in(const CourierPass& pass);
  Result<Answered> take_in_or_throw(const CourierPass& pass);
  void settle(const PublicKey& courier, const Result<Answered>& answer);

  /// The pass in use, for this parcel. Under the lock.
  Result<Errand*> known(const PublicKey& courier, const ObjectId& object);
};

}  // namespace dokaz::server
