// SPDX-License-Identifier: GPL-3.0-or-later
// Cases and their members: rosters, admissions, quotas. docs/format.md section 7.
//
// Another process may grant while this one serves: every answer comes from the database; only the checked
// membership is remembered, for as long as roster and admissions stay the same.
#pragma once

#include <map>

#include "crypto/sealed_db.hpp"
#include "proto/dialogue/messages.hpp"

namespace dokaz::server {

inline constexpr std::int64_t max_admissions = 512;  // of a case: what one answer to ListMembers holds

struct Case {
  std::int64_t row = 0;
  Fingerprint fingerprint;
  std::uint64_t quota = 0;
  std::uint64_t used = 0;
};

class Cases {
 public:
  explicit Cases(Database& database) : database_(&database) {}

  /// Custody::grant. `server` must be in the roster with role server: not_a_member.
  Status grant(const Note& roster, const PublicKey& server, std::uint64_t quota);

  /// not_found.
  Result<Case> find(const Fingerprint& fingerprint);
  /// Valid until the next call on this object.
  Result<const Membership*> membership(const Case& of);
  /// Lets a ticket's holder in: refused, ticket_expired, ticket_used. Durable when it returns.
  Status admit(const Case& to, const PublicKey& member, const AdmissionNotes& notes, std::int64_t now);
  /// Roster and admissions as they came.
  Result<Members> notes(const Case& of);

  /// Adds to the bytes in use: quota_exceeded. Inside the caller's transaction.
  Status reserve(const Case& in, std::uint64_t bytes);
  /// The same for a statement with objects whose bytes are still to come, of a member from whom `awaited`
  /// others are: quota_exceeded also if all those would be more than half of what is left without them.
  Status reserve_for(const Case& in, std::uint64_t statement, std::uint64_t objects, std::uint64_t awaited);
  /// The same, whatever the quota.
  Status add(const Case& in, std::uint64_t bytes);

 private:
  struct Known {
    std::int64_t number = 0;      // of the roster
    std::int64_t admissions = 0;  // how many
    Membership members;
  };
  Result<Membership> check_all(const Case& of);

  Database* database_;
  std::map<std::int64_t, Known> known_;
};

}  // namespace dokaz::server
