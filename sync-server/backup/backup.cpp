// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/backup/backup.hpp"

#include <algorithm>

#include "crypto/encoding.hpp"
#include "crypto/files_steps.hpp"
#include "crypto/sealed_db_copy.hpp"
#include "sync-server/backup/copying.hpp"
#include "sync-server/backup/own_files.hpp"
#include "sync-server/backup/place.hpp"
#include "sync-server/log/log.hpp"
#include "sync-server/store/data_folder.hpp"

namespace dokaz::server {
namespace {

using namespace copying;

/// One run.
class Run {
 public:
  Run(DataFolder data, BackupFolder to, const BackupOptions& options, const CopyProgress& progress, const PublicKey& log)
      : data_(std::move(data)), to_(std::move(to)), options_(options), progress_(progress), manifest_{.log = log} {}

  Status make(Database& database, const Secret<32>& key, const std::optional<Manifest>& earlier, std::int64_t now) {
    const PublicKey& log = manifest_.log;
    DOKAZ_LET(disk, open_folder(to_.root));  // from here on, so that no failure to write back is missed
    manifest_.number = earlier ? earlier->number + 1 : 1;
    manifest_.made = now;
    // After a cut run there may be names whose bytes never reached the disk.
    std::error_code unclear;
    trust_present_ = !options_.read_again && !std::filesystem::exists(to_.unfinished(), unclear);
    DOKAZ_TRY(write_file_durably(to_.unfinished(), bytes_of(hex(log) + "\n")));
    own_ = to_.own(manifest_.number);
    DOKAZ_TRY(remove_tree(own_));
    const Status filled = fill(database, key, earlier);
    if (!filled) {
      (void)remove_tree(own_).has_value();  // a full disk gets its room back
      return filled;
    }
    DOKAZ_TRY(sync_file_system(disk));
    DOKAZ_TRY(write_file_durably(to_.manifest(), bytes_of(write_manifest(manifest_))));
    if (earlier) DOKAZ_TRY(remove_tree(to_.own(earlier->number)));
    return remove_file_durably(to_.unfinished());
  }

  BackupReport report() const {
    return {manifest_.number,       manifest_.log_size, manifest_.statements, manifest_.objects,
            manifest_.object_bytes, copied_,            copied_bytes_,        manifest_.missing, left_out_};
  }

 private:
  Status fill(Database& database, const Secret<32>& key, const std::optional<Manifest>& earlier) {
    DOKAZ_TRY(make_private_folder(own_));
    OwnFiles small(own_, options_.with_key, key_file_of(options_.key, data_.root));
    DOKAZ_TRY(small.copy_log_files(data_.log()));
    DOKAZ_LET(checkpoint, read_checkpoint(data_.log(), manifest_.log));
    DOKAZ_TRY(write_file_durably(own_ / "log" / "checkpoint", checkpoint.note.bytes()));
    DOKAZ_TRY(small.copy_settings(data_.root));
    left_out_ = small.left_out();
    manifest_.log_size = checkpoint.head.size;

    const Path key_file = key_file_of(options_.key, data_.root);
    if (options_.with_key) DOKAZ_TRY(copy_file(key_file, own_ / key_in_backup, std::nullopt, Links::follow));
    const Path copy = own_ / database_in_backup;
    DOKAZ_TRY(DatabaseCopy::make(database, copy, key, [this](auto done, auto total) { progress_("database", done, total); }));
    DOKAZ_LET(opened, Database::open(copy, key));
    DOKAZ_TRY(count_statements(opened));
    // Before anything that backups share is written: a folder that was put back, and has grown since, must neither push
    // out what only its backup still has nor mix its tiles with the others.
    if (earlier) DOKAZ_TRY(grows_out_of(to_, *earlier, data_.log(), checkpoint, opened, key));
    DOKAZ_TRY(copy_log(checkpoint));
    DOKAZ_TRY(copy_objects(opened));
    DOKAZ_TRY(small.seal_names(opened));
    { const Database closed = std::move(opened); }
    DOKAZ_LET(files, small.list());
    manifest_.files = std::move(files);
    return read_manifest(bytes_of(write_manifest(manifest_))) ? Status() : fail(Errc::internal, "the manifest");
  }

  Status count_statements(Database& copy) {
    auto row = copy.prepare("SELECT coalesce(max(leaf) + 1, 0) FROM statements");
    DOKAZ_TRY(row.step());
    manifest_.statements = static_cast<std::uint64_t>(row.integer(0));
    if (manifest_.statements < manifest_.log_size)
      return fail(Errc::damaged_store, "the database is older than the last signed checkpoint");
    return {};
  }

  /// A tile may have grown meanwhile, or given way to the full one; the hashes that this size needs stay in it.
  Status copy_part(const std::string& part, const std::string& full, std::size_t size) {
    const Path target = to_.log() / part;
    if (trust_present_) {
      const auto there = File::open(target, File::Access::read);
      const auto length = there ? there->size() : Result<std::uint64_t>(there.error());
      if (length && *length == size) return {};
    }
    auto bytes = read_file(data_.log() / part, size);
    if (!bytes && (bytes.code() == Errc::not_found || bytes.code() == Errc::too_large))
      bytes = read_file(data_.log() / full, most_in_tile);
    if (!bytes && bytes.code() == Errc::not_found) return fail(Errc::damaged_store, "a tile is missing");
    if (!bytes) return bytes.error();
    if (bytes->size() < size) return fail(Errc::damaged_store, "a tile has a wrong length");
    bytes->resize(size);
    DOKAZ_TRY(ensure_folder(target.parent_path()));
    const Path fresh = target.parent_path() / ".part-tile";
    std::error_code unclear;
    std::filesystem::remove(fresh, unclear);
    {
      DOKAZ_LET(file, File::open(fresh, File::Access::create_new));
      DOKAZ_TRY(file.append(*bytes));
    }
    return rename_path(fresh, target);
  }

  Status copy_log(const Checkpoint& checkpoint) {
    const std::uint64_t size = checkpoint.head.size;
    DOKAZ_TRY(ensure_folder(to_.log()));
    DOKAZ_TRY(copy_parts(
        size, [this](const auto& part, const auto& full, std::size_t bytes) { return copy_part(part, full, bytes); },
        [this](auto done, auto total) { progress_("log", done, total); }));
    // What was written leads to what was signed.
    const TileReader hashes(TileFolder(to_.log()), size);
    const auto edge = RightEdge::resume(size, hashes.reader());
    if (!edge || edge->root() != checkpoint.head.root)
      return fail(Errc::damaged_store, "the tiles do not lead to the last signed checkpoint");
    return {};
  }

  /// Whether the object is whole in the backup already.
  Result<bool> is_there(const Path& place, const ObjectId& object, std::uint64_t size) const {
    const auto file = File::open(place, File::Access::read);
    if (!file) return file.code() == Errc::not_found ? Result<bool>(false) : file.error();
    DOKAZ_LET(length, file->size());
    if (length != size) return false;
    if (trust_present_) return true;
    DOKAZ_LET(read, hash_of(place));
    return read.hash.raw() == object.raw();
  }

  Status copy_objects(Database& copy) {
    DOKAZ_TRY(ensure_folder(to_.objects()));
    std::uint64_t total = 0, done = 0;
    {
      auto sum = copy.prepare("SELECT coalesce(sum(size), 0) FROM (SELECT DISTINCT hash, size FROM objects WHERE kept = 1)");
      DOKAZ_TRY(sum.step());
      total = static_cast<std::uint64_t>(sum.integer(0));
    }
    auto rows = copy.prepare("SELECT DISTINCT hash, size FROM objects WHERE kept = 1 ORDER BY hash");
    for (;;) {
      DOKAZ_LET(there, rows.step());
      if (!there) return {};
      DOKAZ_LET(object, rows.id<ObjectId>(0));
      const auto size = static_cast<std::uint64_t>(rows.integer(1));
      DOKAZ_TRY(copy_object(object, size));
      progress_("objects", done += size, total);
    }
  }

  Status copy_object(const ObjectId& object, std::uint64_t size) {
    const std::string name = hex(object);
    const Path place = to_.objects() / name.substr(0, 2) / name;
    DOKAZ_LET(present, is_there(place, object, size));
    if (!present) {
      DOKAZ_TRY(ensure_folder(place.parent_path()));
      const auto copied = copy_file(data_.objects() / name.substr(0, 2) / name, place, Sha256(object.raw()));
      if (!copied && (copied.code() == Errc::hash_mismatch || copied.code() == Errc::not_found ||
                      copied.code() == Errc::damaged_store)) {
        ++manifest_.missing;
        return {};
      }
      DOKAZ_TRY(copied);
      ++copied_;
      copied_bytes_ += size;
    }
    ++manifest_.objects;
    manifest_.object_bytes += size;
    return {};
  }

  static constexpr std::size_t most_in_tile = tile_width * (2 + Leaf::size);
  DataFolder data_;
  BackupFolder to_;
  BackupOptions options_;
  const CopyProgress& progress_;
  Path own_;
  Manifest manifest_;
  bool trust_present_ = false;
  std::uint64_t copied_ = 0, copied_bytes_ = 0, left_out_ = 0;
};

}  // namespace

Result<BackupReport> make_backup(const Path& data, const Path& into, const BackupOptions& options, std::int64_t now,
                                 const CopyProgress& progress) {
  if (!lie_apart(into, data))
    return fail(Errc::usage, "the backup's folder and the server's must lie apart");
  const DataFolder folder{data};
  DOKAZ_LET(key, database_key(folder, options.key));
  DOKAZ_LET(database, open_database(folder, key));
  DOKAZ_LET(identity, load_identity(database));
  const PublicKey log = identity.log.public_key();
  const BackupFolder to{into};
  std::error_code unclear;
  if (std::filesystem::exists(into, unclear)) DOKAZ_TRY(look_into(to, log));  // before anything is made there
  DOKAZ_TRY(make_private_folder(into));
  DOKAZ_LET(lock, FolderLock::take(into));
  DOKAZ_LET(earlier, look_into(to, log));
  Run run(folder, to, options, progress, log);
  DOKAZ_TRY(run.make(database, key, earlier, now));
  return run.report();
}

}  // namespace dokaz::server
