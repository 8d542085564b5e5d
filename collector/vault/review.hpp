// SPDX-License-Identifier: GPL-3.0-or-later
// The window in which a documenter may look at what they sealed: a key that opens the team's objects of the items sealed
// in it, kept in the vault and erased when its time is over.
#pragma once

#include "crypto/age/keys.hpp"

namespace dokaz {

inline constexpr std::int64_t longest_review = std::int64_t{7} * 24 * 3600;  // seconds

struct ReviewWindow {
  std::int64_t number = 0;
  std::string recipient;   // one more of each team object that is sealed in it
  std::int64_t until = 0;  // Unix time, by the newest time that the vault has seen
};

}  // namespace dokaz
