// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/publisher.hpp"

namespace dokaz::server {
namespace {

constexpr std::size_t at_once = 4096;  // leaves; 32 tiles and bundles

}  // namespace

Status Publisher::integrate_some() {
  if (brake_.is_pulled()) return Errc::writes_stopped;
  const auto start = std::chrono::steady_clock::now();
  DOKAZ_LET(reader, readers_.take());
  DOKAZ_LET(leaves, reader->ledger.leaves(log_.head().size, at_once));
  if (leaves.empty()) return {};
  DOKAZ_TRY(brake_.judge(log_.append(leaves)));
  ++rounds_;
  nanoseconds_ += static_cast<std::uint64_t>((std::chrono::steady_clock::now() - start).count());
  return {};
}

Status Publisher::integrate() {
  for (;;) {
    const std::uint64_t before = log_.head().size;
    DOKAZ_TRY(integrate_some());
    if (log_.head().size == before) return {};
  }
}

/// Without a thread nothing is lost: whoever waits integrates, and the next commit tries again.
void Publisher::start() {
  try {
    thread_ = std::thread([this] { work(); });
  } catch (const std::system_error&) {
  }
}

void Publisher::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  behind_.notify_all();
  if (!thread_.joinable()) return;
  thread_.join();
  try {
    (void)integrate().has_value();  // so that nothing waits for the next start
  } catch (const std::exception&) {  // no memory: the next start does it
  }
}

void Publisher::committed(std::uint64_t size) {
  {
    const std::lock_guard lock(mutex_);
    committed_ = size;
    if (!stop_ && !thread_.joinable()) start();
  }
  behind_.notify_one();
}

/// Whose holder integrates. However that ends, the next can.
class Publisher::Turn {
 public:
  Turn(Publisher& of, std::unique_lock<std::mutex>& lock) : of_(of), lock_(lock) {
    of_.at_it_ = true;
    lock_.unlock();
  }
  ~Turn() {
    lock_.lock();
    of_.at_it_ = false;
    of_.integrated_.notify_all();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Publisher& of_;
  std::unique_lock<std::mutex>& lock_;
};

Status Publisher::take_turn(std::unique_lock<std::mutex>& lock) {
  const Turn turn(*this, lock);
  try {
    return integrate_some();
  } catch (...) {
    return Errc::internal;  // a detail would want memory
  }
}

Status Publisher::cover(std::uint64_t index) {
  std::unique_lock lock(mutex_);
  while (log_.head().size <= index) {
    if (at_it_) {
      integrated_.wait(lock);
      continue;
    }
    const std::uint64_t before = log_.head().size;
    const Status integrated = take_turn(lock);
    if (log_.head().size > index) break;  // what failed came after it
    DOKAZ_TRY(integrated);
    if (log_.head().size == before) return fail(Errc::internal, "a place that nothing takes");
  }
  return {};
}

void Publisher::work() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    behind_.wait(lock, [&] { return stop_ || committed_ > log_.head().size; });
    // Somebody who waits for it may do it meanwhile. After a failure this also is the pause before another try.
    behind_.wait_for(lock, most_delay, [&] { return stop_; });
    if (stop_ || at_it_ || committed_ <= log_.head().size) continue;
    (void)take_turn(lock).has_value();  // whoever needs it is told by cover
  }
}

}  // namespace dokaz::server
