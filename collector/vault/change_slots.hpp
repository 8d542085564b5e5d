// SPDX-License-Identifier: GPL-3.0-or-later
// What the owner of a vault changes in its key file. Nothing is encrypted anew: the rooms keep their keys. Each
// call wants the passphrase and does what unlock does with it, and has its failures; each is done whole or not at
// all, also after a power cut.
#pragma once

#include "crypto/files.hpp"
#include "crypto/secret.hpp"

namespace dokaz {

/// `usage` if the new passphrase opens something here already.
Status change_passphrase(const Path& vault, const SecretBytes& passphrase, const SecretBytes& next);

/// Sets the duress passphrase, or changes it. `usage` as above.
Status add_duress(const Path& vault, const SecretBytes& passphrase, const SecretBytes& duress);
/// Does the same work, and says the same, where there is none.
Status remove_duress(const Path& vault, const SecretBytes& passphrase);

inline constexpr std::uint16_t fewest_tries = 3;
/// After `limit` wrong passphrases in a row the vault is destroyed; 0: never. `usage` between 0 and fewest_tries.
Status set_wipe_after(const Path& vault, const SecretBytes& passphrase, std::uint16_t limit);

}  // namespace dokaz
