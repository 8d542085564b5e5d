// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/audit/audit.hpp"

#include <map>

#include "sync-server/audit/audit_parts.hpp"

namespace dokaz::server {
namespace {

using namespace auditing;

constexpr std::int64_t known_schema = 3;

Result<Database> open_database(const Path& folder, const KeySource& source) {
  DOKAZ_LET(key, read_database_key(source, folder));
  DOKAZ_LET(database, Database::open(folder / "store.db", key));
  DOKAZ_LET(version, database.user_version());
  if (version != known_schema) return Errc::unsupported_version;
  return database;
}

}  // namespace

Result<AuditReport> audit(const Path& folder, const AuditProgress& progress, const KeySource& source) {
  DOKAZ_LET(database, open_database(folder, source));
  Audit audit{folder, std::move(database), {}, progress};
  // First the pages: what cannot be authenticated is not worth comparing.
  if (const Status whole = audit.database.check(); !whole) {
    if (whole.code() != Errc::damaged_store) return whole.error();
    audit.find("database", "a page of the database is damaged");
  }
  DOKAZ_LET(revoked, check_rosters(audit));
  StatementWalk statements(audit, std::move(revoked));
  DOKAZ_TRY(check_log(audit, [&](std::uint64_t index, const Leaf& leaf) { return statements.compare(index, leaf); }));
  DOKAZ_TRY(statements.finish());
  DOKAZ_TRY(check_objects(audit));
  return std::move(audit.report);
}

}  // namespace dokaz::server
