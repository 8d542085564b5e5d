// SPDX-License-Identifier: GPL-3.0-or-later
// The newest roster of each case: that its root signed it, and from which place in the log on it revokes whom.
#include <algorithm>

#include "proto/format/case.hpp"
#include "sync-server/audit/audit_parts.hpp"

namespace dokaz::server::auditing {
namespace {

/// Whoever came by a ticket that has a line is revoked from its place on, too.
Status add_by_ticket(Audit& audit, std::int64_t of_case, RevokedMembers& revoked) {
  auto rows = audit.database.prepare("SELECT ticket_key, member FROM admissions WHERE case_id = ?");
  rows.bind(of_case);
  for (;;) {
    DOKAZ_LET(there, rows.step());
    if (!there) return {};
    const auto line = revoked.find({of_case, rows.blob(0)});
    if (line == revoked.end()) continue;
    const std::uint64_t since = line->second;
    const auto own = revoked.try_emplace({of_case, rows.blob(1)}, since).first;
    own->second = std::min(own->second, since);
  }
}

}  // namespace

Result<RevokedMembers> check_rosters(Audit& audit) {
  RevokedMembers out;
  auto rows = audit.database.prepare("SELECT id, fingerprint, roster, number FROM cases ORDER BY id");
  for (;;) {
    DOKAZ_LET(there, rows.step());
    if (!there) return out;
    const std::int64_t of_case = rows.integer(0);
    DOKAZ_LET(fingerprint, rows.id<Fingerprint>(1));
    const auto note = Note::parse(rows.blob(2));
    const auto roster = note ? CaseRoot(fingerprint).check_roster(*note) : Result<Verified<Roster>>(note.error());
    if (!roster || (*roster)->number != static_cast<std::uint64_t>(rows.integer(3))) {
      audit.find("database", "the roster of case number {} is not what its root signed", of_case);
      continue;
    }
    for (const Revoked& one : (*roster)->revoked) out.emplace(std::pair(of_case, to_bytes(one.key.view())), one.since);
    DOKAZ_TRY(add_by_ticket(audit, of_case, out));
  }
}

}  // namespace dokaz::server::auditing
