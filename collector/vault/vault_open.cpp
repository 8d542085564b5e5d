// SPDX-License-Identifier: GPL-3.0-or-later
// Opening a vault: from a passphrase or a room's key to a membership that was checked again.
#include "collector/vault/reserve.hpp"
#include "collector/vault/schema.hpp"
#include "collector/vault/unlock.hpp"
#include "collector/vault/vault.hpp"

namespace dokaz {
namespace {

/// The database is authenticated: what does not parse there is damage, not hostile input.
Error damage(const Error& error) { return fail(Errc::damaged_store, error.detail); }

Result<Database> open_room(const Path& folder, const RoomKey& key, Reserve reserve) {
  const Path path = room_folder(folder, key.room) / vault_layout::database_file;
  auto database = Database::open(path, key.key);
  if (!database && (database.code() == Errc::no_space || database.code() == Errc::io_error) &&
      reserve == Reserve::may_be_used && give_up_reserve(folder))
    database = Database::open(path, key.key);
  // The slot is authenticated and gave this key: what it does not open is damaged or gone.
  if (!database && (database.code() == Errc::wrong_key || database.code() == Errc::not_found))
    return fail(Errc::damaged_store, "vault.db");
  if (!database) return std::move(database).error();
  DOKAZ_LET(version, database->user_version());
  if (version != vault_layout::version) return fail(Errc::unsupported_version, "vault.db");
  return database;
}

}  // namespace

struct Vault::Row {
  ServerAddress server;
  TlsPins pins;
  Bytes policy;
  Note roster, ticket, admission;
  SigningKey member;
  Secret<32> tag_key;
  std::string parcels;
};

Vault::Vault(Row row, CaseView view, Path folder, Path room, FolderLock lock, Database database)
    : folder_(std::move(folder)),
      room_(std::move(room)),
      lock_(std::move(lock)),
      database_(std::move(database)),
      outbox_(room_ / vault_layout::outbox_folder),
      view_(std::move(view)),
      server_(std::move(row.server)),
      pins_(row.pins),
      ticket_(row.ticket.bytes()),
      admission_(row.admission.bytes()),
      parcels_(std::move(row.parcels)),
      member_(std::move(row.member)),
      epochs_(view_.self->key),
      tag_key_(std::move(row.tag_key)) {}

Result<Vault::Row> Vault::read_membership(Database& database) {
  Query query = database.prepare(
      "SELECT server, pin, policy, roster, ticket, admission, member_seed, tag_key, parcels, next_pin FROM membership");
  DOKAZ_LET(found, query.step());
  if (!found) return Errc::not_joined;
  DOKAZ_LET(server, parse_server_address(query.text(0)));
  DOKAZ_LET(pin, query.id<TlsPin>(1));
  TlsPins pins(pin);
  if (!query.is_null(9)) {
    DOKAZ_LET(next, query.id<TlsPin>(9));
    pins.next = next;
  }
  DOKAZ_LET(roster, Note::parse(query.blob(3)));
  DOKAZ_LET(ticket, Note::parse(query.blob(4)));
  DOKAZ_LET(admission, Note::parse(query.blob(5)));
  DOKAZ_LET(seed, query.secret<32>(6));
  DOKAZ_LET(tag_key, query.secret<32>(7));
  return Row{std::move(server), pins,                  query.blob(2),
             std::move(roster), std::move(ticket),     std::move(admission),
             SigningKey::from_seed(seed), std::move(tag_key),    query.text(8)};
}

bool Vault::is_in(const Path& folder) {
  std::error_code error;
  return std::filesystem::exists(folder / vault_layout::key_file, error) ||
         std::filesystem::exists(room_folder(folder, 0), error) || std::filesystem::exists(room_folder(folder, 1), error);
}

Result<Vault> Vault::open(const Path& folder, const SecretBytes& passphrase, Reserve reserve) {
  if (!is_in(folder)) return Errc::not_joined;
  DOKAZ_LET(lock, lock_vault(folder, passphrase));
  DOKAZ_LET(unlocked, unlock(folder, passphrase, lock));
  return open_locked(folder, unlocked.room, reserve, std::move(lock));
}

Result<Vault> Vault::open(const Path& folder, const RoomKey& key, Reserve reserve) {
  if (!is_in(folder)) return Errc::not_joined;
  DOKAZ_LET(lock, FolderLock::take(folder));
  return open_locked(folder, key, reserve, std::move(lock));
}

Result<Vault> Vault::open_locked(const Path& folder, const RoomKey& key, Reserve reserve, FolderLock lock) {
  DOKAZ_LET(database, open_room(folder, key, reserve));
  auto row = read_membership(database);
  if (!row && row.code() == Errc::not_joined) {
    make_reserve_if_roomy(folder);  // else the lack of it would say that the vault was used
    return Errc::not_joined;
  }
  if (!row) return damage(row.error());
  auto view = check_case(row->policy, row->roster, row->ticket, row->admission);
  if (!view) return damage(view.error());
  Vault vault(std::move(*row), std::move(*view), folder, room_folder(folder, key.room), std::move(lock), std::move(database));
  DOKAZ_TRY(vault.read_epochs());
  // What a key-rotate could not finish: nothing of an old key stays in the log beside the database.
  if (vault.epochs_.present() > 0) static_cast<void>(vault.database_.settle().has_value());
  const Status aside = vault.set_aside_orphans();
  // On a full disk they stay where they are, which harms nothing.
  if (!aside && aside.code() != Errc::no_space) return aside.error();
  make_reserve_if_roomy(folder);
  return vault;
}

}  // namespace dokaz
