// SPDX-License-Identifier: GPL-3.0-or-later
// What goes into which volume. Private to the folder.
#pragma once

#include "collector/parcel/pack.hpp"

namespace dokaz {

struct PlannedVolume {
  std::vector<std::uint64_t> statements;  // numbers, ascending
  std::vector<ObjectRef> objects;         // ascending by hash
  bool cut = false;                       // one object, larger than a volume: into parts
};

struct Plan {
  std::vector<PlannedVolume> volumes;
  std::map<std::uint64_t, Errc> lost;
  std::vector<std::uint64_t> too_large;
  std::size_t left = 0;
  std::uint64_t first_left = 0;
};

/// Reads each object once, to see that it is whole.
Result<Plan> plan_volumes(Vault& vault, const PackOrder& order);

}  // namespace dokaz
