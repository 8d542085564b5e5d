// SPDX-License-Identifier: GPL-3.0-or-later
// One connection of a client, with the loop that drives it: what Client is made of. Private to the folder.
#pragma once

#include "proto/dialogue/client_dialogue.hpp"
#include "proto/transport/client.hpp"
#include "proto/transport/frame_stream.hpp"

namespace dokaz {

class ClientConnection {
 public:
  ClientConnection(TlsContext context, Deadlines deadlines);

  /// unreachable, timed_out, wrong_pin, connection_lost.
  Status connect(const ServerAddress& address, const TlsPins& pins);
  const TlsStream& stream() const { return *stream_; }

  /// Sends a request without waiting for its answer. What the dialogue does not allow now changes nothing;
  /// every other failure closes.
  Status send(const Request& request);
  /// The next response. A Failure of the server is given as its code.
  Result<Response> receive();
  template <class R>
  Result<R> receive_a() {
    DOKAZ_LET(response, receive());
    if (auto* r = std::get_if<R>(&response)) return std::move(*r);
    close();
    return Errc::out_of_turn;
  }
  template <class R>
  Result<R> ask(const Request& request) {
    DOKAZ_TRY(send(request));
    return receive_a<R>();
  }

  /// How many bytes from `offset` on may be sent now.
  std::uint64_t credit(std::uint64_t offset) const {
    return dialogue_.credit_end() - std::min(dialogue_.credit_end(), offset);
  }
  bool input_waiting() { return stream_ && stream_->input_waiting(); }
  bool is_open() const { return open_; }
  ClientDialogue::State state() const { return dialogue_.state(); }
  void close();

 private:
  asio::awaitable<Status> open(std::string host, std::uint16_t port, TlsPins pins);
  asio::awaitable<Status> write(Frame frame);
  asio::awaitable<Result<Response>> read();
  template <class T>
  Result<T> run(asio::awaitable<Result<T>> work);

  TlsContext context_;
  Deadlines deadlines_;
  asio::io_context io_{1};
  Tcp::resolver resolver_{io_};
  Tcp::socket socket_{io_};  // until the stream takes it
  std::optional<TlsStream> stream_;
  Watchdog watchdog_;
  ClientDialogue dialogue_;
  std::optional<FrameStream> frames_;
  bool open_ = false;
};

}  // namespace dokaz
