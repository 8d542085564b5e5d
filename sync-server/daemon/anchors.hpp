// SPDX-License-Identifier: GPL-3.0-or-later
// The anchors' schedule beside a server that runs.
#pragma once

#include "console/console.hpp"
#include "sync-server/anchor/anchoring.hpp"
#include "sync-server/daemon/commands.hpp"
#include "sync-server/store/custody.hpp"

namespace dokaz::server {

/// Starts the schedule; one that does nothing where there are no authorities. Goes out as the witnesses' calls do: by
/// the proxy of `order`, which then sees the names, and nobody else. `custody` must outlive it. As Anchoring::start.
Result<std::unique_ptr<Anchoring>> start_anchoring(const Order& order, std::vector<Authority> authorities,
                                                   Custody& custody, Anchoring::Note note);

console::Advice advice_for_authorities(Errc code);

}  // namespace dokaz::server
