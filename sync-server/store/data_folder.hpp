// SPDX-License-Identifier: GPL-3.0-or-later
// What lies where in a server's data folder, and the database in it.
//
//   .lock            held by the process that serves
//   db.key           opens store.db, 0600: 32 bytes, or those under a passphrase. Whoever copies the folder copies
//                    this file too; it may lie elsewhere (keys/database_key.hpp).
//   store.db         SQLCipher: keys, cases, members, statements, forks
//   policy           the operator's: whose cosignatures this server waits for; absent: nobody's
//   readers          hashes of the tokens of those who may read leaves by HTTP; absent: nobody
//   log/             publishable as it is: checkpoint (newest log-signed), cosigned (newest that the policy
//                    accepts) and tiles (c2sp.org/tlog-tiles)
//   objects/xx/H     ciphertext, named by its own hash
//   writes-stopped   where a server stopped writing because the disk failed, until it is started again
//   partial/P        uploads under way, named by H of case, member and object
#pragma once

#include "crypto/age/keys.hpp"
#include "crypto/files.hpp"
#include "crypto/sealed_db.hpp"
#include "sync-server/keys/database_key.hpp"
#include "proto/transport/tls_identity.hpp"
#include "proto/format/invitation.hpp"
#include "proto/format/server_policy.hpp"

namespace dokaz::server {

struct DataFolder {
  Path root;

  Path key_file() const { return root / "db.key"; }  // unless a KeySource says otherwise
  Path database() const { return root / "store.db"; }
  Path policy() const { return root / "policy"; }
  Path readers() const { return root / "readers"; }
  Path log() const { return root / "log"; }
  Path objects() const { return root / "objects"; }
  Path partial() const { return root / "partial"; }
};

/// The server's own keys; one for each purpose.
struct Identity {
  SigningKey log;
  SigningKey member;  // signs statements; never the log key
  TlsIdentity tls;
  age::Identity parcels;  // opens parcels
  std::optional<TlsIdentity> next_tls = {};  // takes the place of `tls` some day
};
Result<ServerCard> card_of(const Identity& identity);

/// There is a database or objects, whole or not.
bool holds_a_server(const DataFolder& folder);
/// Makes the server's keys, the database under `key`, and the empty log in a folder that is there, locked, and holds
/// no server. store.db gets its name last: a folder without it is no server's, and another call finishes what was interrupted.
Status make_data_folder(const DataFolder& folder, const Secret<32>& key);
/// Takes back what make_data_folder made, where the server could not be opened after all.
void remove_data_folder(const DataFolder& folder);

/// Does not need the lock: several processes may have the database open. not_found, wrong_key,
/// damaged_store, unsupported_version.
Result<Database> open_database(const DataFolder& folder, const Secret<32>& key);
/// The same, with the key that `source` gives.
Result<Database> open_database(const DataFolder& folder, const KeySource& source = {});
/// Asks nobody for a passphrase where there is no database: not_found; then as read_database_key.
Result<Secret<32>> database_key(const DataFolder& folder, const KeySource& source = {});
Result<Identity> load_identity(Database& database);
/// Makes the TLS key that comes next: already_exists if one is ready.
Status make_next_tls(Database& database);
/// The next TLS key becomes the present one, which is forgotten: not_found if none is ready.
Status switch_tls(Database& database);
/// The server's own policy, with the places where its witnesses are asked; of its log alone where there is no file. malformed, bad_key; policy_unmet if it
/// names another log.
Result<ServerPolicy> load_policy(const DataFolder& folder, const PublicKey& log);

}  // namespace dokaz::server
