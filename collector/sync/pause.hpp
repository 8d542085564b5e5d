// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting that a request to stop ends, and how long to wait before another try.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace dokaz {

/// Waits in small steps and asks `stop` between them. Any thread.
class Pause {
 public:
  explicit Pause(std::function<bool()> stop) : stop_(std::move(stop)) {}
  bool stopped() const { return stop_ && stop_(); }
  /// False: it was stopped.
  bool wait(std::chrono::milliseconds time) const;
  /// Until `done`, which is asked about every 50 ms; false: `most` is over, or it was stopped.
  bool until(const std::function<bool()>& done, std::chrono::milliseconds most) const;

 private:
  std::function<bool()> stop_;
};

/// How often a run tries again after a cut, and what lies between two tries: `first`, doubled each time up to `most`,
/// of which a random part between a half and the whole is waited, so that many clients of one server spread.
struct Retry {
  unsigned tries = 5;  // in a row without anything brought
  std::chrono::milliseconds first{1'000};
  std::chrono::milliseconds most{30'000};
};

class Backoff {
 public:
  /// `random` gives 32 random bits; nothing: the system's.
  explicit Backoff(const Retry& retry, std::function<std::uint32_t()> random = {});
  std::chrono::milliseconds next();
  /// Something was brought.
  void reset() { failed_ = 0; }
  /// Failures in a row since then.
  unsigned failed() const { return failed_; }

 private:
  Retry retry_;
  std::function<std::uint32_t()> random_;
  unsigned failed_ = 0;
};

}  // namespace dokaz
