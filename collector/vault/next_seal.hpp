// SPDX-License-Identifier: GPL-3.0-or-later
// The statement that seals an item, in its place in the vault's chain.
#pragma once

#include "collector/vault/item_facts.hpp"
#include "collector/vault/vault.hpp"

namespace dokaz {

/// Follows the chain's head, and commits to the objects and to every fact. The failures of the vault.
Result<Statement> next_seal(Vault& vault, std::vector<ObjectRef> objects, const ItemFacts& facts,
                            const ClaimedTime& time);

}  // namespace dokaz
