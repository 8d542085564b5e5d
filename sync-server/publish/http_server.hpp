// SPDX-License-Identifier: GPL-3.0-or-later
// A small HTTP/1.1 server for GET and HEAD, over Boost.Beast: what may be asked and what is said is an
// Answerer's. It names neither itself nor anybody who asked.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "crypto/result.hpp"
#include "sync-server/publish/answer.hpp"

namespace dokaz::server {

/// docs/protocol.md section 9.
struct HttpLimits {
  std::size_t connections = 256;               // of too many, from the network that has the most of them,
                                               // the one whose last request is longest ago is closed
  std::uint32_t head = 8'192;                  // bytes of a request; it has no body
  std::chrono::milliseconds request{15'000};   // from the connection, or the answer before, to a complete head
  std::chrono::milliseconds answer{30'000};    // for the peer to take an answer
};

enum class Reachable { from_anywhere, from_this_machine };

class HttpServer {
 public:
  /// `address` is "HOST:PORT" with HOST an IPv4 address, or an IPv6 address in brackets; no name is looked up.
  /// Port 0 takes a free one. usage for another form, and for an address that others reach where it should be
  /// reachable from this machine alone; busy if the port is taken, io_error.
  static Result<HttpServer> open(std::string_view address, Answerer answerer, HttpLimits limits = {},
                                 Reachable reachable = Reachable::from_anywhere);
  ~HttpServer();
  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) noexcept;

  /// The port that is really listened on.
  std::uint16_t port() const;
  /// Serves until stop, on the calling thread. Call once. internal.
  Status run();
  /// From any thread; also before run.
  void stop();

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace dokaz::server
