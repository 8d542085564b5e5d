// SPDX-License-Identifier: GPL-3.0-or-later
// A SOCKS5 proxy on this machine, honest or hostile, that remembers what it was told.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "crypto/bytes.hpp"
#include "tests/unit/collector/loopback.hpp"

namespace dokaz::test {

class SocksStub {
 public:
  /// Carries every connection to this port of this machine, whatever name it was told.
  explicit SocksStub(std::uint16_t server_port) : server_port_(server_port) { listen(); }
  /// Answers what it is told, in turn, by these bytes, then is silent; or closes where `closes`.
  SocksStub(std::vector<Bytes> script, bool closes) : script_(std::move(script)), closes_(closes) { listen(); }
  ~SocksStub() {
    over_ = true;
    ::shutdown(listening_, SHUT_RDWR);
    acceptor_.join();
    for (std::thread& carrier : carriers_) carrier.join();
    ::close(listening_);
  }
  SocksStub(const SocksStub&) = delete;
  SocksStub& operator=(const SocksStub&) = delete;

  std::uint16_t port() const { return port_; }
  /// "name:port" of each connection, and the logins.
  std::vector<std::string> asked() const {
    const std::lock_guard guard(mutex_);
    return asked_;
  }
  std::vector<std::string> logins() const {
    const std::lock_guard guard(mutex_);
    return logins_;
  }
  /// Bytes that came after what a proxy is told.
  std::uint64_t carried() const { return carried_; }

 private:
  void listen() {
    const Listening socket = listen_on_loopback(8);
    listening_ = socket.descriptor;
    port_ = socket.port;
    acceptor_ = std::thread([this] {
      for (int client = 0; (client = ::accept(listening_, nullptr, nullptr)) >= 0;)
        carriers_.emplace_back([this, client] {
          script_.empty() ? serve(client) : recite(client);
          ::close(client);
        });
    });
  }

  /// Waits for bytes or the end of the test.
  bool readable(int from) const {
    pollfd one{from, POLLIN, 0};
    while (!over_)
      if (::poll(&one, 1, 50) > 0) return true;
    return false;
  }
  bool read(int from, std::size_t count, Bytes& into) const {
    into.resize(count);
    for (std::size_t have = 0; have < count;) {
      if (!readable(from)) return false;
      const auto got = ::recv(from, into.data() + have, count - have, 0);
      if (got <= 0) return false;
      have += static_cast<std::size_t>(got);
    }
    return true;
  }
  static bool say(int to, const Bytes& bytes) {
    return ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }
  void recite(int client) {
    Bytes heard(512);
    for (const Bytes& line : script_) {
      if (!readable(client) || ::recv(client, heard.data(), heard.size(), 0) <= 0) return;
      if (!say(client, line)) return;
    }
    while (!closes_ && readable(client)) {
      const auto got = ::recv(client, heard.data(), heard.size(), 0);
      if (got <= 0) return;
      carried_ += static_cast<std::uint64_t>(got);
    }
  }

  void serve(int client) {
    Bytes in;
    if (!read(client, 4, in) || !say(client, {5, 2})) return;
    if (!read(client, 2, in)) return;
    const std::size_t user = in[1];
    Bytes name, password;
    if (!read(client, user, name) || !read(client, 1, in) || !read(client, in[0], password) || !say(client, {1, 0})) return;
    if (!read(client, 5, in)) return;
    const bool named = in[3] == 3;
    Bytes rest;
    if (!read(client, named ? in[4] + 2u : 5u, rest)) return;
    {
      const std::lock_guard guard(mutex_);
      logins_.push_back(std::string(text_of(name)) + ":" + std::string(text_of(password)));
      asked_.push_back(named ? std::string(text_of(ByteView(rest).first(in[4]))) : "a number");
    }
    const int server = connect_on_loopback(server_port_);
    if (server >= 0 && say(client, {5, 0, 0, 1, 0, 0, 0, 0, 0, 0})) {
      std::array<pollfd, 2> both = {pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
      while (!over_ && ::poll(both.data(), both.size(), 50) >= 0 && pass(both[0], server) && pass(both[1], client)) {
      }
    }
    if (server >= 0) ::close(server);
  }
  bool pass(const pollfd& from, int to) {
    if (from.revents == 0) return true;
    std::array<char, 16384> buffer{};
    const ssize_t got = ::recv(from.fd, buffer.data(), buffer.size(), 0);
    if (got <= 0) return false;
    carried_ += static_cast<std::uint64_t>(got);
    for (ssize_t done = 0; done < got;) {
      const ssize_t put = ::send(to, buffer.data() + done, static_cast<std::size_t>(got - done), MSG_NOSIGNAL);
      if (put <= 0) return false;
      done += put;
    }
    return true;
  }

  const std::uint16_t server_port_ = 0;
  const std::vector<Bytes> script_;
  const bool closes_ = false;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> over_ = false;
  std::atomic<std::uint64_t> carried_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> asked_, logins_;
  std::vector<std::thread> carriers_;
  std::thread acceptor_;
};

}  // namespace dokaz::test
