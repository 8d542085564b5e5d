// SPDX-License-Identifier: GPL-3.0-or-later
// Sealing one item: two objects and one statement, all of them or none.
#pragma once

#include "collector/intake/intake.hpp"
#include "collector/vault/vault.hpp"

namespace dokaz {

struct SealRequest {
  std::string file_name;  // without folders, as it came
  std::string note;       // empty: no note
  ClaimedTime time;
};

struct SealedItem {
  std::uint64_t number = 0;
  StatementHash statement;
};

/// The objects are durable in the outbox before the statement is durable in the chain; after a failure
/// or a crash between the two the chain is where it was, and the next open sets the objects aside.
/// An original whose item lost an object may be sealed again: as a new item.
/// `already_sealed`; `no_space`; the failures of facts_of.
Result<SealedItem> seal(Vault& vault, const TakenIn& item, const SealRequest& request);

}  // namespace dokaz
