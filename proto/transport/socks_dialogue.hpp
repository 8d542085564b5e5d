// SPDX-License-Identifier: GPL-3.0-or-later
// What a client says to a SOCKS5 proxy (RFC 1928, RFC 1929) so that it connects to a server by name, as a value
// without sockets. The proxy is trusted with nothing: what runs through it is TLS to a pinned key.
//
// The name is given to the proxy, never to a resolver. Every answer is read to its exact length, so that no byte of
// what follows is taken for the proxy's.
#pragma once

#include <string>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz {

/// Name and password that tell one user of a proxy from another: Tor gives each pair circuits of their own. No secret.
struct ProxyLogin {
  std::string user, password;  // 1 to 255 bytes each

  /// One that was never used before.
  static ProxyLogin random();
};

class SocksDialogue {
 public:
  /// `host`: a name of at most 255 bytes, IPv4, or IPv6 without brackets.
  SocksDialogue(std::string host, std::uint16_t port, ProxyLogin login);

  /// What is said first.
  Bytes greeting() const;
  /// The bytes that the next answer has, exactly; 0: the proxy has connected.
  std::size_t wants() const { return wants_; }
  /// `answer` has wants() bytes. What is said next, possibly nothing. proxy_failed: the proxy refused, or it is none;
  /// then nothing more may be said.
  Result<Bytes> answered(ByteView answer);

 private:
  enum class State { method, login, head, rest, connected };
  Result<Bytes> choose(ByteView answer);
  Result<Bytes> admitted(ByteView answer);
  Result<Bytes> head(ByteView answer);
  Bytes connect_request() const;
  Bytes login_request() const;

  std::string host_;
  std::uint16_t port_;
  ProxyLogin login_;
  State state_ = State::method;
  std::size_t wants_ = 2;
};

}  // namespace dokaz
