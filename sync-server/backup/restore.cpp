// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/backup/restore.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/encoding.hpp"
#include "crypto/files_steps.hpp"
#include "sync-server/backup/copying.hpp"
#include "sync-server/backup/manifest.hpp"
#include "sync-server/backup/seen.hpp"
#include "sync-server/log/log.hpp"
#include "sync-server/store/data_folder.hpp"
#include "sync-server/store/ledger.hpp"

namespace dokaz::server {
namespace {

using namespace copying;

constexpr const char* draft_name = ".restoring";

/// Empty, or what a restore that was cut left: there is a draft and no database.
Status clear(const Path& data) {
  std::error_code failure;
  const bool cut = std::filesystem::is_directory(data / draft_name, failure) &&
                   !std::filesystem::exists(data / "store.db", failure);
  for (std::filesystem::directory_iterator at(data, failure), end; !failure && at != end; at.increment(failure)) {
    if (at->path().filename() == ".lock") continue;
    if (!cut) return fail(Errc::already_exists, "the folder is not empty");
    if (at->path().filename() != draft_name) DOKAZ_TRY(remove_tree(at->path()));
  }
  if (failure) return fail(Errc::io_error, "the folder");
  return remove_tree(data / draft_name);  // last: until then another run finds it
}

Error incomplete(const Error& error, const char* what) {
  return error.code == Errc::not_found ? fail(Errc::missing_part, what) : error;
}

class Run {
 public:
  Run(const Path& backup, const Path& data, Manifest manifest, const RestoreOptions& options, const AskWitnesses& ask,
      const CopyProgress& progress)
      : from_{backup}, manifest_(std::move(manifest)), data_(data), draft_{data / draft_name}, options_(options), ask_(ask), progress_(progress) {}

  Result<RestoreReport> make() {
    DOKAZ_TRY(make_private_folder(draft_.root));
    DOKAZ_LET(disk, open_folder(data_));  // from here on, so that no failure to write back is missed
    DOKAZ_TRY(copy_own());
    {
      DOKAZ_LET(database, open_database(draft_, options_.source));
      DOKAZ_LET(checkpoint, know(database));
      DOKAZ_TRY(compare(database, checkpoint));
      DOKAZ_TRY(copy_log(checkpoint));
      DOKAZ_TRY(copy_objects(database));
    }
    DOKAZ_TRY(judge());
    DOKAZ_TRY(sync_file_system(disk));
    DOKAZ_TRY(put_into_place());
    return std::move(report_);
  }

 private:
  Status copy_own() {
    const bool has_key = std::ranges::find(manifest_.files, key_in_backup, &OwnFile::path) != manifest_.files.end();
    if (!has_key && !options_.key && options_.source.file.empty())
      return fail(Errc::usage, "the backup does not hold the database's key: name the key's file with --key");
    for (const OwnFile& file : manifest_.files) {
      const Path to = draft_.root / (file.path == database_in_backup ? "store.db" : file.path);
      DOKAZ_TRY(ensure_folder(to.parent_path()));
      const auto copied = copy_file(from_.own(manifest_.number) / file.path, to, file.hash);
      if (!copied) return incomplete(copied.error(), "a file that the manifest names");
    }
    if (options_.key) {
      const auto copied = copy_file(*options_.key, draft_.key_file(), std::nullopt, Links::follow);
      if (!copied) return copied.code() == Errc::not_found ? fail(Errc::usage, "there is no such file: --key") : copied.error();
    }
    return {};
  }

  /// It is the server that the manifest names, and as far as it says.
  Result<Checkpoint> know(Database& database) {
    DOKAZ_LET(identity, load_identity(database));
    DOKAZ_LET(checkpoint, read_checkpoint(draft_.log(), identity.log.public_key()));
    Ledger ledger(database);
    DOKAZ_LET(statements, ledger.size());
    if (identity.log.public_key() != manifest_.log || checkpoint.head.size != manifest_.log_size ||
        statements != manifest_.statements)
      return fail(Errc::damaged_store, "the manifest is another backup's");
    DOKAZ_TRY(check_names(database));
    report_.log_size = checkpoint.head.size;
    report_.statements = statements;
    report_.missing = manifest_.missing;
    DOKAZ_LET(roots, roots_at(database, {statements}));
    newest_ = sign_checkpoint({statements, roots.at(statements)}, identity.log);
    return checkpoint;
  }

  /// Policy, authorities, readers and checkpoints are those of this very database, all of them and no other.
  Status check_names(Database& database) {
    std::uint64_t sealed = 0, named = 0;
    for (const OwnFile& file : manifest_.files) {
      if (!is_sealed(file)) continue;
      ++named;
      DOKAZ_LET(same, database.prepare("SELECT 1 FROM backup_files WHERE path = ? AND hash = ?").bind(file.path, file.hash).step());
      if (!same) return fail(Errc::damaged_store, "a file of the backup is not this backup's");
    }
    {
      auto count = database.prepare("SELECT count(*) FROM backup_files");
      DOKAZ_TRY(count.step());
      sealed = static_cast<std::uint64_t>(count.integer(0));
    }
    if (sealed != named) return fail(Errc::missing_part, "a file of the backup");
    return database.exec("DROP TABLE backup_files");
  }

  Status compare(Database& database, const Checkpoint& checkpoint) {
    DOKAZ_LET(policy, load_policy(draft_, manifest_.log));
    DOKAZ_LET(seen, compare_with_seen(database, {checkpoint, *newest_, policy, options_, ask_}));
    report_.compared = seen.compared;
    report_.silent = seen.silent;
    report_.doubts = seen.doubts;
    return {};
  }

  Status copy_part(const std::string& part, const std::string& full, std::size_t size) {
    // A later backup into the same folder may have left the full tile alone; the older part is never removed.
    auto bytes = read_file(from_.log() / part, most_in_tile);
    if (!bytes && bytes.code() == Errc::not_found) bytes = read_file(from_.log() / full, most_in_tile);
    if (!bytes) return incomplete(bytes.error(), "a tile of the log");
    if (bytes->size() < size) return fail(Errc::missing_part, "a tile of the log");
    bytes->resize(size);
    const Path target = draft_.log() / part;
    DOKAZ_TRY(ensure_folder(target.parent_path()));
    DOKAZ_LET(file, File::open(target, File::Access::create_new));
    return file.append(*bytes);
  }

  Status copy_log(const Checkpoint& checkpoint) {
    const std::uint64_t size = checkpoint.head.size;
    DOKAZ_TRY(copy_parts(
        size, [this](const auto& part, const auto& full, std::size_t bytes) { return copy_part(part, full, bytes); },
        [this](auto done, auto total) { progress_("log", done, total); }));
    return {};
  }

  Status copy_objects(Database& database) {
    DOKAZ_TRY(ensure_folder(draft_.objects()));
    std::uint64_t lost = 0;
    auto rows = database.prepare("SELECT DISTINCT hash, size FROM objects WHERE kept = 1 ORDER BY hash");
    for (;;) {
      DOKAZ_LET(there, rows.step());
      if (!there) break;
      DOKAZ_LET(object, rows.id<ObjectId>(0));
      const std::string name = hex(object);
      const Path below = Path(name.substr(0, 2)) / name;
      DOKAZ_TRY(ensure_folder((draft_.objects() / below).parent_path()));
      const auto copied = copy_file(from_.objects() / below, draft_.objects() / below, Sha256(object.raw()));
      if (!copied && (copied.code() == Errc::not_found || copied.code() == Errc::hash_mismatch) &&
          ++lost <= manifest_.missing)
        continue;
      if (!copied) return incomplete(copied.error(), "an object");
      ++report_.objects;
      progress_("objects", report_.object_bytes += copied->size, manifest_.object_bytes);
    }
    return {};
  }

  /// The auditor's word on the result. Only what the server itself had lost may be missing. An anchor that does not hold,
  /// or whose roots are not on this machine, is told: statements and objects do not rest on it.
  Status judge() {
    DOKAZ_LET(found, audit(draft_.root, [this](auto part, auto done, auto total) { progress_(part, done, total); },
                           options_.source));
    const std::uint64_t serious = found.faults - found.anchor_faults - found.object_faults;
    if (serious > 0 || found.object_faults > manifest_.missing) {
      const auto worst = std::ranges::find_if(found.findings, [&](const Finding& each) {
        return each.part != "anchors" && (serious == 0 || each.part != "objects");
      });
      return worst == found.findings.end() ? fail(Errc::damaged_store) : fail(Errc::damaged_store, worst->part + ": " + worst->what);
    }
    report_.findings = std::move(found.findings);
    return {};
  }

  /// The database last: a folder without it is no server's.
  Status put_into_place() {
    std::error_code failure;
    std::vector<Path> names;
    for (const auto& entry : std::filesystem::directory_iterator(draft_.root, failure)) names.push_back(entry.path().filename());
    if (failure) return fail(Errc::io_error, "the new folder");
    std::ranges::sort(names, {}, [](const Path& name) { return std::pair(name == "store.db", name); });
    for (const Path& name : names) {
      if (name == "store.db-wal" || name == "store.db-shm") return fail(Errc::internal, "the database is open");
      if (name == "store.db") DOKAZ_TRY(sync_folder(data_));
      if (!name.string().starts_with('.')) DOKAZ_TRY(rename_path(draft_.root / name, data_ / name));
    }
    DOKAZ_TRY(sync_folder(data_));
    return remove_tree(draft_.root);
  }

  static constexpr std::size_t most_in_tile = tile_width * (2 + Leaf::size);
  BackupFolder from_;
  Manifest manifest_;
  Path data_;
  DataFolder draft_;
  const RestoreOptions& options_;
  const AskWitnesses& ask_;
  const CopyProgress& progress_;
  std::optional<Checkpoint> newest_;
  RestoreReport report_;
};

}  // namespace

Result<RestoreReport> restore_backup(const Path& backup, const Path& data, const RestoreOptions& options,
                                     const AskWitnesses& ask, const CopyProgress& progress) {
  DOKAZ_LET(manifest, load_manifest({backup}));  // before anything is made
  DOKAZ_TRY(make_private_folder(data));
  DOKAZ_LET(lock, FolderLock::take(data));
  DOKAZ_TRY(clear(data));
  auto report = Run(backup, data, std::move(manifest), options, ask, progress).make();
  if (!report) (void)clear(data).has_value();
  return report;
}

}  // namespace dokaz::server
