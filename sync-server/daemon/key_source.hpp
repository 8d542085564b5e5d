// SPDX-License-Identifier: GPL-3.0-or-later
// Which key a command opens the database with: the one place where options, environment and terminal are asked.
#pragma once

#include "sync-server/daemon/commands.hpp"
#include "sync-server/keys/database_key.hpp"

namespace dokaz::server {

/// --db-key; else the credential dokaz-db-key, where the service manager gave one; else db.key in the folder.
/// A passphrase is asked for when it is needed. `order` must outlive the source.
KeySource key_source(const Order& order);

/// The commands of `key`.
Outcome key_protect(const Order& order);
Outcome key_unprotect(const Order& order);
Outcome key_move(const Order& order);

}  // namespace dokaz::server
