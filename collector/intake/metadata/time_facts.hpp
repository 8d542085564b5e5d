// SPDX-License-Identifier: GPL-3.0-or-later
// When the picture was taken, as each place in the file tells it.
#pragma once

#include "collector/intake/metadata/claimed_time.hpp"
#include "collector/intake/metadata/decoded_blocks.hpp"

namespace dokaz::intake {

struct StatedTime {
  std::string source;
  ClaimedTime time;
};

/// Each list in the order of trust: the first is the one to believe.
struct StatedTimes {
  std::vector<StatedTime> original;   ///< of the moment itself
  std::vector<StatedTime> digitized;  ///< when it became digital: for a camera the same
  std::vector<StatedTime> container;  ///< when the container was begun or ended, in UTC
  std::vector<StatedTime> other;      ///< of no certain meaning; better than nothing
  std::vector<StatedTime> satellites; ///< in UTC

  /// The one that `capture.time` states.
  const StatedTime* best() const;
};

StatedTimes times_of(const DecodedBlocks& blocks);

/// At most one contradiction of `capture.time` and one of `capture.time.gps`. A film of that duration may have
/// been begun or ended at the time of its container.
std::vector<Contradiction> contradictions_of(const StatedTimes& times, std::uint64_t duration_ms);

}  // namespace dokaz::intake
