// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/time.hpp"

#include <array>
#include <chrono>

#include "crypto/check.hpp"

namespace dokaz {
namespace {

using namespace std::chrono;

constexpr sys_seconds first = sys_days(year(1970) / January / 1);
constexpr sys_seconds end = sys_days(year(9999) / December / 31) + days(1);

void put(std::string& to, unsigned value, int width) {
  std::array<char, 4> digits{};
  for (int i = width - 1; i >= 0; --i, value /= 10) digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
  to.append(digits.data(), static_cast<std::size_t>(width));
}

/// The digits at the places of '0' in `form`; everything else must be as in `form`.
bool matches(std::string_view text, std::string_view form) {
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) return false;
  return true;
}

int number(std::string_view digits) {
  int out = 0;
  for (char c : digits) out = out * 10 + (c - '0');
  return out;
}

}  // namespace

bool is_representable(const ClaimedTime& time) {
  return time.unix_seconds >= first.time_since_epoch().count() && time.unix_seconds < end.time_since_epoch().count();
}

std::string format_time(const ClaimedTime& time) {
  DOKAZ_CHECK(is_representable(time));
  const sys_seconds at{seconds(time.unix_seconds)};
  const sys_days day = floor<days>(at);
  const year_month_day date(day);
  std::string out;
  put(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  out += '-';
  put(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  put(out, static_cast<unsigned>(date.day()), 2);
  if (time.day_only) return out;
  const hh_mm_ss clock(at - day);
  out += 'T';
  put(out, static_cast<unsigned>(clock.hours().count()), 2);
  out += ':';
  put(out, static_cast<unsigned>(clock.minutes().count()), 2);
  out += ':';
  put(out, static_cast<unsigned>(clock.seconds().count()), 2);
  out += 'Z';
  return out;
}

Result<ClaimedTime> parse_time(std::string_view text) {
  const bool day_only = matches(text, "0000-00-00");
  if (!day_only && !matches(text, "0000-00-00T00:00:00Z")) return fail(Errc::malformed, "time");
  const year_month_day date(year(number(text.substr(0, 4))), month(static_cast<unsigned>(number(text.substr(5, 2)))),
                            day(static_cast<unsigned>(number(text.substr(8, 2)))));
  if (!date.ok()) return fail(Errc::malformed, "date");
  sys_seconds at = sys_days(date);
  if (!day_only) {
    const int h = number(text.substr(11, 2)), m = number(text.substr(14, 2)), s = number(text.substr(17, 2));
    if (h > 23 || m > 59 || s > 59) return fail(Errc::malformed, "time");
    at += hours(h) + minutes(m) + seconds(s);
  }
  const ClaimedTime out{at.time_since_epoch().count(), day_only};
  if (!is_representable(out)) return fail(Errc::malformed, "year");
  return out;
}

}  // namespace dokaz
