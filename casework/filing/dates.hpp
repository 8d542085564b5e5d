// SPDX-License-Identifier: GPL-3.0-or-later
// Days of the calendar, and when a time limit counted in months ends.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/result.hpp"

namespace dokaz::filing {

/// "2026-05-01": a real day of the years 1000 to 9999. Days compare as their texts do.
bool is_day(std::string_view text);

/// The day of the same number, so many months later; the month's last day where it has none of that number.
std::string months_later(const std::string& day, int months);
/// "Saturday"
std::string weekday_of(const std::string& day);
std::string day_of(std::int64_t unix_seconds);
/// From the first to the second; negative where the second is earlier.
std::int64_t days_between(const std::string& first, const std::string& second);

/// Until when an application can be sent after a decision. Nothing here is legal advice.
struct TimeLimit {
  std::string decision, last_day, weekday;
  int months = 4;
  bool free_day = false;  // a Saturday or Sunday, which extends nothing
};

/// Four months (Article 35 § 1 of the Convention as Protocol No. 15 has it), six for a final decision before
/// 1 February 2022. usage for what is no day.
Result<TimeLimit> time_limit(const std::string& decision);

/// What is said of it, `today` being a day.
std::string words_of(const TimeLimit& limit, const std::string& today);

}  // namespace dokaz::filing
