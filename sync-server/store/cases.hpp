// SPDX-License-Identifier: GPL-3.0-or-later
// Cases and their members: rosters, admissions, quotas. docs/format.md section 7.
//
// Another process may grant while this one serves: every answer comes from the database; only the checked
// memberships are remembered, each for as long as roster and admissions stay the same.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "crypto/sealed_db.hpp"
#include "proto/dialogue/messages.hpp"

namespace dokaz::server {

inline constexpr std::uint64_t default_quota = 10ULL << 30;  // bytes
inline constexpr std::int64_t max_admissions = 512;  // of a case: what one answer to ListMembers holds

/// What the operator lets the members of a case do: docs/protocol.md section 6. The numbers are stored.
enum class Access : std::uint8_t { open = 0, reading = 1, none = 2 };

struct Case {
  std::int64_t row = 0;
  Fingerprint fingerprint;
  std::uint64_t quota = 0;
  std::uint64_t used = 0;
  Access access = Access::open;
};

/// What an operator is shown of one case.
struct CaseFigures {
  Fingerprint fingerprint;
  std::uint64_t roster_number = 0;
  std::uint64_t members = 0;  // of the roster, and those that tickets admitted; the server is one
  std::uint64_t statements = 0;
  std::uint64_t forks = 0;
  std::uint64_t quota = 0, used = 0;  // bytes
  Access access = Access::open;
};

/// Memberships that were checked, for all connections of one process. Any thread.
class KnownMembers {
 public:
  /// Nothing unless it is of this roster and this number of admissions.
  std::shared_ptr<const Membership> find(std::int64_t case_row, std::int64_t number, std::int64_t admissions) const;
  std::shared_ptr<const Membership> keep(std::int64_t case_row, std::int64_t number, std::int64_t admissions,
                                         Membership members);

 private:
  struct Known {
    std::int64_t number = 0;      // of the roster
    std::int64_t admissions = 0;  // how many
    std::shared_ptr<const Membership> members;
  };
  mutable std::mutex mutex_;
  std::map<std::int64_t, Known> known_;
};

class Cases {
 public:
  explicit Cases(Database& database, std::shared_ptr<KnownMembers> known = std::make_shared<KnownMembers>())
      : database_(&database), known_(std::move(known)) {}

  /// Custody::grant. `server` must be in the roster with role server: not_a_member. Without a quota a case that
  /// is known keeps its own, a new one has `default_quota`. What a suspended case may do stays as it is.
  Status grant(const Note& roster, const PublicKey& server, std::optional<std::uint64_t> quota);
  /// not_found; malformed beyond 2^63 - 1. A quota below what is in use takes nothing away.
  Status set_quota(const Fingerprint& of, std::uint64_t quota);
  /// not_found. A server that runs heeds it from its next answer on.
  Status set_access(const Fingerprint& of, Access access);
  /// All, in the order in which they were let in.
  Result<std::vector<CaseFigures>> list();
  /// The one case whose fingerprint begins with these 4 to 64 hexadecimal digits: usage, not_found.
  Result<Fingerprint> find_by_prefix(std::string_view digits);

  /// not_found.
  Result<Case> find(const Fingerprint& fingerprint);
  /// The same object as long as nothing has changed.
  Result<std::shared_ptr<const Membership>> membership(const Case& of);
  /// By a line of the roster for the member's first key, or for the ticket with which they came.
  Result<bool> is_revoked(const Case& in, const Membership& members, const PublicKey& member);
  /// Lets a ticket's holder in: refused, ticket_expired, ticket_used, key_revoked (the ticket was closed). Durable when it returns.
  Status admit(const Case& to, const PublicKey& member, const AdmissionNotes& notes, std::int64_t now);
  /// The newest roster as it came; empty unless its number is above `known`, which is not 0.
  Result<Bytes> roster_after(const Case& of, std::uint64_t known);
  /// grant, of a case that is let in and by one of its members: refused for another case's roster. The number of the
  /// newest roster afterwards.
  Result<std::uint64_t> put_roster(const Case& of, const PublicKey& server, ByteView roster);
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
  Result<Membership> check_all(const Case& of);

  Database* database_;
  std::shared_ptr<KnownMembers> known_;
};

}  // namespace dokaz::server
