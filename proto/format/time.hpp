// SPDX-License-Identifier: GPL-3.0-or-later
// Claimed times: format.md section 3. Seconds since 1970 UTC inside, one text form outside.
#pragma once

#include <string>
#include <string_view>

#include "crypto/result.hpp"

namespace dokaz {

/// A point in time as some clock claimed it. Passed in, never read here.
struct ClaimedTime {
  std::int64_t unix_seconds = 0;
  bool day_only = false;  // coarsened: only the date is stated

  friend bool operator==(const ClaimedTime&, const ClaimedTime&) = default;
};

/// Years 1970 to 9999.
bool is_representable(const ClaimedTime& time);

/// "2026-05-01T10:12:00Z" or, coarsened, "2026-05-01". The time must be representable.
std::string format_time(const ClaimedTime& time);
/// malformed. A coarsened time is the first second of its day. There is no second 60.
Result<ClaimedTime> parse_time(std::string_view text);

}  // namespace dokaz
