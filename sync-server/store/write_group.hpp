// SPDX-License-Identifier: GPL-3.0-or-later
// Many threads' writes in few transactions. Callers queue; the first of them leads: it takes all that wait, runs
// each under a savepoint of its own, commits once for all, and wakes them. Meanwhile the next group gathers.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "crypto/sealed_db.hpp"
#include "sync-server/store/brake.hpp"

namespace dokaz::server {

class WriteGroup {
 public:
  static constexpr std::size_t most_writes = 256;  // in one transaction

  /// `committed` is called after each commit, before anybody is woken, by the thread that has the database.
  /// If it throws, what is committed stays so.
  WriteGroup(Database& database, Brake& brake, std::function<void()> committed);

  /// Runs `write` on the database, perhaps on another thread, and returns when it is durable. Its own failure
  /// takes back what it did, and nothing of the others; throwing is such a failure: internal. A failed commit fails
  /// all of the group: no_space, busy, internal, writes_stopped. So does a write that cannot be taken back, which
  /// pulls the brake. Itself it throws only before it has begun, where there is no memory to queue in.
  Status run(const std::function<Status()>& write);
  /// The same outside of any transaction, for a write that makes its own.
  Status run_alone(const std::function<Status()>& write);

 private:
  struct Job {
    const std::function<Status()>& write;
    bool alone = false;
    bool done = false;
    Status outcome;
    std::condition_variable turn;
  };
  class Lead;
  Status queue(Job& job);
  void gather();
  // Of whoever leads, about `group_`.
  Status lead_group();
  Status run_alone();
  Status commit();
  Status run_one(Job& job);
  void tell();

  Database& database_;
  Brake& brake_;
  std::function<void()> committed_;
  std::mutex mutex_;
  std::deque<Job*> waiting_;
  std::vector<Job*> group_;  // of whoever leads; has room for all from the beginning
  bool leading_ = false;
};

}  // namespace dokaz::server
