// SPDX-License-Identifier: GPL-3.0-or-later
// What an operator asks of all cases, and sets for one.
#include <limits>

#include "crypto/encoding.hpp"
#include "sync-server/store/cases.hpp"

namespace dokaz::server {
namespace {

constexpr std::size_t shortest_prefix = 4, longest_prefix = 2 * Fingerprint::size;

}  // namespace

Status Cases::set_quota(const Fingerprint& of, std::uint64_t quota) {
  if (quota > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return fail(Errc::malformed, "quota");
  DOKAZ_TRY(database_->run("UPDATE cases SET quota = ? WHERE fingerprint = ?", quota, of));
  return database_->changes() == 1 ? Status() : Status(Errc::not_found);
}

Status Cases::set_access(const Fingerprint& of, Access access) {
  DOKAZ_TRY(database_->run("UPDATE cases SET access = ? WHERE fingerprint = ?", static_cast<std::int64_t>(access), of));
  return database_->changes() == 1 ? Status() : Status(Errc::not_found);
}

Result<std::vector<CaseFigures>> Cases::list() {
  std::vector<CaseFigures> out;
  auto rows = database_->prepare(
      "SELECT fingerprint, number,"
      " (SELECT count(*) FROM statements WHERE case_id = cases.id),"
      " (SELECT count(*) FROM forks WHERE case_id = cases.id) FROM cases ORDER BY id");
  for (;;) {
    DOKAZ_LET(there, rows.step());
    if (!there) return out;
    DOKAZ_LET(fingerprint, rows.id<Fingerprint>(0));
    DOKAZ_LET(found, find(fingerprint));
    DOKAZ_LET(members, membership(found));
    out.push_back({fingerprint, static_cast<std::uint64_t>(rows.integer(1)), members->size(),
                   static_cast<std::uint64_t>(rows.integer(2)), static_cast<std::uint64_t>(rows.integer(3)),
                   found.quota, found.used, found.access});
  }
}

Result<Fingerprint> Cases::find_by_prefix(std::string_view digits) {
  if (digits.size() < shortest_prefix || digits.size() > longest_prefix ||
      digits.find_first_not_of("0123456789abcdef") != digits.npos)
    return fail(Errc::usage, "a case is named by the first digits of its fingerprint, at least 4, as case list shows");
  std::optional<Fingerprint> found;
  auto rows = database_->prepare("SELECT fingerprint FROM cases");
  for (;;) {
    DOKAZ_LET(there, rows.step());
    if (!there) break;
    DOKAZ_LET(fingerprint, rows.id<Fingerprint>(0));
    if (!hex(fingerprint).starts_with(digits)) continue;
    if (found) return fail(Errc::usage, "more than one case starts like this: give more digits");
    found = fingerprint;
  }
  if (!found) return fail(Errc::not_found, "no case starts like this");
  return *found;
}

}  // namespace dokaz::server
