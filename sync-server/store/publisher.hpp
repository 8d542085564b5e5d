// SPDX-License-Identifier: GPL-3.0-or-later
// Brings the log up to what the database has committed, beside the next commit. Whoever waits for a place in the
// log integrates by itself when nobody is at it; for the rest a thread does.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "sync-server/log/log.hpp"
#include "sync-server/store/brake.hpp"
#include "sync-server/store/read_pool.hpp"

namespace dokaz::server {

class Publisher {
 public:
  static constexpr std::chrono::milliseconds most_delay{250};  // of what nobody waits for

  /// `size`: how many statements the database has.
  Publisher(Log& log, ReadPool& readers, Brake& brake, std::uint64_t size)
      : log_(log), readers_(readers), brake_(brake), committed_(size) {}
  ~Publisher() { stop(); }
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  /// All that is committed, on the calling thread. For opening.
  Status integrate();
  void stop();

  /// The database has that many statements now. The first call starts the thread, so that it has the
  /// confinement that the process has put on by then.
  void committed(std::uint64_t size);
  /// Returns when the signed checkpoint covers `index`, which is committed. internal also where memory ran out.
  Status cover(std::uint64_t index);

  std::uint64_t rounds() const { return rounds_; }
  std::uint64_t nanoseconds() const { return nanoseconds_; }

 private:
  class Turn;
  void start();
  void work();
  /// Integrates some on the calling thread, with `lock` given up meanwhile.
  Status take_turn(std::unique_lock<std::mutex>& lock);
  Status integrate_some();

  Log& log_;
  ReadPool& readers_;
  Brake& brake_;
  std::atomic<std::uint64_t> rounds_{0}, nanoseconds_{0};
  std::mutex mutex_;
  std::condition_variable behind_;      // for the thread: something was committed
  std::condition_variable integrated_;  // for those who wait: nobody is at it any more
  std::uint64_t committed_;
  bool at_it_ = false;  // somebody integrates
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace dokaz::server
