// SPDX-License-Identifier: GPL-3.0-or-later
// The next statement of the vault's chain.
#pragma once

#include "collector/vault/item_facts.hpp"
#include "collector/vault/vault.hpp"

namespace dokaz {

/// What follows `before`, without objects and facts. `chain_closed` after a close; the failures of the vault.
Result<StatementFields> next_link(Vault& vault, const Statement& before, Act act, const ClaimedTime& time);
/// What follows the chain's head.
Result<StatementFields> next_link(Vault& vault, Act act, const ClaimedTime& time);

/// The statement that seals an item: commits to the objects and to every fact. The same failures.
Result<Statement> next_seal(Vault& vault, const Statement& before, std::vector<ObjectRef> objects,
                            const ItemFacts& facts, const ClaimedTime& time);

}  // namespace dokaz
