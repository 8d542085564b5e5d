// SPDX-License-Identifier: GPL-3.0-or-later
// How `run` and `receive` lock themselves in: as an unprivileged user, and with no file and no port but what was
// asked for.
#pragma once

#include <functional>

#include "sync-server/anchor/authority_list.hpp"
#include "sync-server/daemon/commands.hpp"
#include "sync-server/sandbox/sandbox.hpp"

namespace dokaz::server {

/// refused for root, unless --allow-root says that this is wanted.
Status check_user(const Order& order);

/// For commands that write: refused for root in a folder of somebody else, who could not use what root leaves there.
Status check_owner(const Order& order);

/// What the server that was asked for may touch, by its options and by the file `policy` of its folder. The files
/// of `authorities` were read, and are not in it.
Reach reach_of(const Order& order, const std::vector<Authority>& authorities);

/// What `receive` may touch: the server's folder and key, the parcel, the folder that the answer goes to; no port.
Reach reach_of_receiving(const Order& order);

/// Whether names are looked up while it runs.
Lookups lookups_of(const Order& order, const std::vector<Authority>& authorities);

/// confine_reach for it. Call it before anything is opened and any thread begins: both would not be held. What
/// this kernel does not know of it is said to `note`. not_found without the folder; io_error where the kernel refuses.
Status lock_in(const Order& order, const std::vector<Authority>& authorities,
               const std::function<void(std::string_view)>& note);

console::Advice advice_for_user();
console::Advice advice_for_owner();
console::Advice advice_for_lock();

}  // namespace dokaz::server
