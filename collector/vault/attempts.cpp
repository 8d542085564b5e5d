// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/stat.h>

#include "collector/vault/schema.hpp"
#include "collector/vault/vault.hpp"

namespace dokaz {
namespace {

Result<std::optional<Errc>> read_failure(std::int64_t number) {
  if (number == 0) return std::optional<Errc>();
  const auto code = errc_from_number(static_cast<int>(number));
  return code ? Result<std::optional<Errc>>(code) : fail(Errc::damaged_store, "an outcome of no name");
}

/// 0: nothing is there.
std::uint64_t inode_of(const Path& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 ? found.st_ino : 0;
}

std::int64_t number_of(const std::optional<Errc>& failure) { return failure ? exit_code(*failure) : 0; }

}  // namespace

Result<std::optional<Attempt>> Vault::read_attempt(const Query& row, int column) {
  if (row.is_null(column)) return std::optional<Attempt>();
  DOKAZ_LET(failure, read_failure(row.integer(column)));
  return std::optional(Attempt{failure});
}

Status Vault::keep_attempt(std::uint64_t number, const Attempt& attempt) {
  return database_.run("UPDATE statement SET tried = ? WHERE seq = ?", number_of(attempt.failure), number);
}

Status Vault::begin_run(std::int64_t now) {
  DOKAZ_LET(newest, head());
  return database_.run(
      "INSERT OR REPLACE INTO sync_run (only_one, begun, ended, reached, failure, server_ahead, clock_off) "
      "VALUES (1, ?, NULL, ?, 0, 0, NULL)",
      now, newest.number());
}

Status Vault::end_run(const SyncRun& run) {
  return database_.run("UPDATE sync_run SET ended = ?, failure = ?, server_ahead = ?, clock_off = ?", run.ended,
                       number_of(run.failure), run.server_ahead, run.clock_off);
}

Result<std::optional<SyncRun>> Vault::newest_run() {
  Query query = database_.prepare("SELECT begun, ended, reached, failure, server_ahead, clock_off FROM sync_run");
  DOKAZ_LET(found, query.step());
  if (!found) return std::optional<SyncRun>();
  DOKAZ_LET(failure, read_failure(query.integer(3)));
  SyncRun run;
  run.begun = query.integer(0);
  if (!query.is_null(1)) run.ended = query.integer(1);
  run.reached = static_cast<std::uint64_t>(query.integer(2));
  run.failure = failure;
  run.server_ahead = static_cast<std::uint64_t>(query.integer(4));
  if (!query.is_null(5)) run.clock_off = query.integer(5);
  return std::optional(run);
}

Result<FolderLock> Vault::take_sync_turn() const { return FolderLock::take_turn(folder_); }

void Vault::let_go() {
  file_when_let_go_ = inode_of(room_ / vault_layout::database_file);
  lock_.reset();
}

Status Vault::take_lock() {
  if (lock_) return {};
  DOKAZ_LET(lock, FolderLock::take(folder_));
  if (inode_of(room_ / vault_layout::database_file) != file_when_let_go_) return Errc::not_joined;
  lock_ = std::move(lock);
  return read_epochs();
}

Status Vault::together(const std::function<Status()>& work) {
  if (database_.in_transaction()) return work();
  DOKAZ_LET(transaction, database_.begin());
  const Status worked = work();
  DOKAZ_TRY(transaction.commit());
  return worked;
}

Result<KeptRoute> Vault::route() {
  Query query = database_.prepare("SELECT proxy, proxy_only, by_case FROM route");
  DOKAZ_LET(found, query.step());
  if (!found) return KeptRoute();
  KeptRoute route;
  if (!query.is_null(0)) route.proxy = query.text(0);
  route.proxy_only = query.integer(1) != 0;
  route.by_case = query.integer(2) != 0;
  return route;
}

Status Vault::keep_route(const KeptRoute& route) {
  return together([&]() -> Status {
    DOKAZ_TRY(database_.run("INSERT OR IGNORE INTO route (only_one, proxy, proxy_only, by_case) VALUES (1, NULL, 0, 0)"));
    return database_.run("UPDATE route SET proxy = ?, proxy_only = ?", route.proxy, route.proxy_only ? 1 : 0);
  });
}

bool Vault::sync_under_way() const {
  const auto turn = take_sync_turn();
  return !turn && turn.code() == Errc::busy;
}

}  // namespace dokaz
