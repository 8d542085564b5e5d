// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a folder is one for this server's backups. Private to the folder.
#pragma once

#include <optional>

#include "crypto/sealed_db.hpp"
#include "proto/format/checkpoint.hpp"
#include "sync-server/backup/manifest.hpp"

namespace dokaz::server {

/// Neither lies in the other, whatever links lead there.
bool lie_apart(const Path& one, const Path& other);

/// The backup that is there; empty where the folder is new, or where this server's first run was cut. already_exists:
/// it holds something else, or another server's backup.
Result<std::optional<Manifest>> look_into(const BackupFolder& to, const PublicKey& log);

/// What the earlier backup has is a beginning of what the folder has: bad_consistency for another history,
/// server_rolled_back for a shorter one. `now` is the folder's newest checkpoint, `database` a copy made after it.
Status grows_out_of(const BackupFolder& to, const Manifest& earlier, const Path& log, const Checkpoint& now,
                    Database& database, const Secret<32>& key);

}  // namespace dokaz::server
