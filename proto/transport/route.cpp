// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/transport/route.hpp"

#include <arpa/inet.h>

namespace dokaz {
namespace {

constexpr std::string_view scheme = "socks5h://";

bool is_literal(const std::string& host) {
  in6_addr room{};
  return ::inet_pton(AF_INET, host.c_str(), &room) == 1 || ::inet_pton(AF_INET6, host.c_str(), &room) == 1;
}

}  // namespace

Result<ProxyAddress> parse_proxy(std::string_view text) {
  if (!text.starts_with(scheme)) return fail(Errc::malformed, "a proxy is socks5h://ADDRESS:PORT");
  DOKAZ_LET(at, parse_server_address(text.substr(scheme.size())));
  if (at.host == "localhost") at.host = "127.0.0.1";
  if (!is_literal(at.host)) return fail(Errc::malformed, "a proxy is named by its address in numbers");
  return ProxyAddress{std::move(at)};
}

std::string format_proxy(const ProxyAddress& proxy) { return std::string(scheme) + format_server_address(proxy.at); }

bool is_onion(const ServerAddress& server) { return server.host == "onion" || server.host.ends_with(".onion"); }

Status check_route(const Route& route, const ServerAddress& server) {
  if (route.proxy) return {};
  if (route.proxy_only) return fail(Errc::proxy_failed, "only a proxy is allowed, and none is named");
  if (is_onion(server)) return fail(Errc::proxy_failed, "an .onion address is reached through Tor only, and no proxy is named");
  return {};
}

}  // namespace dokaz
