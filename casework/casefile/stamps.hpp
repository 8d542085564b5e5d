// SPDX-License-Identifier: GPL-3.0-or-later
// Time stamps that go into what leaves the case: where they come from, and what is said of those that went in.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "crypto/files.hpp"
#include "proto/anchor/time_trust.hpp"

namespace dokaz {

struct StampSource {
  Path log = {};                            // a copy of the server's folder `log`; empty for no stamps
  std::vector<TimeTrust> authorities = {};  // whose stamps are taken first: without them any copy can offer its own
};

struct StampCount {
  std::size_t in = 0, confirmed = 0;  // that went in; of them by a root that was given
  std::size_t broken = 0;             // anchors of the folder that do not hold, left out
};

/// For people; lines.
std::string words_of(const StampCount& count);

}  // namespace dokaz
