// SPDX-License-Identifier: GPL-3.0-or-later
// How far a roster's number may be above that of the one before: format.md section 7.
#pragma once

#include <cstdint>

#include "crypto/result.hpp"

namespace dokaz {

/// For whoever has the one before: who has the root for a moment does not use up the numbers.
inline constexpr std::uint64_t longest_roster_jump = 1000;

/// malformed where `next` is further above `before`. Whether it is higher at all is the caller's to judge.
inline Status check_jump(std::uint64_t before, std::uint64_t next) {
  if (next > before && next - before > longest_roster_jump)
    return fail(Errc::malformed, "a roster number far above the one before");
  return {};
}

}  // namespace dokaz
