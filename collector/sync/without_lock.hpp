// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting for the network without keeping other commands out of the vault. Private to the folder.
#pragma once

#include "collector/sync/pause.hpp"
#include "collector/vault/vault.hpp"

namespace dokaz {

/// Waits for another command to end, at most ten minutes: `busy`. interrupted; not_joined: the vault is gone.
inline Status take_lock_again(Vault& vault, const Pause& pause) {
  constexpr std::chrono::minutes most{10};
  Status taken = vault.take_lock();
  if (taken || taken.code() != Errc::busy) return taken;
  pause.until([&] {
    taken = vault.take_lock();
    return taken || taken.code() != Errc::busy;
  }, most);
  return !taken && pause.stopped() ? fail(Errc::interrupted) : taken;
}

/// What `work` gives, a Result; it runs while the vault's lock is given up, and must touch nothing of the vault that
/// is not const.
template <class Work>
auto without_lock(Vault& vault, const Pause& pause, Work work) -> decltype(work()) {
  vault.let_go();
  auto outcome = work();
  const Status taken = take_lock_again(vault, pause);
  if (!taken) return taken.error();
  return outcome;
}

}  // namespace dokaz
