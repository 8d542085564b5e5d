// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/metadata/claimed_time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace dokaz::intake {
namespace {

constexpr std::int64_t minute = 60, hour = 3600, day = 86400;

/// Cuts what it knows off the front.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}
  bool skip_one_of(std::string_view letters) {
    if (rest_.empty() || letters.find(rest_[0]) == std::string_view::npos) return false;
    last_ = rest_[0];
    rest_.remove_prefix(1);
    return true;
  }
  char last() const { return last_; }
  /// A number of two or four digits in a range.
  std::optional<int> number(std::size_t size, int low, int high) {
    int value = 0;
    const std::string_view field = rest_.substr(0, size);
    if (field.size() < size || field.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    std::from_chars(field.data(), field.data() + size, value);
    if (value < low || value > high) return std::nullopt;
    rest_.remove_prefix(size);
    return value;
  }
  std::string digits() {
    const std::size_t end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    const std::string out(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return out;
  }

 private:
  std::string_view rest_;
  char last_ = '\0';
};

std::optional<int> offset(Reader& in) {
  in.skip_one_of(" ");
  if (in.skip_one_of("Z")) return 0;
  if (!in.skip_one_of("+-")) return std::nullopt;
  const int sign = in.last() == '-' ? -1 : 1;
  const auto hours = in.number(2, 0, 14);
  if (!hours) return std::nullopt;
  in.skip_one_of(":");
  const int minutes = *hours * 60 + in.number(2, 0, 59).value_or(0);
  return minutes <= 14 * 60 ? std::optional(sign * minutes) : std::nullopt;
}

std::int64_t floor_to(std::int64_t value, std::int64_t step) {
  return value >= 0 ? value / step : -((-value + step - 1) / step);
}

std::int64_t in_utc(const ClaimedTime& time) { return time.wall - time.offset.value_or(0) * minute; }

}  // namespace

std::optional<ClaimedTime> claimed_time(std::string_view text) {
  Reader in(text);
  const auto years = in.number(4, 1000, 9999);
  if (!years || !in.skip_one_of(":-")) return std::nullopt;
  const auto months = in.number(2, 1, 12);
  if (!months || !in.skip_one_of(":-")) return std::nullopt;
  const auto days = in.number(2, 1, 31);
  if (!days) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*years), std::chrono::month(static_cast<unsigned>(*months)),
                                         std::chrono::day(static_cast<unsigned>(*days))};
  if (!date.ok()) return std::nullopt;
  ClaimedTime out;
  out.wall = std::chrono::sys_days(date).time_since_epoch().count() * day;
  out.precision = day;
  if (!in.skip_one_of("T ")) return out;
  const auto hours = in.number(2, 0, 23);
  if (!hours || !in.skip_one_of(":")) return out;
  const auto minutes = in.number(2, 0, 59);
  if (!minutes) return out;
  out.wall += *hours * hour + *minutes * minute;
  out.precision = minute;
  if (in.skip_one_of(":")) {
    const auto seconds = in.number(2, 0, 59);
    if (!seconds) return out;
    out.wall += *seconds;
    out.precision = 1;
    if (in.skip_one_of(".")) out.fraction = in.digits().substr(0, 9);
  }
  out.offset = offset(in);
  return out;
}

std::string written(const ClaimedTime& time) {
  const std::int64_t days = floor_to(time.wall, day), rest = time.wall - days * day;
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  std::array<char, 48> out{};
  std::snprintf(out.data(), out.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  std::string text = out.data();
  if (time.precision == day) return text;
  std::snprintf(out.data(), out.size(), "T%02d:%02d", static_cast<int>(rest / hour), static_cast<int>(rest % hour / minute));
  text += out.data();
  if (time.precision == 1) {
    std::snprintf(out.data(), out.size(), ":%02d", static_cast<int>(rest % minute));
    text += out.data();
    if (!time.fraction.empty()) text += '.' + time.fraction;
  }
  if (!time.offset) return text;
  const int away = std::abs(*time.offset);
  std::snprintf(out.data(), out.size(), "%c%02d:%02d", *time.offset < 0 ? '-' : '+', away / 60, away % 60);
  return text + out.data();
}

bool same_moment(const ClaimedTime& a, const ClaimedTime& b, std::int64_t tolerance) {
  const std::int64_t precision = std::max(a.precision, b.precision);
  const bool by_utc = a.offset && b.offset && precision < day;
  const std::int64_t first = by_utc ? in_utc(a) : a.wall, second = by_utc ? in_utc(b) : b.wall;
  if (tolerance > 0) return std::abs(first - second) <= tolerance + precision - 1;
  return floor_to(first, precision) == floor_to(second, precision);
}

bool fits_utc(const ClaimedTime& claimed, const ClaimedTime& utc, std::int64_t tolerance) {
  const std::int64_t slack = tolerance + std::max(claimed.precision, utc.precision) - 1;
  if (claimed.offset) return std::abs(in_utc(claimed) - in_utc(utc)) <= slack;
  const std::int64_t ahead = claimed.wall - in_utc(utc);
  return ahead >= -12 * hour - slack && ahead <= 14 * hour + slack;
}

}  // namespace dokaz::intake
