// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/data_folder.hpp"

#include "crypto/files_steps.hpp"
#include "sync-server/log/log.hpp"
#include "sync-server/store/schema.hpp"

namespace dokaz::server {
namespace {

constexpr const char* making = ".making";

bool is_there(const Path& path) {
  std::error_code unclear;
  return std::filesystem::symlink_status(path, unclear).type() != std::filesystem::file_type::not_found;
}

Status move_into_place(const Path& from, const Path& to) {
  DOKAZ_TRY(rename_path(from, to));
  return sync_folder(to.parent_path());
}

Status save_identity(Database& database, const Identity& identity) {
  return identity.log.seed().reveal([&](ByteView log) {
    return identity.member.seed().reveal([&](ByteView member) {
      return identity.tls.key.reveal([&](ByteView tls) {
        return identity.parcels.secret().reveal([&](ByteView parcels) {
          return database.run(
              "INSERT INTO identity(id, log_seed, member_seed, tls_certificate, tls_key, parcel_secret) "
              "VALUES(1, ?, ?, ?, ?, ?)",
              log, member, identity.tls.certificate, tls, parcels);
        });
      });
    });
  });
}

Status make_database(const Path& path, const Secret<32>& key, const Identity& identity) {
  DOKAZ_LET(database, Database::create(path, key));
  DOKAZ_LET(transaction, database.begin());
  DOKAZ_TRY(database.exec(schema));
  DOKAZ_TRY(save_identity(database, identity));
  DOKAZ_TRY(database.set_user_version(schema_version));
  DOKAZ_TRY(transaction.commit());
  return database.settle();  // it is about to be renamed, alone
}

}  // namespace

Result<ServerCard> card_of(const Identity& identity) {
  DOKAZ_LET(pin, pin_of_certificate(identity.tls.certificate));
  ServerCard card{pin, identity.log.public_key(), identity.member.public_key(),
                  identity.parcels.recipient().format()};
  if (!identity.next_tls) return card;
  DOKAZ_LET(next, pin_of_certificate(identity.next_tls->certificate));
  card.next_pin = next;
  return card;
}

bool holds_a_server(const DataFolder& folder) {
  return is_there(folder.database()) || is_there(folder.objects()) || is_there(folder.partial());
}

Status make_data_folder(const DataFolder& folder, const Secret<32>& key) {
  const DataFolder draft{folder.root / making};
  std::error_code failure;
  std::filesystem::remove_all(draft.root, failure);  // of an interrupted call
  std::filesystem::remove_all(folder.log(), failure);
  DOKAZ_TRY(make_private_folder(draft.root));

  DOKAZ_LET(tls, make_tls_identity());
  const Identity identity{SigningKey::generate(), SigningKey::generate(), std::move(tls),
                          age::Identity::generate()};
  DOKAZ_TRY(Log::create(draft.log(), identity.log));
  DOKAZ_TRY(make_database(draft.database(), key, identity));

  DOKAZ_TRY(move_into_place(draft.log(), folder.log()));
  DOKAZ_TRY(move_into_place(draft.database(), folder.database()));
  std::filesystem::remove_all(draft.root, failure);
  return {};
}

void remove_data_folder(const DataFolder& folder) {
  std::error_code ignored;
  for (const Path& path : {folder.database(), folder.log(), folder.objects(), folder.partial(),
                           folder.root / making})
    std::filesystem::remove_all(path, ignored);
  for (const char* suffix : {"-wal", "-shm"})
    std::filesystem::remove(folder.database().string() + suffix, ignored);
}

Result<Secret<32>> database_key(const DataFolder& folder, const KeySource& source) {
  if (!is_there(folder.database())) return Errc::not_found;
  return read_database_key(source, folder.root);
}

Result<Database> open_database(const DataFolder& folder, const KeySource& source) {
  DOKAZ_LET(key, database_key(folder, source));
  return open_database(folder, key);
}

Result<Database> open_database(const DataFolder& folder, const Secret<32>& key) {
  if (!is_there(folder.database())) return Errc::not_found;
  DOKAZ_LET(database, Database::open(folder.database(), key));
  DOKAZ_LET(version, database.user_version());
  if (version != schema_version) return Errc::unsupported_version;
  DOKAZ_TRY(database.exec("PRAGMA wal_autocheckpoint = 0"));  // Settling does it, and hears of an fsync that failed
  return database;
}

Result<Identity> load_identity(Database& database) {
  auto row = database.prepare(
      "SELECT log_seed, member_seed, tls_certificate, tls_key, parcel_secret, next_certificate, next_key FROM identity");
  DOKAZ_LET(there, row.step());
  if (!there) return fail(Errc::damaged_store, "the server's keys are missing");
  DOKAZ_LET(log, row.secret<32>(0));
  DOKAZ_LET(member, row.secret<32>(1));
  DOKAZ_LET(parcels, row.secret<32>(4));
  Identity identity{SigningKey::from_seed(log), SigningKey::from_seed(member),
                    TlsIdentity{row.blob(2), row.secret_bytes(3)}, age::Identity::from(std::move(parcels))};
  if (!row.is_null(5)) identity.next_tls = TlsIdentity{row.blob(5), row.secret_bytes(6)};
  return identity;
}

Status make_next_tls(Database& database) {
  DOKAZ_LET(tls, make_tls_identity());
  DOKAZ_LET(transaction, database.begin());
  DOKAZ_LET(identity, load_identity(database));
  if (identity.next_tls) return Errc::already_exists;
  DOKAZ_TRY(tls.key.reveal([&](ByteView key) {
    return database.run("UPDATE identity SET next_certificate = ?, next_key = ?", tls.certificate, key);
  }));
  return transaction.commit();
}

Status switch_tls(Database& database) {
  DOKAZ_LET(transaction, database.begin());
  DOKAZ_LET(identity, load_identity(database));
  if (!identity.next_tls) return Errc::not_found;
  DOKAZ_TRY(database.run("UPDATE identity SET tls_certificate = next_certificate, tls_key = next_key,"
                         " next_certificate = NULL, next_key = NULL"));
  return transaction.commit();
}

Result<ServerPolicy> load_policy(const DataFolder& folder, const PublicKey& log) {
  auto bytes = read_file(folder.policy(), max_server_policy_size, Links::follow);
  if (!bytes && bytes.code() == Errc::not_found) return ServerPolicy{Policy::log_only(log), {}};
  if (!bytes) return bytes.error();
  DOKAZ_LET(policy, ServerPolicy::parse(*bytes));
  if (policy.policy.log() != log) return fail(Errc::policy_unmet, "the policy names another log than this server's");
  return policy;
}

}  // namespace dokaz::server
