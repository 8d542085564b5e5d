// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/backup/place.hpp"

#include <algorithm>

#include "crypto/encoding.hpp"
#include "sync-server/log/log.hpp"
#include "sync-server/store/ledger.hpp"

namespace dokaz::server {
namespace {

constexpr std::size_t leaves_at_once = 4096;

Path settled(const Path& path) {
  std::error_code unclear;
  Path whole = std::filesystem::weakly_canonical(path, unclear);
  if (unclear) whole = std::filesystem::absolute(path, unclear);
  return whole.has_filename() ? whole : whole.parent_path();
}

bool lies_in(const Path& inner, const Path& outer) {
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

/// Nothing but what a run that was cut at its very beginning leaves.
bool is_unused(const Path& folder) {
  std::error_code unclear;
  for (const auto& entry : std::filesystem::directory_iterator(folder, unclear))
    if (entry.path().filename() != ".lock") return false;
  return !unclear;
}

}  // namespace

bool lie_apart(const Path& one, const Path& other) {
  return !lies_in(settled(one), settled(other)) && !lies_in(settled(other), settled(one));
}

Result<std::optional<Manifest>> look_into(const BackupFolder& to, const PublicKey& log) {
  auto earlier = load_manifest(to);
  if (earlier) {
    if (earlier->log != log) return fail(Errc::already_exists, "the folder holds another server's backup");
    return std::optional(std::move(*earlier));
  }
  if (earlier.code() != Errc::not_found) return std::move(earlier).error();
  const auto begun = read_file(to.unfinished(), 128);
  if (begun && *begun == to_bytes(bytes_of(hex(log) + "\n"))) return std::optional<Manifest>();
  if (begun) return fail(Errc::already_exists, "the folder holds another server's backup");
  if (!is_unused(to.root)) return fail(Errc::already_exists, "the folder holds something else than a backup");
  return std::optional<Manifest>();
}

Status grows_out_of(const BackupFolder& to, const Manifest& earlier, const Path& log, const Checkpoint& now,
                    Database& database, const Secret<32>& key) {
  const auto other = [] { return fail(Errc::bad_consistency, "the backup that is there is of another history than this folder"); };
  DOKAZ_LET(then, read_checkpoint(to.own(earlier.number) / "log", earlier.log));
  Ledger ledger(database);
  DOKAZ_LET(statements, ledger.size());
  if (now.head.size < then.head.size || statements < earlier.statements)
    return fail(Errc::server_rolled_back, "the backup that is there is newer than this folder");
  const Status same = LogView(TileFolder(log), now).check(then.head);
  if (!same) return same.code() == Errc::bad_consistency ? Status(other()) : same;
  // What it has beyond its checkpoint is acknowledged as well.
  DOKAZ_LET(older, Database::open(to.own(earlier.number) / database_in_backup, key));
  Ledger older_ledger(older);
  for (std::uint64_t at = then.head.size; at < earlier.statements;) {
    const std::uint64_t count = std::min<std::uint64_t>(leaves_at_once, earlier.statements - at);
    DOKAZ_LET(had, older_ledger.leaves(at, count));
    DOKAZ_LET(has, ledger.leaves(at, count));
    if (had != has || had.empty()) return other();
    at += had.size();
  }
  return {};
}

}  // namespace dokaz::server
