// SPDX-License-Identifier: GPL-3.0-or-later
// A backup beside a server that runs: everything that was acknowledged before it began is in it. Nothing in it is
// readable without the database's key, which it has only where that was asked for.
//
// The order makes it consistent: the signed checkpoint first, then the database as it is at one moment later, so
// that the database covers the log; then the tiles of that checkpoint, then the objects that the database names.
// Uploads under way and what couriers have brought are not in it, nor parcels that stay: nobody was promised anything of them.
#pragma once

#include <functional>
#include <string_view>

#include "crypto/files.hpp"
#include "sync-server/keys/database_key.hpp"

namespace dokaz::server {

struct BackupOptions {
  bool with_key = false;   ///< put the database's key, and every other file with the suffix .key, into the backup
  bool read_again = false; ///< objects that are there already are hashed, and copied anew where they are damaged
  KeySource key = {};      ///< opens the server's database
};

struct BackupReport {
  std::uint64_t number = 0;
  std::uint64_t log_size = 0, statements = 0;
  std::uint64_t objects = 0, object_bytes = 0;  ///< in the backup
  std::uint64_t copied = 0, copied_bytes = 0;   ///< of those, in this run
  std::uint64_t missing = 0;                    ///< named by the database, and not whole on the server's disk
  std::uint64_t left_out = 0;                   ///< files and folders whose names no manifest can hold, links to folders
};

/// Done and total of one part: "database" in pages, "log" in tiles, "objects" in bytes.
using CopyProgress = std::function<void(std::string_view part, std::uint64_t done, std::uint64_t total)>;

/// `data` is a server's folder; a server may run on it. `into`: a new or empty folder, or one that holds an earlier
/// backup of this server, which stays whole until this one is.
/// not_found, wrong_key, unsupported_version, damaged_store (the server's folder); usage (one folder lies in the
/// other); already_exists (the folder holds something else, or another server's backup); busy (another backup is
/// under way there); no_space, io_error. Objects that are damaged on the server do not stop it: `missing`.
Result<BackupReport> make_backup(const Path& data, const Path& into, const BackupOptions& options, std::int64_t now,
                                 const CopyProgress& progress);

}  // namespace dokaz::server
