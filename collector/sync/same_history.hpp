// SPDX-License-Identifier: GPL-3.0-or-later
// Whether what was received stands in the very log that is looked at from run to run. Private to the folder.
//
// A receipt is checked against the checkpoint that came with it. A server that signs two logs could give receipts
// from one and show the other to everybody else: so what was received is asked for once more, against a checkpoint of
// one history with the newest that this vault has seen.
#pragma once

#include "collector/sync/pause.hpp"
#include "collector/vault/vault.hpp"
#include "proto/transport/client.hpp"

namespace dokaz {

/// What became of each is kept: one that does not stand there is received no more. bad_consistency, server_rolled_back, bad_inclusion and the other failures of a receipt: it does not stand there. What
/// the server does not prove yet, as where its witnesses have not seen it, is counted in `unproved`.
Status check_same_history(Vault& vault, const Pause& pause, Client& client, const std::vector<OwnStatement>& received,
                          std::size_t& unproved);

}  // namespace dokaz
