// SPDX-License-Identifier: GPL-3.0-or-later
// Being told by the kernel that something new was sealed, without looking all the time.
#pragma once

#include <chrono>
#include <functional>

#include "crypto/files.hpp"

namespace dokaz {

class OutboxWatch {
 public:
  /// io_error: the folder cannot be watched, or is gone.
  static Result<OutboxWatch> on(const Path& outbox);
  OutboxWatch(OutboxWatch&& other) noexcept;
  OutboxWatch& operator=(OutboxWatch&&) = delete;
  ~OutboxWatch();

  enum class Woken { sealed, time, stopped };
  /// Until an object came (also since the last call), `most` is over, or `stop` says so: it is asked at least every
  /// second, and when a signal comes.
  Woken wait(std::chrono::milliseconds most, const std::function<bool()>& stop);
  /// Forgets what came until now.
  void forget();

 private:
  explicit OutboxWatch(int descriptor) : descriptor_(descriptor) {}
  bool something_came();
  int descriptor_;
};

}  // namespace dokaz
