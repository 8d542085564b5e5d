// SPDX-License-Identifier: GPL-3.0-or-later
// A bad line: carries connections to a server of this machine, one after the other, and cuts each after so many bytes.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <thread>

#include "tests/unit/collector/loopback.hpp"

namespace dokaz::test {

class CuttingProxy {
 public:
  static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

  /// `budget` counts the bytes of both directions of one connection. After so many connections, nobody is heard.
  CuttingProxy(std::uint16_t server_port, std::uint64_t budget, std::size_t connections = 1) : budget_(budget) {
    const Listening socket = listen_on_loopback(1);
    listening_ = socket.descriptor;
    port_ = socket.port;
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
  /// False: the test is over.
  bool carry(std::uint16_t server_port) {
    const int client = ::accept(listening_, nullptr, nullptr);
    if (client < 0) return false;
    ++connections_;
    of_this_one_ = 0;
    const int server = connect_on_loopback(server_port);
    if (server >= 0) {
      std::array<pollfd, 2> both = {pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
      while (::poll(both.data(), both.size(), -1) > 0 && pass(both[0], server) && pass(both[1], client)) {
      }
    }
    ::close(client);
    if (server >= 0) ::close(server);
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
