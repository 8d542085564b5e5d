// SPDX-License-Identifier: GPL-3.0-or-later
// A new chain of the same member, for a vault that was restored from a backup or whose server is ahead of it:
// format.md section 3. The old vault stays as it is.
#pragma once

#include "collector/vault/chain_acts.hpp"

namespace dokaz {

/// Where a chain ended, as far as a vault knows.
struct ChainEnding {
  ChainId chain;
  std::uint64_t seq = 0;
  StatementHash head;
};

struct Restart {
  Enrolment enrolment;  // the same member, and the genesis of their next chain, which commits to where the old one ended
  ChainEnding old;
};

/// Nothing is written. `broken_chain` where the member has had all chains that a case allows; the failures of the vault.
Result<Restart> restart_of(Vault& old, const ClaimedTime& now);
/// In the vault that was made of it: tells the legal team, by a note about the case, which chain this one continues.
Result<SealedItem> name_old_chain(Vault& restarted, const ChainEnding& old, const ClaimedTime& now);

}  // namespace dokaz
