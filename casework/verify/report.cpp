// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/verify/sheet.hpp"
#include "proto/format/time.hpp"

namespace dokaz {

std::string utc(std::uint64_t unix_time) {
  constexpr std::uint64_t end_of_9999 = 253402300799;
  if (unix_time > end_of_9999) return "an impossible time";
  return format_time({static_cast<std::int64_t>(unix_time), false});
}

Outcome Report::outcome() const {
  if (failure) return Outcome::failed;
  return limits.empty() ? Outcome::verified : Outcome::verified_with_limits;
}

int Report::exit_code() const {
  switch (outcome()) {
    case Outcome::verified: return exit_ok;
    case Outcome::verified_with_limits: return exit_verified_with_limits;
    case Outcome::failed: break;
  }
  return dokaz::exit_code(failure->error.code);
}

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::verified: return "verified";
    case Outcome::verified_with_limits: return "verified_with_limits";
    case Outcome::failed: break;
  }
  return "failed";
}

std::string_view words_of(Outcome outcome) {
  return outcome == Outcome::verified_with_limits ? "verified with limits" : name_of(outcome);
}

const std::vector<std::string>& not_proved() {
  static const std::vector<std::string> texts = {
      "that the scene is real, or that what was written about it is true: only that it was not changed since sealing",
      "when and where a picture was taken: what a camera or a person wrote is claimed",
      "who stands behind a pseudonym: the case keeps that elsewhere",
      "that there is nothing else: other items and later statements are not part of this exhibit",
  };
  return texts;
}

std::string render_text(const Report& report) { return render_text(sheet_of(report)); }

}  // namespace dokaz
