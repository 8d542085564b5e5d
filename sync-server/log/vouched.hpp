// SPDX-License-Identifier: GPL-3.0-or-later
// The newest checkpoint that the server's own policy accepts, kept in log/cosigned: docs/format.md section 9.
// A policy that asks for no witness accepts every checkpoint of the log.
#pragma once

#include <mutex>

#include "proto/format/policy.hpp"
#include "sync-server/log/log.hpp"

namespace dokaz::server {

/// Any thread. `log` must outlive it.
class Vouched {
 public:
  /// Reads the file and compares it with the log. damaged_store if it is not this log's, or shows another
  /// history or more than the log has. A checkpoint that a changed policy no longer accepts counts as none.
  static Result<std::unique_ptr<Vouched>> open(const Path& folder, Policy policy, const Log& log);

  /// Size 0 as long as the policy accepted none.
  Checkpoint newest() const;
  const Policy& policy() const { return policy_; }

  /// Keeps a checkpoint with its cosignatures, durably. malformed; bad_signature; policy_unmet;
  /// bad_consistency (another root, or not reached yet); server_rolled_back (older than the vouched one).
  Status keep(const Note& cosigned);

 private:
  Vouched(Path file, Policy policy, const Log& log, Checkpoint newest)
      : file_(std::move(file)), policy_(std::move(policy)), log_(&log), newest_(std::move(newest)) {}

  Path file_;
  Policy policy_;
  const Log* log_;
  std::mutex writing_;
  mutable std::mutex mutex_;
  Checkpoint newest_;  // that the file holds, or of size 0
};

}  // namespace dokaz::server
