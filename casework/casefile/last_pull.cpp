// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/last_pull.hpp"

#include "casework/casefile/settings.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr std::int64_t day_seconds = 24 * 60 * 60;
constexpr std::string_view unknown = "What was taken back or refused since is not known here: run dokaz-case pull before anything is handed on.\n";

}  // namespace

Status keep_last_pull(CaseFile& file, std::int64_t now) {
  return put_setting(file.database(), Setting::last_pull, bytes_of(std::to_string(now)));
}

Result<std::optional<std::int64_t>> last_pull(CaseFile& file) {
  DOKAZ_LET(text, get_setting(file.database(), Setting::last_pull));
  if (!text) return std::optional<std::int64_t>();
  DOKAZ_LET(seconds, from_decimal(text_of(*text)));
  return std::optional(static_cast<std::int64_t>(seconds));
}

bool is_old_pull(const std::optional<std::int64_t>& pulled, std::int64_t now) {
  return !pulled || *pulled > now || now - *pulled > day_seconds;
}

std::string old_pull_text(const std::optional<std::int64_t>& pulled, std::int64_t now) {
  if (!is_old_pull(pulled, now)) return {};
  if (!pulled) return "THIS CASE FILE WAS NEVER PULLED to the end. " + std::string(unknown);
  const std::string at = format_time({*pulled, false}) + " by this machine's clock";
  if (*pulled > now) return "THE LAST PULL WAS AT " + at + ", which is later than now: one of the two times is wrong. " + std::string(unknown);
  const std::int64_t days = (now - *pulled) / day_seconds;
  return "THE LAST PULL WAS " + std::to_string(days) + (days == 1 ? " DAY AGO" : " DAYS AGO") + " (" + at + "). " + std::string(unknown);
}

}  // namespace dokaz
