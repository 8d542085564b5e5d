// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/room.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/vault/first_times.hpp"
#include "collector/vault/noise.hpp"
#include "collector/vault/removal.hpp"
#include "collector/vault/reserve.hpp"
#include "collector/vault/schema.hpp"

namespace dokaz {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t spoiled_size = std::uint64_t{64} << 10;  // bytes of a database; more is useless without its key
constexpr std::int64_t page_size = 4096;
constexpr const char* beside_database[] = {"", "-wal", "-shm", "-journal"};

Path database_of(const Path& room, const char* suffix = "") {
  return room / (std::string(vault_layout::database_file) + suffix);
}

Status fill_room(const Path& room, const Secret<32>& key, const Secret<32>& other) {
  DOKAZ_LET(database, Database::create(database_of(room), key));
  {
    DOKAZ_LET(transaction, database.begin());
    DOKAZ_TRY(database.exec(vault_layout::tables));
    DOKAZ_TRY(database.set_user_version(vault_layout::version));
    std::int64_t pages = 0;
    {
      Query count = database.prepare("PRAGMA page_count");
      DOKAZ_TRY(count.step());
      pages = count.integer(0);
    }
    DOKAZ_TRY(other.reveal([&](ByteView bytes) {
      return database.run("INSERT INTO other_room VALUES (1, ?, ?)", bytes, pages * page_size);
    }));
    DOKAZ_TRY(transaction.commit());
  }
  return database.settle();
}

bool is_of_database(const Path& path) { return path.filename().string().starts_with(vault_layout::database_file); }

/// The database and what lies beside it, or all else. Again where a command that runs in this room put something there
/// meanwhile.
Status take_out(const Path& room, bool database, const std::function<void()>& breath) {
  Status done;
  for (int attempt = 0; attempt < 3; ++attempt) {
    std::error_code error;
    Removal removal;
    for (fs::directory_iterator entry(room, error), end; !error && entry != end; entry.increment(error))
      if (is_of_database(entry->path()) == database) removal.add(entry->path());
    done = error ? Status(fail(Errc::io_error, "vault")) : removal.run_between(breath);
    if (done) break;
  }
  return done;
}

/// What to do where another process makes the room anew.
enum class Meeting { go_away, wait };

class ClearingLock {
 public:
  static Result<ClearingLock> take(const Path& room, Meeting meeting) {
    File folder = File::adopt(::open(room.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (folder.descriptor() < 0) return fail(Errc::io_error, "vault");
    const int how = meeting == Meeting::wait ? LOCK_EX : LOCK_EX | LOCK_NB;
    if (::flock(folder.descriptor(), how) != 0) return Errc::busy;
    return ClearingLock(std::move(folder));
  }

 private:
  explicit ClearingLock(File folder) : folder_(std::move(folder)) {}
  File folder_;
};

/// A panic removed the vault, or is about to. Where the disk does not say whether it did, it did not.
bool is_destroyed(const Path& vault) {
  std::error_code error;
  return fs::symlink_status(vault / vault_layout::key_file, error).type() == fs::file_type::not_found;
}

/// What was made while a panic removed the vault goes again, as far as the panic has not taken it.
Status undo(const Path& vault, const Path& room) {
  Removal removal;
  removal.add(room);
  removal.add(vault / vault_layout::reserve_file);
  static_cast<void>(removal.run(1).has_value());
  ::rmdir(vault.c_str());
  return Errc::not_joined;
}

/// Hold its lock.
Status make_anew(const Path& vault, const RoomKey& key, const std::function<void()>& breath) {
  const Path room = room_folder(vault, key.room);
  static_cast<void>(spoil_room(vault, key.room).has_value());  // its key is gone already
  const Status emptied = take_out(room, false, breath);
  if (is_destroyed(vault)) return Errc::not_joined;  // while this one rested
  // Last, and at once: a room without a database would say more than one with an object.
  const Status fresh = take_out(room, true, [] {});
  DOKAZ_TRY(make_inner_folder(room / vault_layout::outbox_folder));
  DOKAZ_TRY(fill_room(room, key.key, Secret<32>::random()));
  DOKAZ_TRY(emptied);
  DOKAZ_TRY(fresh);
  make_reserve_if_roomy(vault);
  set_first_times(vault, key.room);
  DOKAZ_TRY(sync_folder(room));
  return sync_folder(vault);
}

}  // namespace

RoomKey RoomKey::copy() const {
  return {key.reveal([](std::span<const Byte, 32> bytes) { return Secret<32>::copy_of(bytes); }), room};
}

Path room_folder(const Path& vault, unsigned room) { return vault / ("room-" + std::to_string(room)); }

Result<OtherRoom> read_other_room(const Path& vault, const RoomKey& open) {
  DOKAZ_LET(database, Database::open(database_of(room_folder(vault, open.room)), open.key));
  Query query = database.prepare("SELECT key, new_size FROM other_room");
  DOKAZ_LET(found, query.step());
  if (!found) return fail(Errc::damaged_store, "other room");
  DOKAZ_LET(key, query.secret<32>(0));
  return OtherRoom{{std::move(key), other_room(open.room)}, static_cast<std::uintmax_t>(query.integer(1))};
}

Status make_room(const Path& vault, const RoomKey& key, const Secret<32>& other) {
  const Path room = room_folder(vault, key.room);
  DOKAZ_TRY(make_inner_folder(room));
  DOKAZ_TRY(make_inner_folder(room / vault_layout::outbox_folder));
  return fill_room(room, key.key, other);
}

bool looks_new(const Path& vault, const OtherRoom& other) {
  const Path room = room_folder(vault, other.key.room);
  std::error_code error;
  std::size_t entries = 0;
  for (fs::directory_iterator entry(room, error), end; !error && entry != end; entry.increment(error)) ++entries;
  return !error && entries == 2 && fs::is_empty(room / vault_layout::outbox_folder, error) && !error &&
         fs::file_size(database_of(room), error) == other.new_size && !error;
}

void set_first_times(const Path& vault, unsigned number) {
  struct stat made {};
  if (::stat((vault / ".lock").c_str(), &made) != 0) return;  // the day the vault was made: nothing writes into it
  const timespec times[] = {made.st_mtim, made.st_mtim};
  const Path room = room_folder(vault, number);
  for (const Path& path : {database_of(room), room / vault_layout::outbox_folder, room, vault / vault_layout::reserve_file})
    ::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW);
}

Status spoil_room(const Path& vault, unsigned room) {
  Status first;
  for (const char* suffix : beside_database) {
    const Status spoiled = fill_with_noise(database_of(room_folder(vault, room), suffix), spoiled_size);
    if (first && !spoiled && spoiled.code() != Errc::not_found) first = spoiled;
  }
  return first;
}

Status clear_room(const Path& vault, const OtherRoom& room, const std::function<void()>& breath) {
  if (is_destroyed(vault)) return Errc::not_joined;
  const Path folder = room_folder(vault, room.key.room);
  const auto clear = [&]() -> Status {
    DOKAZ_TRY(make_inner_folder(folder));
    DOKAZ_LET(lock, ClearingLock::take(folder, Meeting::go_away));
    return looks_new(vault, room) ? Status() : make_anew(vault, room.key, breath);
  };
  const Status cleared = clear();
  return is_destroyed(vault) ? undo(vault, folder) : cleared;
}

Status renew_room(const Path& vault, const OtherRoom& room) {
  const Path folder = room_folder(vault, room.key.room);
  DOKAZ_TRY(make_inner_folder(folder));
  DOKAZ_LET(lock, ClearingLock::take(folder, Meeting::wait));
  if (looks_new(vault, room) && Database::open(database_of(folder), room.key.key)) {
    set_first_times(vault, room.key.room);  // opening wrote beside it
    return {};
  }
  return make_anew(vault, room.key, [] {});
}

}  // namespace dokaz
