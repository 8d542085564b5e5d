// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/room.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "collector/vault/schema.hpp"

namespace dokaz {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t spoiled_size = std::size_t{64} << 10;  // bytes of a database; more is useless without its key
constexpr const char* beside_database[] = {"", "-wal", "-shm", "-journal"};

Path database_of(const Path& room, const char* suffix = "") {
  return room / (std::string(vault_layout::database_file) + suffix);
}

Status fill_room(const Path& room, const Secret<32>& key) {
  DOKAZ_LET(database, Database::create(database_of(room), key));
  {
    DOKAZ_LET(transaction, database.begin());
    DOKAZ_TRY(database.exec(vault_layout::tables));
    DOKAZ_TRY(database.set_user_version(vault_layout::version));
    DOKAZ_TRY(transaction.commit());
  }
  return database.settle();
}

Status spoil(const Path& path) {
  auto file = File::open(path, File::Access::read_write);
  if (!file) return file.code() == Errc::not_found ? Status() : file.error();
  DOKAZ_LET(size, file->size());
  Bytes noise(static_cast<std::size_t>(std::min<std::uint64_t>(size, spoiled_size)));
  random_fill(noise);
  DOKAZ_TRY(file->write_at(noise, 0));
  return file->sync();
}

/// A new room's database has one size. Ignores the folder `new`.
bool looks_new(const Path& room, std::uintmax_t new_size) {
  std::error_code error;
  std::size_t entries = 0;
  for (fs::directory_iterator entry(room, error), end; !error && entry != end; entry.increment(error)) ++entries;
  return !error && entries == 3 && fs::is_empty(room / vault_layout::outbox_folder, error) && !error &&
         fs::file_size(database_of(room), error) == new_size && !error;
}

Status remove_all_but(const Path& room, const Path& kept) {
  std::error_code error;
  std::vector<Path> old;
  for (fs::directory_iterator entry(room, error), end; !error && entry != end; entry.increment(error))
    if (entry->path() != kept) old.push_back(entry->path());
  for (const Path& path : old)
    if (!error) fs::remove_all(path, error);
  return error ? Status(fail(Errc::io_error, "vault")) : Status();
}

/// The day the vault was made: nothing writes into its lock file.
void set_first_times(const Path& vault, const Path& room) {
  struct stat made {};
  if (::stat((vault / ".lock").c_str(), &made) != 0) return;
  const timespec times[] = {made.st_mtim, made.st_mtim};
  for (const Path& path : {database_of(room), room / vault_layout::outbox_folder, room})
    ::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW);
}

/// What becomes of a room that is as new already.
enum class Untouched { stays, goes };

/// Held while a room is made anew. A second clearing goes away; who needs the room waits.
class ClearingLock {
 public:
  static Result<ClearingLock> take(const Path& room, Untouched untouched) {
    File folder = File::adopt(::open(room.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (folder.descriptor() < 0) return fail(Errc::io_error, "vault");
    if (::flock(folder.descriptor(), untouched == Untouched::goes ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) return Errc::busy;
    return ClearingLock(std::move(folder));
  }

 private:
  explicit ClearingLock(File folder) : folder_(std::move(folder)) {}
  File folder_;
};

Status make_anew(const Path& vault, unsigned number, const Secret<32>& key, Untouched untouched) {
  const Path room = room_folder(vault, number), made = room / "new";
  DOKAZ_TRY(make_inner_folder(room));
  DOKAZ_LET(lock, ClearingLock::take(room, untouched));
  std::error_code error;
  fs::remove_all(made, error);
  DOKAZ_TRY(make_inner_folder(made));
  DOKAZ_TRY(fill_room(made, key));
  const std::uintmax_t new_size = fs::file_size(database_of(made), error);
  if (error) return fail(Errc::io_error, "vault");
  if (untouched == Untouched::goes || !looks_new(room, new_size)) {
    static_cast<void>(spoil_room(vault, number).has_value());  // its key is gone already
    DOKAZ_TRY(remove_all_but(room, made));
    DOKAZ_TRY(make_inner_folder(room / vault_layout::outbox_folder));
    fs::rename(database_of(made), database_of(room), error);
    if (error) return fail(Errc::io_error, "vault");
  }
  fs::remove_all(made, error);
  set_first_times(vault, room);
  DOKAZ_TRY(sync_folder(room));
  return sync_folder(vault);
}

}  // namespace

RoomKey RoomKey::copy() const {
  return {key.reveal([](std::span<const Byte, 32> bytes) { return Secret<32>::copy_of(bytes); }), room};
}

Path room_folder(const Path& vault, unsigned room) { return vault / ("room-" + std::to_string(room)); }

Status make_room(const Path& vault, const RoomKey& key) {
  const Path room = room_folder(vault, key.room);
  DOKAZ_TRY(make_inner_folder(room));
  DOKAZ_TRY(make_inner_folder(room / vault_layout::outbox_folder));
  return fill_room(room, key.key);
}

Status spoil_room(const Path& vault, unsigned room) {
  Status first;
  for (const char* suffix : beside_database) {
    const Status spoiled = spoil(database_of(room_folder(vault, room), suffix));
    if (first && !spoiled) first = spoiled;
  }
  return first;
}

Status clear_room(const Path& vault, unsigned room) {
  return make_anew(vault, room, Secret<32>::random(), Untouched::stays);
}

Status renew_room(const Path& vault, const RoomKey& key) { return make_anew(vault, key.room, key.key, Untouched::goes); }

}  // namespace dokaz
