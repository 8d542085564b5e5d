// SPDX-License-Identifier: GPL-3.0-or-later
// What the commands share: opening the vault, reading a short text.
#pragma once

#include "collector/cli/commands.hpp"
#include "collector/vault/vault.hpp"

namespace dokaz::cli {

/// By the key that the kernel keeps, if there is one and no passphrase file was named; else by the passphrase.
/// `not_joined` before anybody is asked. What takes no room opens on a full disk, too.
Result<Vault> open_vault(const Common& common, Reserve reserve = Reserve::may_be_used);

/// For who opens it again and again, with one passphrase: the key, and the vault is closed.
struct UnlockedVault {
  RoomKey room;
  bool by_kept_key = false;  // until the vault is locked, then no more
};
Result<UnlockedVault> unlock_vault(const Common& common);

/// A file, or the standard input for "-", of at most `cap` bytes: `too_large`. The detail of a failure is
/// `role`, for example "note file": which of the paths on the command line it was.
Result<SecretBytes> read_text(const std::string& path, std::size_t cap, const char* role);

}  // namespace dokaz::cli
