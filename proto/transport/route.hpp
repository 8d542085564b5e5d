// SPDX-License-Identifier: GPL-3.0-or-later
// Which way a connection to a server takes: straight, or through a SOCKS5 proxy such as Tor.
#pragma once

#include <optional>

#include "proto/format/invitation.hpp"

namespace dokaz {

/// A proxy's own address: IPv4 or IPv6, never a name, since a name would have to be looked up.
struct ProxyAddress {
  ServerAddress at;
  friend bool operator==(const ProxyAddress&, const ProxyAddress&) = default;
};
/// "socks5h://127.0.0.1:9050"; "localhost" is 127.0.0.1. malformed: another scheme, a name, a login in the address.
Result<ProxyAddress> parse_proxy(std::string_view text);
std::string format_proxy(const ProxyAddress& proxy);

struct Route {
  std::optional<ProxyAddress> proxy;
  bool proxy_only = false;  // without a proxy, or with a dead one, nothing is connected to at all

  friend bool operator==(const Route&, const Route&) = default;
};

/// proxy_failed: this server must not be connected to on this route: no proxy, but one is demanded, or the address
/// is an onion service's, which nothing but Tor knows.
Status check_route(const Route& route, const ServerAddress& server);
bool is_onion(const ServerAddress& server);

}  // namespace dokaz
