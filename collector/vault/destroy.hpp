// SPDX-License-Identifier: GPL-3.0-or-later
// Making a vault unreadable for ever, without its passphrase and without waiting for its lock.
#pragma once

#include "collector/vault/removal.hpp"

namespace dokaz {

/// Afterwards nothing opens the vault: the key slots are overwritten and on the disk, and the kernel's copy of the
/// key is gone. `not_joined` if there is no vault. Files stay.
Status destroy_keys(const Path& vault);

struct Removed {
  std::size_t objects = 0;   // sealed objects that went
  bool all = true;           // false: files that are not the vault's stay in the folder, and it with them
};

/// Overwrites the beginnings of the databases, then removes every file of the vault, and the folder. For after
/// `destroy_keys`. Goes on after a failure, and names the first.
Result<Removed> remove_vault(const Path& vault, const RemovalProgress& progress = nullptr);

}  // namespace dokaz
