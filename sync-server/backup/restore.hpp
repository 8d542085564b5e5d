// SPDX-License-Identifier: GPL-3.0-or-later
// A backup becomes a server's folder again: everything is checked, and nothing has its name before it was.
//
// A log that goes on from an older state than others have seen forks from them, for ever. So the newest checkpoint
// that anybody saw is compared first: what witnesses tell, and what files show.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "proto/format/server_policy.hpp"
#include "sync-server/audit/audit.hpp"
#include "sync-server/backup/backup.hpp"

namespace dokaz::server {

/// What is known of the log from elsewhere. Without a root only the size can be compared.
struct SeenHead {
  std::uint64_t size = 0;
  std::optional<TreeHash> root;
};

/// Asks the witnesses of the server's policy what they have seen, given the newest checkpoint that follows from the
/// backup. Of each that has an address: its size, or why it did not tell; bad_consistency: another history.
using AskWitnesses = std::function<std::vector<Result<SeenHead>>(const ServerPolicy& policy, const Checkpoint& newest)>;

struct RestoreOptions {
  std::optional<Path> key;            ///< becomes the folder's db.key, where the backup does not hold it
  KeySource source = {};              ///< opens the database; without a file that db.key
  std::vector<Path> seen_checkpoints; ///< files, each a checkpoint of this log
  bool unchecked = false;             ///< go on though not everybody could be asked
};

struct RestoreReport {
  std::uint64_t log_size = 0, statements = 0, objects = 0, object_bytes = 0;
  std::uint64_t missing = 0;          ///< objects that the server had no longer whole when the backup was made
  std::uint64_t compared = 0;         ///< heads that were compared, from files and witnesses
  std::uint64_t silent = 0;           ///< witnesses of the policy that were not asked or did not tell
  std::uint64_t doubts = 0;           ///< of those, who have seen more or something else, unsigned and alone
  std::vector<Finding> findings;
};

/// `data` is a new or empty folder, or one where an earlier restore was cut.
/// not_found (no whole backup), usage (no key named), wrong_key, already_exists (`data` is not empty), busy;
/// server_rolled_back: the backup is older than what was seen; bad_consistency: what was seen is another history;
/// unreachable: nothing to compare with, or a witness did not tell, and `unchecked` was not said;
/// hash_mismatch, missing_part, damaged_store: the backup is not whole; no_space, io_error. After a failure `data`
/// holds no server.
Result<RestoreReport> restore_backup(const Path& backup, const Path& data, const RestoreOptions& options,
                                     const AskWitnesses& ask, const CopyProgress& progress);

}  // namespace dokaz::server
