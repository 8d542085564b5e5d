// SPDX-License-Identifier: GPL-3.0-or-later
// From a passphrase to the room that it opens, with everything that a passphrase does besides: a wrong one is
// counted where the vault's owner wanted that, a duress passphrase erases. format.md section 11.
//
// Every call does the same work in the same order whatever the passphrase is: one derivation, eight tries, one
// write of the key file, and after a right one the start of a process that clears a room, or nothing.
#pragma once

#include "collector/vault/room.hpp"
#include "collector/vault/slot_file.hpp"

namespace dokaz {

/// What a passphrase opened, and the key file for who wants to change it.
struct Unlocked {
  RoomKey room;
  std::size_t slot = 0;
  KeySlots::Derived derived;
  SlotFile file;
};

/// The vault's lock. Where another command has it, `busy`; but the passphrase is tried before that is said, in the same
/// time for each, and one for duress erases: the other command goes on with what it has in memory until it ends.
Result<FolderLock> lock_vault(const Path& vault, const SecretBytes& passphrase);

/// Hold the vault's lock, and give it as `held`. `not_joined` if there is no vault; `wrong_passphrase`, where the
/// detail says how many tries are left if they are counted; `damaged_store`; `unsupported_version`; `io_error` or
/// `no_space` where a try that must be counted cannot be. After the last wrong try the vault is gone, and the
/// answer is the same.
Result<Unlocked> unlock(const Path& vault, const SecretBytes& passphrase, const FolderLock& held);

}  // namespace dokaz
