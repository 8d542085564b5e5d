// SPDX-License-Identifier: GPL-3.0-or-later
// Fetching the proofs that witnesses vouch for. Private to the folder.
#pragma once

#include "collector/sync/pause.hpp"
#include "collector/vault/vault.hpp"
#include "proto/transport/client.hpp"

namespace dokaz {

/// Proofs of what is stored. What they do not cover yet, a later run finds. `cosigned` counts the items.
Status collect_cosigned(Vault& vault, const Pause& pause, Client& client, std::size_t& cosigned);

}  // namespace dokaz
