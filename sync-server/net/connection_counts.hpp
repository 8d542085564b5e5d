// SPDX-License-Identifier: GPL-3.0-or-later
// How many are at the door, in numbers: no address, no name.
#pragma once

#include <cstdint>

namespace dokaz::server {

struct ConnectionCounts {
  std::uint64_t members = 0;    // now
  std::uint64_t couriers = 0;   // now
  std::uint64_t strangers = 0;  // now: not let in yet
  // Since the server was started:
  std::uint64_t accepted = 0;
  std::uint64_t let_in = 0;
  std::uint64_t refused = 0;
  std::uint64_t pushed_out = 0;  // closed to make room
};

}  // namespace dokaz::server
