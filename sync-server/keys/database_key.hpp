// SPDX-License-Identifier: GPL-3.0-or-later
// Where the key of store.db comes from: a file, a credential of the service manager, or a passphrase. What each of
// them surrenders is in docs/threat-model.md.
//
// A key's file is either the 32 bytes, or a key file under a passphrase (docs/format.md section 11); which of the two
// shows in the file. Nobody but its owner may have any right to it.
#pragma once

#include <functional>

#include "crypto/files.hpp"
#include "crypto/key_file.hpp"

namespace dokaz::server {

struct KeySource {
  Path file = {};  ///< empty: db.key in the server's folder
  /// The service manager made the file. It gives the right to read by an access list, which shows as the group's.
  bool is_credential = false;
  std::function<Result<SecretBytes>()> passphrase = {};  ///< called only where the file is under one
};

Path key_file_of(const KeySource& source, const Path& data);

/// not_found; wrong_key for what is no key, and for a file that others have rights to; wrong_passphrase, and what `passphrase` says; no_passphrase
/// where there is none to call. malformed, unsupported_version of a key file.
Result<Secret<32>> read_database_key(const KeySource& source, const Path& data);

struct DatabaseKey {
  Secret<32> key;
  bool is_new = false;
};
/// For a new folder: the key that lies where the source says, or a fresh one, written there durably, under `under`
/// where it is given. Never overwrites a key. already_exists for one without a passphrase where one is wanted.
Result<DatabaseKey> make_database_key(const KeySource& source, const Path& data, const SecretBytes* under);

}  // namespace dokaz::server
