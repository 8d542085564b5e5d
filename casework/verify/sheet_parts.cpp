// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/verify/sheet_parts.hpp"

#include <algorithm>

namespace dokaz::sheets {
namespace {

std::string utc_of(std::int64_t seconds) { return utc(static_cast<std::uint64_t>(std::max<std::int64_t>(seconds, 0))); }

}  // namespace

std::string joined(const std::vector<std::string>& all) {
  std::string out;
  for (const std::string& one : all) out += (out.empty() ? "" : ", ") + one;
  return out;
}

std::string line_of(const Report::Person& person) {
  const std::string key = person.epoch == 0 ? "" : "; key " + std::to_string(person.epoch) + " after the first, by key-rotates in the log";
  return person.pseudonym + " (" + person.role + "), by " + person.authority + key;
}

std::string line_of(const Report::Stamp& one) {
  const std::string said = one.authority + " (policy " + one.policy + ") over the log at " + std::to_string(one.size);
  if (!one.confirmed) return "not confirmed, its root was not given: " + utc_of(one.not_after) + " by " + said;
  return "not after " + utc_of(one.not_after) + ", by the time authority " + said + "; revocation " +
         (one.not_revoked ? "shown not to have happened" : "not shown");
}

std::string proved(const std::optional<std::int64_t>& time) { return time ? utc_of(*time) : "-"; }

std::string state_of(const Report& item) { return item.chain->stored_by.empty() ? "logged" : "stored by " + item.chain->stored_by; }

}  // namespace dokaz::sheets
