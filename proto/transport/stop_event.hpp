// SPDX-License-Identifier: GPL-3.0-or-later
// How a loop is told to end: from any thread, and from a signal handler.
#pragma once

#include "crypto/result.hpp"
#include "proto/transport/asio.hpp"

namespace dokaz {

class StopEvent {
 public:
  explicit StopEvent(asio::io_context& io) : reader_(io) {}
  ~StopEvent();
  StopEvent(const StopEvent&) = delete;
  StopEvent& operator=(const StopEvent&) = delete;

  /// Before anything else, once. io_error.
  Status open();
  /// Returns once stop was called, also if that was before.
  asio::awaitable<void> wait();
  /// Async-signal-safe.
  void stop() const;

 private:
  asio::posix::stream_descriptor reader_;
  int writer_ = -1;  // a descriptor of its own, which the loop never closes
};

}  // namespace dokaz
