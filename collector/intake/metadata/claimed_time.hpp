// SPDX-License-Identifier: GPL-3.0-or-later
// Times as devices write them: of some precision, with an offset or without.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dokaz::intake {

struct ClaimedTime {
  std::int64_t wall = 0;       ///< what the clock on the wall showed, in seconds since 1970 as if it showed UTC
  std::int64_t precision = 1;  ///< seconds: 1, 60, or 86400 for a day alone
  std::string fraction;        ///< 0 to 9 digits
  std::optional<int> offset;   ///< minutes east of UTC
};

/// "2008:10:22 16:28:39", "2008-10-22T16:28[:39[.5]][+02:00]", "2008-10-22"; offsets also as "+0200",
/// "+02" and "Z". What follows is passed over. Nothing for a day that the calendar does not have.
std::optional<ClaimedTime> claimed_time(std::string_view text);

/// As format.md section 4 writes a time.
std::string written(const ClaimedTime& time);

/// Whether both can be the same moment: to the coarser of their precisions, give or take `tolerance` seconds.
/// Without an offset on both sides the clocks on the wall are compared.
bool same_moment(const ClaimedTime& a, const ClaimedTime& b, std::int64_t tolerance = 0);

/// Whether `claimed` can be the moment of a clock in UTC, give or take `tolerance` seconds: where it states no
/// offset, under some offset that exists.
bool fits_utc(const ClaimedTime& claimed, const ClaimedTime& utc, std::int64_t tolerance);

}  // namespace dokaz::intake
