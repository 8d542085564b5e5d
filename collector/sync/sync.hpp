// SPDX-License-Identifier: GPL-3.0-or-later
// Bringing a vault's statements and objects to the server, and its receipts back: protocol.md.
//
// Every step is idempotent: a sync that was cut anywhere is finished by the next one. Nothing in the
// vault is removed, and nothing that the server says is kept before it was checked.
#pragma once

#include <functional>
#include <map>

#include "collector/vault/vault.hpp"
#include "proto/transport/client.hpp"

namespace dokaz {

using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

struct SyncProgress {
  Progress statements;  // those that were answered, of those that wait
  Progress bytes;       // of objects that the server has, of those it shall get in this run
};

struct SyncReport {
  std::size_t logged = 0;  // statements that reached the log in this run
  std::size_t stored = 0;  // items whose objects were found stored in this run
  std::size_t cosigned = 0;  // items whose receipts witnesses were found to vouch for in this run
  /// Items that lost a sealed object on this device and were not sealed again: by number, `missing_part`,
  /// `hash_mismatch` or the failure of reading. They hold up no other item.
  std::map<std::uint64_t, Errc> lost;
  /// The first failure, before those of lost objects, after which what could still be done was done. Nothing is lost by it.
  std::optional<Error> failure;
};

/// Connects to `server` under the vault's pins. A failure to connect, and a checkpoint that does not
/// hold (`server_rolled_back`, `bad_consistency`, `policy_unmet`, `bad_signature`), is in the report:
/// then nothing was sent. The failure of the result itself is the vault's.
Result<SyncReport> sync(Vault& vault, const ServerAddress& server, const Deadlines& deadlines,
                        const SyncProgress& progress);

}  // namespace dokaz
