// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/sync/watch_plan.hpp"

#include "collector/sync/judge.hpp"

namespace dokaz {

std::optional<WatchPlan::Next> WatchPlan::after(std::optional<Errc> failure, bool awaits_witnesses) {
  if (!failure) {
    soon_.reset();
    seldom_.reset();
    return Next{awaits_witnesses ? for_witnesses : idle, true};
  }
  if (stops_for_good(*failure)) return std::nullopt;
  if (heals_by_waiting(*failure)) return Next{soon_.next(), false};
  soon_.reset();
  // Other items may pass where one is held.
  return Next{seldom_.next(), concerns_one_object(*failure)};
}

}  // namespace dokaz
