// SPDX-License-Identifier: GPL-3.0-or-later
// When a watching sync runs again, from how the last run ended. No clock, no sockets.
#pragma once

#include <optional>

#include "collector/sync/pause.hpp"
#include "crypto/errc.hpp"

namespace dokaz {

class WatchPlan {
 public:
  /// A line that is down, a proxy that is dead, a full disk here: 10 s, doubled up to 15 min. What takes a person
  /// (quota, a suspended case, a refusal, a damaged object): 1 h, doubled up to 24 h. Of each a random part between a
  /// half and the whole. All was brought: when something new is sealed; witnesses are asked for after an hour.
  static constexpr Retry soon{0, std::chrono::seconds(10), std::chrono::minutes(15)};
  static constexpr Retry seldom{0, std::chrono::hours(1), std::chrono::hours(24)};
  static constexpr std::chrono::hours for_witnesses{1};
  static constexpr std::chrono::hours idle{24};

  explicit WatchPlan(std::function<std::uint32_t()> random = {}) : soon_(soon, random), seldom_(seldom, random) {}

  struct Next {
    std::chrono::milliseconds wait;
    bool wakes_when_sealed;  // something new ends the wait
  };
  /// Nothing: a person has to look first, and the watch ends with the failure.
  std::optional<Next> after(std::optional<Errc> failure, bool awaits_witnesses);

 private:
  Backoff soon_, seldom_;
};

}  // namespace dokaz
