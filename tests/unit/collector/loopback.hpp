// SPDX-License-Identifier: GPL-3.0-or-later
// Sockets of this machine alone, on ports that the system picks.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>

#include "crypto/check.hpp"

namespace dokaz::test {

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// Whoever made it closes the descriptor.
struct Listening {
  int descriptor = -1;
  std::uint16_t port = 0;
};

inline Listening listen_on_loopback(int backlog) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  DOKAZ_CHECK(::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  DOKAZ_CHECK(::listen(descriptor, backlog) == 0);
  socklen_t length = sizeof address;
  DOKAZ_CHECK(::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  return {descriptor, ntohs(address.sin_port)};
}

/// -1 where nobody listens.
inline int connect_on_loopback(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(port);
  if (::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return descriptor;
  ::close(descriptor);
  return -1;
}

}  // namespace dokaz::test
