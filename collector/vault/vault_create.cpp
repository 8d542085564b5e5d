// SPDX-License-Identifier: GPL-3.0-or-later
// Making a vault: beside its place, under a lock, and then given its name in one step.
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "collector/vault/first_times.hpp"
#include "collector/vault/reserve.hpp"
#include "collector/vault/schema.hpp"
#include "collector/vault/slot_file.hpp"
#include "collector/vault/statement_rows.hpp"
#include "collector/vault/unlock.hpp"
#include "collector/vault/vault.hpp"

namespace dokaz {
namespace {

namespace fs = std::filesystem;

/// The folder in which a vault is made; gone when it was not published.
class Staging {
 public:
  static Result<Staging> start(const Path& folder) {
    Path place = folder;
    place += vault_layout::joining_suffix;
    DOKAZ_TRY(make_private_folder(place));
    DOKAZ_LET(lock, FolderLock::take(place));
    Staging staging(place, std::move(lock));
    DOKAZ_TRY(staging.clear());
    return staging;
  }
  Staging(Staging&& other) noexcept
      : place_(std::exchange(other.place_, {})), lock_(std::move(other.lock_)) {}
  Staging& operator=(Staging&&) = delete;
  ~Staging() {
    std::error_code ignored;
    if (!place_.empty()) fs::remove_all(place_, ignored);
  }

  const Path& place() const { return place_; }

  /// A folder with something in it is not replaced: the kernel refuses, whoever came first.
  Status publish(const Path& folder) {
    DOKAZ_TRY(sync_folder(place_));
    if (::rename(place_.c_str(), folder.c_str()) != 0) {
      const bool taken = errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR;
      return fail(taken ? Errc::already_exists : Errc::io_error, "vault");
    }
    place_.clear();
    return sync_folder(folder.parent_path());
  }

 private:
  Staging(Path place, FolderLock lock) : place_(std::move(place)), lock_(std::move(lock)) {}

  Status clear() const {
    std::error_code error;
    std::vector<Path> old;
    for (fs::directory_iterator entry(place_, error), end; !error && entry != end; entry.increment(error))
      if (entry->path().filename() != ".lock") old.push_back(entry->path());
    for (const Path& path : old)
      if (!error) fs::remove_all(path, error);
    return error ? Status(fail(Errc::io_error, "vault")) : Status();
  }

  Path place_;
  FolderLock lock_;
};

/// In a transaction of the caller's.
Status fill(Database& database, const Enrolment& enrolment) {
  const Secret<32> tag_key = Secret<32>::random();
  DOKAZ_TRY(enrolment.member.seed().reveal([&](ByteView seed) {
    return tag_key.reveal([&](ByteView tag) {
      return database.run("INSERT INTO membership VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, NULL, 0, ?, ?)",
                          format_server_address(enrolment.server), enrolment.pins.present, enrolment.policy,
                          enrolment.roster.bytes(), enrolment.ticket.bytes(), enrolment.admission.bytes(),
                          seed, tag, enrolment.parcels, enrolment.pins.next);
    });
  }));
  const KeptRoute& route = enrolment.route;
  if (route.proxy || route.demands_proxy())
    DOKAZ_TRY(database.run("INSERT INTO route VALUES (1, ?, ?, ?)", route.proxy, route.proxy_only ? 1 : 0, route.by_case ? 1 : 0));
  if (enrolment.confirmed) DOKAZ_TRY(database.run("INSERT INTO confirmed VALUES (1, ?)", enrolment.confirmed->bytes()));
  return insert_statement(database, enrolment.genesis, enrolment.genesis_facts, std::nullopt);
}

/// A disk that is mounted there: it cannot be given a name, and what is made beside it is not on it.
bool is_mounted(const Path& folder) {
  struct stat here {}, above {};
  return ::stat(folder.c_str(), &here) == 0 && ::stat(folder.parent_path().c_str(), &above) == 0 &&
         here.st_dev != above.st_dev;
}

/// "vault/" and "vault/." name the folder "vault".
Result<Path> plain_name(const Path& folder) {
  std::error_code error;
  Path plain = fs::absolute(folder, error).lexically_normal();
  if (!plain.has_filename()) plain = plain.parent_path();
  if (error || !plain.has_filename()) return fail(Errc::usage, "vault folder");
  return plain;
}

/// The one is the vault's, by chance; the other is empty, and what a duress passphrase will open.
Status make_rooms(const Path& place, const SecretBytes& passphrase, const Enrolment* enrolment,
                  const PassphraseWork& work) {
  std::array<Byte, 2> chance{};
  random_fill(chance);
  const unsigned own = chance[0] % 2;
  const RoomKey key{Secret<32>::random(), own}, other{Secret<32>::random(), other_room(own)};
  const Secret<32> own_again = Secret<32>::random();  // under it the own room would be made anew
  for (const unsigned room : {0u, 1u})  // in this order whichever is the own one
    DOKAZ_TRY(room == own ? make_room(place, key, other.key) : make_room(place, other, own_again));
  if (enrolment) {
    DOKAZ_LET(database, Database::open(room_folder(place, own) / vault_layout::database_file, key.key));
    DOKAZ_LET(transaction, database.begin());
    DOKAZ_TRY(fill(database, *enrolment));
    DOKAZ_TRY(transaction.commit());
  }
  KeySlots slots = KeySlots::fresh(work);
  DOKAZ_LET(derived, slots.derive(passphrase));
  slots.put(chance[1] % KeySlots::count, {SlotKind::opens, static_cast<Byte>(own), key.copy().key}, derived);
  return SlotFile::create(place, slots);
}

Status make_vault(const Path& folder, const SecretBytes& passphrase, const Enrolment* enrolment,
                  const PassphraseWork& work) {
  DOKAZ_LET(place, plain_name(folder));
  std::error_code error;
  const auto type = fs::symlink_status(place, error).type();
  if (type != fs::file_type::not_found && !(type == fs::file_type::directory && fs::is_empty(place, error)))
    return fail(Errc::already_exists, "vault");
  if (is_mounted(place)) return fail(Errc::usage, "a whole disk cannot be a vault: name a folder inside it");

  DOKAZ_LET(staging, Staging::start(place));
  DOKAZ_TRY(make_rooms(staging.place(), passphrase, enrolment, work));
  DOKAZ_TRY(make_reserve(staging.place()));
  for (const unsigned room : {0u, 1u}) set_first_times(staging.place(), room);
  return staging.publish(place);
}

}  // namespace

Status Vault::create(const Path& folder, const SecretBytes& passphrase, const Enrolment& enrolment,
                     const PassphraseWork& work) {
  return make_vault(folder, passphrase, &enrolment, work);
}

Status Vault::create_unjoined(const Path& folder, const SecretBytes& passphrase, const PassphraseWork& work) {
  return make_vault(folder, passphrase, nullptr, work);
}

Status Vault::join(const Path& folder, const SecretBytes& passphrase, const Enrolment& enrolment) {
  if (!is_in(folder)) return Errc::not_joined;
  DOKAZ_LET(lock, lock_vault(folder, passphrase));
  DOKAZ_LET(unlocked, unlock(folder, passphrase, lock));
  auto database = Database::open(room_folder(folder, unlocked.room.room) / vault_layout::database_file, unlocked.room.key);
  if (!database) return fail(Errc::damaged_store, "vault.db");
  DOKAZ_LET(transaction, database->begin());
  {
    Query query = database->prepare("SELECT 1 FROM membership");
    DOKAZ_LET(joined, query.step());
    if (joined) return fail(Errc::already_exists, "vault");
  }
  DOKAZ_TRY(fill(*database, enrolment));
  return transaction.commit();
}

}  // namespace dokaz
