// SPDX-License-Identifier: GPL-3.0-or-later
// TLS over one non-blocking socket: OpenSSL reads and writes the descriptor itself, Asio only waits for it.
// An idle connection costs about 17 KiB so, a quarter of what asio::ssl::stream takes.
//
// One thread, one read and one write at a time. Closing makes everything under way end with
// connection_lost. A write to a closed peer raises no signal.
#pragma once

#include "proto/dialogue/auth.hpp"
#include "proto/transport/asio.hpp"
#include "proto/transport/tls_context.hpp"

namespace dokaz {

class TlsStream {
 public:
  /// A server's end, which shows the present one of `pins`; or a client's end, which accepts only `pins`.
  TlsStream(Tcp::socket socket, const TlsContext& context, const TlsPins& pins);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  /// wrong_pin (client), connection_lost for whatever else fails, also for a peer without ALPN h2.
  asio::awaitable<Status> handshake();
  /// At least one byte. connection_lost at the end.
  asio::awaitable<Result<std::size_t>> read_some(std::span<Byte> room);
  asio::awaitable<Status> write_all(ByteView bytes);
  /// Says that nothing more comes, then reads on until the peer closes, so that it gets what was sent last.
  /// The caller's watchdog bounds it.
  asio::awaitable<void> finish();

  /// Whether a read would not wait: bytes or the end are there.
  bool input_waiting();
  /// After the handshake.
  ChannelBinding channel() const;
  /// That of the certificate on this connection.
  const TlsPin& pin() const;
  void close();

 private:
  struct State;
  asio::awaitable<bool> wait(int ssl_outcome);

  std::unique_ptr<State> state_;
};

}  // namespace dokaz
