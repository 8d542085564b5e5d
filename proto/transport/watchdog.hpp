// SPDX-License-Identifier: GPL-3.0-or-later
// One timer a connection. When it runs out it closes; it never cancels a single operation, since a
// cancelled one may have made progress.
#pragma once

#include <chrono>

#include "proto/transport/asio.hpp"

namespace dokaz {

/// Call from the executor's thread.
class Watchdog {
 public:
  /// `bite` is called at most once, and never after the watchdog is gone.
  Watchdog(asio::any_io_executor executor, std::function<void()> bite);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// Bites in this time from now, instead of what was set before.
  void set(std::chrono::milliseconds in);
  void rest();
  bool has_bitten() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace dokaz
