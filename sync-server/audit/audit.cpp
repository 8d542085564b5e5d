// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/audit/audit.hpp"

#include <map>

#include "sync-server/audit/audit_parts.hpp"

namespace dokaz::server {
namespace {

using namespace auditing;

constexpr std::int64_t known_schema = 2;

Result<Secret<32>> read_key(const Path& path) {
  DOKAZ_LET(file, File::open(path, File::Access::read));
  DOKAZ_LET(size, file.size());
  if (size != Secret<32>::size) return fail(Errc::wrong_key, "the database key's file has a wrong length");
  Status read;
  auto key = Secret<32>::make([&](std::span<Byte, 32> bytes) { read = file.read_exactly_at(bytes, 0); });
  DOKAZ_TRY(read);
  return key;
}

Result<Database> open_database(const Path& folder) {
  DOKAZ_LET(key, read_key(folder / "db.key"));
  DOKAZ_LET(database, Database::open(folder / "store.db", key));
  DOKAZ_LET(version, database.user_version());
  if (version != known_schema) return Errc::unsupported_version;
  return database;
}

}  // namespace

Result<AuditReport> audit(const Path& folder, const AuditProgress& progress) {
  DOKAZ_LET(database, open_database(folder));
  Audit audit{folder, std::move(database), {}, progress};
  // First the pages: what cannot be authenticated is not worth comparing.
  if (const Status whole = audit.database.check(); !whole) {
    if (whole.code() != Errc::damaged_store) return whole.error();
    audit.find("database", "a page of the database is damaged");
  }
  StatementWalk statements(audit);
  DOKAZ_TRY(check_log(audit, [&](std::uint64_t index, const Leaf& leaf) { return statements.compare(index, leaf); }));
  DOKAZ_TRY(statements.finish());
  DOKAZ_TRY(check_objects(audit));
  return std::move(audit.report);
}

}  // namespace dokaz::server
