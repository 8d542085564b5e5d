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
  WriteGroup(Database& database, Brake& brake, std::function<void()> committed)
      : database_(database), brake_(brake), committed_(std::move(committed)) {}

  /// Runs `write` on the database, perhaps on another thread, and returns when it is durable. Its own failure
  /// takes back what it did, and nothing of the others. A failed commit fails all of the group: no_space,
  /// busy, writes_stopped.
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
  Status queue(Job& job);
  std::vector<Job*> next_group();
  Status commit(const std::vector<Job*>& group);
  void run_one(Job& job);

  Database& database_;
  Brake& brake_;
  std::function<void()> committed_;
  std::mutex mutex_;
  std::deque<Job*> waiting_;
  bool leading_ = false;
};

}  // namespace dokaz::server
