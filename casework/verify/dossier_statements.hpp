// SPDX-License-Identifier: GPL-3.0-or-later
// All statements of a dossier, each proven, and the chains that they form. Inside the verification library only.
#pragma once

#include "casework/verify/checks.hpp"
#include "casework/verify/dossier.hpp"

namespace dokaz {

struct DossierStatement {
  std::string path;
  std::size_t item = 0;  // counted from 1; 0 for a statement of a chain that is no item here
  std::optional<Unproven> read = {};
  std::optional<Proven> proven = {};
};

/// Every statement of items and chains, in this order: read, its signers' keys learned in the order of the log, and
/// proven. By several threads; the failure is the first in that order.
Result<std::vector<DossierStatement>> check_statements(Parts& parts, const Hashes& hashes, const Cover& cover,
                                                       Ground& ground, Checkpoints& checkpoints);

/// The chains, complete from their first statements on, with what is withheld in each (format.md section 19): missing_part,
/// malformed, forked_chain, broken_chain, chain_closed, wrong_epoch.
Result<std::vector<ShownChain>> check_chains(Parts& parts, const std::vector<DossierStatement>& statements,
                                             const Cover& cover, const Ground& ground);

}  // namespace dokaz
