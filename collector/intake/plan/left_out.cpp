// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/plan/left_out.hpp"

namespace dokaz::intake {

std::vector<Stretch> left_out(const CleanPlan& plan, std::uint64_t original_size) {
  std::vector<Stretch> copied, out;
  for (const CleanPlan::Step& step : plan.steps())
    if (step.copies) copied.push_back({step.at, step.length});
  std::sort(copied.begin(), copied.end(), [](const Stretch& a, const Stretch& b) { return a.offset < b.offset; });
  std::uint64_t at = 0;
  for (const Stretch& one : copied) {
    if (one.offset > at) out.push_back({at, one.offset - at});
    at = std::max(at, one.offset + one.length);
  }
  if (original_size > at) out.push_back({at, original_size - at});
  return out;
}

}  // namespace dokaz::intake
