// SPDX-License-Identifier: GPL-3.0-or-later
// A small HTTP server on loopback for tests of what goes out: one thread a connection, one request each.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

#include "crypto/bytes.hpp"

namespace dokaz::server::test {

class HttpPeer {
 public:
  struct Request {
    std::string head;  // request line and header lines, with the empty line
    Bytes body;
    /// "POST /add-checkpoint HTTP/1.1"
    std::string first_line() const { return head.substr(0, head.find('\r')); }
  };
  /// The whole answer as bytes, or nothing at all: then the connection stays open and silent until the end.
  using Handler = std::function<std::optional<std::string>(const Request&)>;

  static std::string answer(int status, std::string_view type, std::string_view body) {
    return "HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Type: " + std::string(type) +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + std::string(body);
  }

  explicit HttpPeer(Handler handler) : handler_(std::move(handler)) {
    listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listening_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(listening_, 64) == 0);
    REQUIRE(::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { accept_all(); });
  }
  ~HttpPeer() {
    ::shutdown(listening_, SHUT_RDWR);
    accepting_.join();
    ::close(listening_);
    {
      const std::lock_guard lock(mutex_);
      for (const auto& each : connections_) ::shutdown(each.socket, SHUT_RDWR);
    }
    for (auto& each : connections_) {
      each.thread.join();
      ::close(each.socket);
    }
  }
  HttpPeer(const HttpPeer&) = delete;
  HttpPeer& operator=(const HttpPeer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(std::string_view path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }
  /// How many requests came whole.
  std::size_t requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  struct Connection {
    int socket;
    std::thread thread;
  };

  void accept_all() {
    for (;;) {
      const int socket = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) return;
      const std::lock_guard lock(mutex_);
      auto& connection = connections_.emplace_back(Connection{socket, {}});
      connection.thread = std::thread([this, socket] { serve(socket); });
    }
  }
  void serve(int socket) {
    const auto request = read(socket);
    if (!request) return static_cast<void>(::shutdown(socket, SHUT_RDWR));
    {
      const std::lock_guard lock(mutex_);
      ++requests_;
    }
    if (const auto text = handler_(*request)) {
      std::size_t sent = 0;
      while (sent < text->size()) {
        const ssize_t step = ::send(socket, text->data() + sent, text->size() - sent, MSG_NOSIGNAL);
        if (step <= 0) break;
        sent += static_cast<std::size_t>(step);
      }
      ::shutdown(socket, SHUT_RDWR);
    } else {
      char ignored = 0;
      while (::recv(socket, &ignored, 1, 0) > 0) {}
    }
  }
  static std::optional<Request> read(int socket) {
    std::string all;
    std::size_t end = std::string::npos;
    std::size_t body = 0;
    for (;;) {
      if (end == std::string::npos) {
        end = all.find("\r\n\r\n");
        if (end != std::string::npos) {
          end += 4;
          const std::size_t at = all.find("Content-Length: ");
          if (at < end) body = std::stoul(all.substr(at + 16));
        }
      }
      if (end != std::string::npos && all.size() >= end + body)
        return Request{all.substr(0, end), to_bytes(all.substr(end, body))};
      char some[4096];
      const ssize_t step = ::recv(socket, some, sizeof some, 0);
      if (step <= 0) return std::nullopt;
      all.append(some, static_cast<std::size_t>(step));
    }
  }

  Handler handler_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::size_t requests_ = 0;
  std::list<Connection> connections_;
  std::thread accepting_;
};

}  // namespace dokaz::server::test
