// SPDX-License-Identifier: GPL-3.0-or-later
// Whether this device's clock agrees with what others' clocks said in this run. Nobody's clock is a proof, and none
// is ever set by it: a difference is said to the person, who alone can know.
#pragma once

#include <cstdint>
#include <optional>

#include "proto/format/policy.hpp"

namespace dokaz {

class ClockCheck {
 public:
  /// What a person may ignore, in seconds.
  static constexpr std::int64_t tolerance = 5 * 60;

  /// The device's clock when the run began, in seconds since 1970 UTC.
  explicit ClockCheck(std::int64_t begun) : begun_(begun) {}

  /// A time that another clock showed during this run: it lies between `begun` and now.
  void shown_now(std::int64_t time, std::int64_t now);
  /// A time that another clock showed before now, who knows how long.
  void shown_before(std::int64_t time, std::int64_t now);
  /// The times of a checkpoint's cosignatures that hold.
  void cosigned(const Policy& policy, const Note& checkpoint, std::int64_t now);

  /// Seconds that the device's clock is ahead (negative: behind), at least; nothing where it agrees.
  std::optional<std::int64_t> off() const { return off_; }

 private:
  void remember(std::int64_t off);
  std::int64_t begun_;
  std::optional<std::int64_t> off_;
};

}  // namespace dokaz
