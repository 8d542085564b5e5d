// SPDX-License-Identifier: GPL-3.0-or-later
// Bringing a vault's statements and objects to the server, and its receipts back: protocol.md.
//
// Every step is idempotent: a sync that was cut anywhere is finished by the next one. Nothing in the
// vault is removed, and nothing that the server says is kept before it was checked.
#pragma once

#include <functional>
#include <map>

#include "collector/sync/pause.hpp"
#include "collector/vault/vault.hpp"
#include "proto/transport/client.hpp"

namespace dokaz {

using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

struct SyncProgress {
  Progress statements;  // those that were answered, of those that wait
  /// Bytes of objects that the server has, of those it shall get in this run, and one more for the receipts: all is
  /// done only when those were checked.
  Progress bytes;
};

struct SyncOrder {
  ServerAddress server;
  std::function<std::int64_t()> clock;  // seconds since 1970: when a run began and ended is kept in the vault
  Line line = {};
  Retry retry = {};        // after the run's first connection, which is tried once
  /// What may still be signed once it is known that the server has nothing of this chain that is not here.
  std::function<void(Vault&)> before_statements = {};
  /// At the end of a run that found nothing amiss, after the server was seen, later than all that was sent, with nothing
  /// of this chain that this vault does not know: the place to change the key. Says whether it signed something, which is
  /// then brought at once.
  std::function<bool(Vault&)> at_good_end = {};
  unsigned in_flight = 3;  // uploads at a time, each over a connection of its own; a server takes 4 of one member
};

struct SyncReport {
  std::size_t logged = 0;  // statements that reached the log in this run
  std::size_t stored = 0;  // items whose objects were found stored in this run
  std::size_t acts = 0;    // the same of notes, consents and other acts that have an object
  /// Of those that were stored: the server did not show yet that they stand in the log that this vault watches.
  std::size_t unproved = 0;
  std::size_t cosigned = 0;  // items whose receipts witnesses were found to vouch for in this run
  /// Items that lost a sealed object on this device and were not sealed again: by number, `missing_part`,
  /// `hash_mismatch` or the failure of reading. They hold up no other item.
  std::map<std::uint64_t, Errc> lost;
  /// The first failure, before those of lost objects, after which what could still be done was done. Nothing is lost by it.
  std::optional<Error> failure;
  std::uint64_t server_ahead = 0;         // as in SyncRun
  std::optional<std::int64_t> clock_off;  // as in SyncRun
  bool key_changed = false;               // at_good_end signed something
  bool key_brought = false;               // and it is in the server's log
};

/// Connects under the vault's pins. What becomes of each item is kept in the vault as it happens. A failure
/// to connect, and a checkpoint that does not hold (`server_rolled_back`, `bad_consistency`, `policy_unmet`,
/// `bad_signature`), is in the report: then nothing was sent. So is `interrupted`, when the line's stop said so.
/// The vault's lock is given up while the network is waited for, and held again at the end.
/// The failure of the result itself is the vault's; `busy`: another sync of it runs, or another command would not end.
Result<SyncReport> sync(Vault& vault, const SyncOrder& order, const SyncProgress& progress);

}  // namespace dokaz
