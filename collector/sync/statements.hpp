// SPDX-License-Identifier: GPL-3.0-or-later
// Bringing the statements of the chain into the server's log, and its receipts back. Private to the folder.
#pragma once

#include "collector/sync/reach.hpp"
#include "collector/sync/sync.hpp"

namespace dokaz {

/// What the server knows of this vault's chain, against what is here. forked_chain: it has another statement in the
/// place of one of these, or (`ahead`) statements that are not here: then nothing is sent, and nothing overwritten.
Status compare_chain(Vault& vault, const Welcome& welcome, std::uint64_t& ahead);

/// In the chain's order, a batch at a time; each receipt is checked and kept before the next batch. `client` is made
/// anew when the line breaks. The first statement that does not enter the log ends it, by its failure: it keeps
/// those after it out, too.
Status submit_statements(Vault& vault, const SyncOrder& order, const Reach& reach, std::optional<Client>& client,
                         std::size_t& logged, const Progress& progress);

}  // namespace dokaz
