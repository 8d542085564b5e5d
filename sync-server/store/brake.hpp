// SPDX-License-Identifier: GPL-3.0-or-later
// What the disk does to writing. After a failed fsync or commit nobody knows what is on the disk, so nothing is
// written any more until the server is started again: writes_stopped. A full disk only refuses: no_space.
// Reading goes on in both cases. Any thread.
#pragma once

#include <atomic>
#include <mutex>

#include "crypto/files.hpp"
#include "sync-server/store/custody.hpp"

namespace dokaz::server {

class Brake {
 public:
  /// `folder` is the data folder; `spare` is what uploads and statements leave free on its file system.
  Brake(Path folder, Spare spare) : folder_(std::move(folder)), spare_(spare) {}

  /// Of an earlier run. The operator has started the server again, and so has looked.
  static Status clear(const Path& folder);
  /// True where a server that runs has stopped writing, or one did that was not started again since.
  static bool was_pulled(const Path& folder);

  bool is_pulled() const { return pulled_.load(std::memory_order_acquire); }
  /// Before anything is begun: writes_stopped; no_space where a write of that kind would eat into what the log and
  /// the database may still need.
  Status may_write_object(std::uint64_t bytes) const;
  Status may_write_statements() const;
  /// A roster is at most 64 KiB, takes the place of the one before, and may revoke whoever fills the disk: it is written
  /// from what the others leave free.
  Status may_write_rosters() const;

  /// What came of a write: io_error pulls the brake and becomes writes_stopped.
  Status judge(Status outcome);
  template <class T>
  Result<T> judge(Result<T> outcome) {
    if (outcome) return outcome;
    return judge(Status(outcome.error())).error();
  }

  /// Pulls it: `event` is the line for the operator, a constant. writes_stopped.
  Status stop(std::string_view event) noexcept;
  /// The same for a reason that is not the disk's: nothing says on the disk that it was.
  void refuse(std::string_view event) noexcept;

  /// Where the line goes; at once, where it was pulled before.
  void tell(EventSink sink);

 private:
  void say(std::string_view event);
  /// `spare` bytes are free, or one of `parts` parts of the file system if that is less; and `bytes` beside them.
  Status has_room(std::uint64_t spare, std::uint64_t parts, std::uint64_t bytes) const;

  Path folder_;
  Spare spare_;
  std::atomic<bool> pulled_{false};
  std::mutex mutex_;
  EventSink sink_;
  std::string_view unsaid_;  // the event, as long as nobody listens
};

}  // namespace dokaz::server
