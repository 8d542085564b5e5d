// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/inspection.hpp"

#include <algorithm>

#include "sync-server/log/log.hpp"
#include "sync-server/store/brake.hpp"

namespace dokaz::server {

Result<Inspection> Inspection::open(const Path& root, const KeySource& source) {
  DataFolder folder{root};
  DOKAZ_LET(database, open_database(folder, source));
  DOKAZ_LET(identity, load_identity(database));
  DOKAZ_LET(card, card_of(identity));
  return Inspection(std::move(folder), std::move(database), std::move(card));
}

Status Inspection::may_write() const {
  return Brake::was_pulled(folder_.root) ? Status(Errc::writes_stopped) : Status();
}

Status Inspection::make_next_key() {
  DOKAZ_TRY(may_write());
  DOKAZ_TRY(make_next_tls(database_));
  return read_card();
}

Status Inspection::switch_key() {
  DOKAZ_TRY(may_write());
  DOKAZ_TRY(switch_tls(database_));
  return read_card();
}

Status Inspection::read_card() {
  DOKAZ_LET(identity, load_identity(database_));
  DOKAZ_LET(card, card_of(identity));
  card_ = card;
  return {};
}

Status Inspection::set_quota(const Fingerprint& of, std::uint64_t bytes) {
  DOKAZ_TRY(may_write());
  return Cases(database_).set_quota(of, bytes);
}

Status Inspection::set_access(const Fingerprint& of, Access access) {
  DOKAZ_TRY(may_write());
  return Cases(database_).set_access(of, access);
}

Status Inspection::grant(const Note& roster, std::optional<std::uint64_t> quota_bytes) {
  DOKAZ_TRY(may_write());
  return Cases(database_).grant(roster, card_.member, quota_bytes);
}

Result<CaseFigures> Inspection::figures_of(const Fingerprint& of) {
  DOKAZ_LET(all, cases());
  const auto found = std::ranges::find(all, of, &CaseFigures::fingerprint);
  return found == all.end() ? Result<CaseFigures>(Errc::not_found) : Result<CaseFigures>(*found);
}

Result<std::optional<Awaited>> Inspection::oldest_awaited() {
  auto row = database_.prepare(
      "SELECT leaf, bytes FROM statements WHERE id = (SELECT min(statement) FROM objects WHERE kept = 0)");
  DOKAZ_LET(there, row.step());
  if (!there) return std::optional<Awaited>();
  const auto statement = Statement::parse(row.blob(1));
  if (!statement) return fail(Errc::damaged_store, "a statement");
  return std::optional(Awaited{static_cast<std::uint64_t>(row.integer(0)), statement->fields().time.unix_seconds});
}

Result<Figures> Inspection::figures() {
  DOKAZ_LET(checkpoint, read_checkpoint(folder_.log(), card_.log));
  auto row = database_.prepare(
      "SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM statements), (SELECT count(*) FROM forks),"
      " (SELECT count(DISTINCT hash) FROM objects WHERE kept = 1),"
      " (SELECT count(DISTINCT hash) FROM objects WHERE kept = 0),"
      " (SELECT coalesce(sum(size), 0) FROM (SELECT DISTINCT hash, size FROM objects WHERE kept = 1)),"
      " (SELECT coalesce(sum(size), 0) FROM (SELECT DISTINCT case_id, hash, size FROM objects WHERE kept = 0))");
  DOKAZ_LET(there, row.step());
  if (!there) return Errc::internal;
  const auto count = [&](int column) { return static_cast<std::uint64_t>(row.integer(column)); };
  const auto lock = FolderLock::take(folder_.root);
  const bool contradicted = is_contradicted(folder_.root);
  const auto contradiction = read_contradiction(folder_.root);
  return Figures{count(0),
                 count(1),
                 checkpoint.head.size,
                 count(2),
                 count(3),
                 count(4),
                 count(5),
                 count(6),
                 !lock && lock.code() == Errc::busy,
                 contradicted || Brake::was_pulled(folder_.root),
                 contradicted ? std::optional(contradiction ? *contradiction : Contradiction()) : std::nullopt};
}

}  // namespace dokaz::server
