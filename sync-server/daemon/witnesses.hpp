// SPDX-License-Identifier: GPL-3.0-or-later
// The witnesses of the server's policy, asked for as long as the server runs.
#pragma once

#include "sync-server/daemon/commands.hpp"
#include "sync-server/store/custody.hpp"
#include "sync-server/witness/cosigner.hpp"

namespace dokaz::server {

/// Asks the witnesses that have an address, and returns when each was asked once, so that a server whose folder
/// is an old copy takes no write; after ten seconds in any case. Where enough of them have seen another history of the
/// log, `custody` stops writing and goes on reading. Empty where none has an address. usage for addresses, a proxy or a
/// file of authorities that cannot be used. `custody` must outlive what is returned.
Result<std::unique_ptr<Cosigner>> start_witnesses(const Order& order, Custody& custody, Cosigner::EventSink events);

console::Advice advice_for_witnesses(Errc code);

}  // namespace dokaz::server
