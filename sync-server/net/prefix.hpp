// SPDX-License-Identifier: GPL-3.0-or-later
// Which network a connection comes from, as a number that stays in memory and is never written down.
#pragma once

#include "proto/transport/asio.hpp"

namespace dokaz::server {

/// The first 24 bits of an IPv4 address (also one that is mapped into IPv6), the first 48 of another; 0 for
/// this machine itself, where a proxy or an onion service hides who comes.
using Prefix = std::uint64_t;
Prefix prefix_of(const asio::ip::address& address);

}  // namespace dokaz::server
