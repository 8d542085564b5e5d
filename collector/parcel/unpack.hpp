// SPDX-License-Identifier: GPL-3.0-or-later
// The server's answer to a parcel, brought back by hand: every receipt is checked by the vault, as in a sync.
#pragma once

#include <map>

#include "collector/vault/vault.hpp"

namespace dokaz {

inline constexpr std::uint64_t max_answer_file = std::uint64_t{48} << 20;  // bytes

struct UnpackReport {
  bool repeated = false;   // this very answer was unpacked before; nothing else was looked at
  std::size_t logged = 0;  // statements that are known to be logged since now
  std::size_t stored = 0;  // items that are known to be stored since now
  std::size_t acts = 0;    // the same of notes, consents and other acts that have an object
  std::map<std::uint64_t, Errc> refused;  // statements that the server did not take, by number
  std::size_t missing = 0;                // objects of the parcel that the server did not keep
  bool settled = false;                   // nothing of the parcel is open any more
  /// The first receipt that does not hold. What holds was kept.
  std::optional<Error> failure;
};

/// `age_no_match`: it answers no parcel of this vault that awaits an answer. age_*, malformed: it is damaged, or
/// speaks of other statements than the parcel has. `server_rolled_back`, `bad_consistency`, `policy_unmet`,
/// `bad_signature`: its checkpoint does not hold, or its receipts are under another one. Nothing of it was kept.
Result<UnpackReport> unpack(Vault& vault, ByteView answer);

}  // namespace dokaz
