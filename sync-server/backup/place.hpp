// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a folder is one for this server's backups. Private to the folder.
#pragma once

#include <optional>

#include "sync-server/backup/manifest.hpp"

namespace dokaz::server {

/// Neither lies in the other, whatever links lead there.
bool lie_apart(const Path& one, const Path& other);

/// The backup that is there; empty where the folder is new, or where this server's first run was cut. already_exists:
/// it holds something else, or another server's backup.
Result<std::optional<Manifest>> look_into(const BackupFolder& to, const PublicKey& log);

}  // namespace dokaz::server
