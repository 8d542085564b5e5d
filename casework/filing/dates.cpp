// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/filing/dates.hpp"

#include <fmt/format.h>

#include <chrono>

namespace dokaz::filing {
namespace {

using std::chrono::year_month_day;

constexpr const char* weekdays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::string_view four_months_since = "2022-02-01";

std::optional<year_month_day> parsed(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  int parts[3] = {};
  constexpr std::size_t starts[3] = {0, 5, 8}, lengths[3] = {4, 2, 2};
  for (int i = 0; i < 3; ++i)
    for (const char c : text.substr(starts[i], lengths[i])) {
      if (c < '0' || c > '9') return std::nullopt;
      parts[i] = parts[i] * 10 + (c - '0');
    }
  const year_month_day day{std::chrono::year(parts[0]), std::chrono::month(static_cast<unsigned>(parts[1])),
                           std::chrono::day(static_cast<unsigned>(parts[2]))};
  return day.ok() && parts[0] >= 1000 ? std::optional(day) : std::nullopt;
}

std::string text_of(const year_month_day& day) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

year_month_day must_parse(std::string_view text) {
  const auto day = parsed(text);
  DOKAZ_CHECK(day.has_value());
  return *day;
}

}  // namespace

bool is_day(std::string_view text) { return parsed(text).has_value(); }

std::string months_later(const std::string& day, int months) {
  year_month_day later = must_parse(day) + std::chrono::months(months);
  if (!later.ok()) later = later.year() / later.month() / std::chrono::last;
  return text_of(later);
}

std::string weekday_of(const std::string& day) {
  return weekdays[std::chrono::weekday(std::chrono::sys_days(must_parse(day))).c_encoding()];
}

std::string day_of(std::int64_t unix_seconds) {
  return text_of(year_month_day(std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(unix_seconds)))));
}

std::int64_t days_between(const std::string& first, const std::string& second) {
  return (std::chrono::sys_days(must_parse(second)) - std::chrono::sys_days(must_parse(first))).count();
}

Result<TimeLimit> time_limit(const std::string& decision) {
  if (!is_day(decision) || decision > "9990") return fail(Errc::usage, "--decision takes a day, YYYY-MM-DD");
  TimeLimit limit;
  limit.decision = decision;
  limit.months = decision < four_months_since ? 6 : 4;
  limit.last_day = months_later(decision, limit.months);
  limit.weekday = weekday_of(limit.last_day);
  limit.free_day = limit.weekday == "Saturday" || limit.weekday == "Sunday";
  return limit;
}

std::string words_of(const TimeLimit& limit, const std::string& today) {
  const std::int64_t left = days_between(today, limit.last_day);
  std::string text = fmt::format("Final decision:  {}\nLast day:        {} ({})\n", limit.decision, limit.last_day, limit.weekday);
  text += left < 0 ? fmt::format("                 {} days ago\n", -left) : fmt::format("                 in {} days\n", left);
  text += fmt::format(
      "\nVerify this with counsel. It counts {} months from the day after the final domestic decision, or after the\n"
      "applicant or the lawyer learned of it with its reasons; which day that is, is a question of law.\n",
      limit.months);
  if (limit.months == 6) text += "A final decision before 1 February 2022 has six months (Protocol No. 15, Article 8 § 3).\n";
  if (limit.free_day) text += fmt::format("That day is a {}. Weekends and holidays extend nothing: send it before.\n", limit.weekday);
  else text += "Weekends and holidays, also local ones, extend nothing.\n";
  return text +
         "What counts is the postmark of the complete form with its documents. A form that is not complete stops nothing:\n"
         "send it early enough to mend it.\n";
}

}  // namespace dokaz::filing
