// SPDX-License-Identifier: GPL-3.0-or-later
// A bad line: carries connections to a server of this machine, one after the other, and cuts each after so many bytes.
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <thread>

#include "crypto/check.hpp"

namespace dokaz::test {

class CuttingProxy {
 public:
  static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

  /// `budget` counts the bytes of both directions of one connection. After so many connections, nobody is heard.
  CuttingProxy(std::uint16_t server_port, std::uint64_t budget, std::size_t connections = 1) : budget_(budget) {
    listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    DOKAZ_CHECK(::bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    DOKAZ_CHECK(::listen(listening_, 1) == 0);
    socklen_t length = sizeof address;
    DOKAZ_CHECK(::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
    port_ = ntohs(address.sin_port);
    carrier_ = std::thread([this, server_port, connections] {
      while (connections_ < connections && carry(server_port)) {
      }
    });
  }
  ~CuttingProxy() {
    ::shutdown(listening_, SHUT_RDWR);  // ends an accept that nobody came to
    carrier_.join();
    ::close(listening_);
  }
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  std::uint16_t port() const { return port_; }
  std::uint64_t carried() const { return carried_; }
  std::size_t connections() const { return connections_; }

 private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  /// False: the test is over.
  bool carry(std::uint16_t server_port) {
    const int client = ::accept(listening_, nullptr, nullptr);
    if (client < 0) return false;
    ++connections_;
    of_this_one_ = 0;
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(server_port);
    if (::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
      std::array<pollfd, 2> both = {pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
      while (::poll(both.data(), both.size(), -1) > 0 && pass(both[0], server) && pass(both[1], client)) {
      }
    }
    ::close(client);
    ::close(server);
    return true;
  }

  /// False when the line is cut.
  bool pass(const pollfd& from, int to) {
    if (from.revents == 0) return true;
    std::array<char, 4096> buffer{};
    const std::uint64_t left = budget_ - of_this_one_;
    if (left == 0) return false;
    const ssize_t got = ::recv(from.fd, buffer.data(), std::min<std::uint64_t>(left, buffer.size()), 0);
    if (got <= 0) return false;
    carried_ += static_cast<std::uint64_t>(got);
    of_this_one_ += static_cast<std::uint64_t>(got);
    for (ssize_t done = 0; done < got;) {
      const ssize_t put =
          ::send(to, buffer.data() + done, static_cast<std::size_t>(got - done), MSG_NOSIGNAL);
      if (put <= 0) return false;
      done += put;
    }
    return true;
  }

  const std::uint64_t budget_;
  std::atomic<std::uint64_t> carried_ = 0;
  std::uint64_t of_this_one_ = 0;
  std::atomic<std::size_t> connections_ = 0;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::thread carrier_;
};

}  // namespace dokaz::test
