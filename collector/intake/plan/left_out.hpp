// SPDX-License-Identifier: GPL-3.0-or-later
// What the clean copy does not take over of its original.
#pragma once

#include <vector>

#include "collector/intake/plan/clean_plan.hpp"

namespace dokaz::intake {

/// Bytes [offset, offset + length) of the original.
struct Stretch {
  std::uint64_t offset = 0, length = 0;
  friend bool operator==(const Stretch&, const Stretch&) = default;
};

/// What the plan copies no byte of, in order.
std::vector<Stretch> left_out(const CleanPlan& plan, std::uint64_t original_size);

}  // namespace dokaz::intake
