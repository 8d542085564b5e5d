// SPDX-License-Identifier: GPL-3.0-or-later
// Changing how the key of store.db is kept. The key itself stays. Whenever a call is cut short, a key that opens the
// database is where it was or where it goes to, and the same call can be made again. Also beside a server that runs.
//
// Each first shows that the key opens the database: not_found, wrong_key and the rest as read_database_key.
#pragma once

#include "sync-server/keys/database_key.hpp"

namespace dokaz::server {

/// Puts it under a passphrase, or under another one, where it lies. usage for a credential: nobody but the service
/// manager changes those.
Status protect_key(const KeySource& source, const Path& data, const SecretBytes& passphrase);
/// Takes its passphrase away. usage for a credential.
Status unprotect_key(const KeySource& source, const Path& data);
/// Moves the file as it is; the old one is removed once the new one is on the disk (a credential stays).
/// already_exists where something else lies there, also where it is the same file.
Status move_key(const KeySource& source, const Path& data, const Path& to);

}  // namespace dokaz::server
