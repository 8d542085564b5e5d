// SPDX-License-Identifier: GPL-3.0-or-later
// How far others have seen the log, and whether a backup reaches as far and is of the same history. Private to the
// folder.
#pragma once

#include <map>

#include "sync-server/backup/restore.hpp"
#include "sync-server/store/data_folder.hpp"

namespace dokaz::server {

/// The roots that the log had at these sizes, none above its end, from the leaves of the database.
Result<std::map<std::uint64_t, TreeHash>> roots_at(Database& database, std::vector<std::uint64_t> sizes);

struct Compared {
  std::uint64_t compared = 0;  ///< heads, from files and witnesses
  std::uint64_t silent = 0;    ///< witnesses of the policy that were not asked, did not tell, or contradict alone
  std::uint64_t doubts = 0;    ///< witnesses that contradict
};

struct Comparison {
  const Checkpoint& published;  ///< the backup's signed one
  const Checkpoint& newest;     ///< that follows from its database
  const ServerPolicy& policy;
  const RestoreOptions& options;
  const AskWitnesses& ask;
};
/// server_rolled_back, bad_consistency, unreachable as restore_backup; and for a file of --seen-checkpoint what is
/// wrong with it.
Result<Compared> compare_with_seen(Database& database, const Comparison& with);

}  // namespace dokaz::server
