// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/net/prefix.hpp"

namespace dokaz::server {
namespace {

enum Kind : std::uint64_t { v4 = 1, v6 = 2 };

template <class Octets>
Prefix join(Kind kind, const Octets& octets, std::size_t count) {
  Prefix out = kind;
  for (std::size_t i = 0; i < count; ++i) out = out << 8 | octets[i];
  return out;
}

}  // namespace

Prefix prefix_of(const asio::ip::address& address) {
  if (address.is_loopback()) return 0;
  if (address.is_v4()) return join(v4, address.to_v4().to_bytes(), 3);
  const auto v6_address = address.to_v6();
  if (v6_address.is_v4_mapped()) return prefix_of(asio::ip::make_address_v4(asio::ip::v4_mapped, v6_address));
  return join(v6, v6_address.to_bytes(), 6);
}

}  // namespace dokaz::server
