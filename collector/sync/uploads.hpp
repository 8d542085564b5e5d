// SPDX-License-Identifier: GPL-3.0-or-later
// Sending objects, smallest first, several at a time, each from the byte that the server wants; and the receipt of
// each item as soon as the server has all of it.
#pragma once

#include <vector>

#include "collector/sync/reach.hpp"
#include "collector/sync/sync.hpp"

namespace dokaz {

struct WaitingObject {
  ObjectRef object;
  std::uint64_t item = 0;     // or a note's or another act's number
  bool is_item = true;
  StatementHash statement;    // of the item
  bool sealed_again = false;  // another item has taken the place of this one
};

/// Objects of logged statements that are not stored yet, smallest first.
Result<std::vector<WaitingObject>> waiting_objects(Vault& vault);

struct Uploads {
  std::vector<std::uint64_t> stored;   // items whose receipts were checked and kept
  std::map<std::uint64_t, Errc> lost;  // as in the report
  std::vector<std::int64_t> times;     // of the server's clock, in receipts for what was brought just now
  Status outcome;                      // the failure of the server or the network, or of a receipt
};

/// `client` is a connection that is there already. The vault's lock is given up while the network is waited for.
/// What is gone from the outbox (`missing_part`) or was changed there (`hash_mismatch`), and what the server
/// refuses for itself, does not stop the others; another failure of the server does, and so does a network that
/// stays broken after the order's tries. `progress` ends one short of its total: the last step is the receipts'.
/// The failure of the result is the vault's.
Result<Uploads> upload_objects(Vault& vault, const SyncOrder& order, const Reach& reach, std::optional<Client> client,
                               std::vector<WaitingObject> objects, const Progress& progress);

}  // namespace dokaz
