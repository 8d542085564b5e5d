// SPDX-License-Identifier: GPL-3.0-or-later
// One connection of a client, with the loop that drives it: what Client is made of. Private to the folder.
#pragma once

#include "proto/dialogue/client_dialogue.hpp"
#include "proto/transport/client.hpp"
#include "proto/transport/frame_stream.hpp"

namespace dokaz {

class ClientConnection {
 public:
  ClientConnection(TlsContext context, const Line& line);

  /// unreachable, timed_out, wrong_pin, connection_lost, proxy_failed, interrupted.
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
  /// Most bytes of an object in one frame: on a line with a pace what takes a second, so that a server that
  /// bounds the time of a frame stays patient.
  std::size_t frame_size() const;
  bool input_waiting() { return stream_ && stream_->input_waiting(); }
  bool is_open() const { return open_; }
  ClientDialogue::State state() const { return dialogue_.state(); }
  void close();

 private:
  asio::awaitable<Status> open(TlsPins pins);
  asio::awaitable<Status> reach_straight();
  asio::awaitable<Status> reach_through_proxy();
  asio::awaitable<Status> talk_to_proxy();
  asio::awaitable<Status> write(Frame frame);
  asio::awaitable<Result<Response>> read();
  template <class T>
  Result<T> run(asio::awaitable<Result<T>> work);

  TlsContext context_;
  Line line_;
  ServerAddress server_;
  asio::io_context io_{1};
  Tcp::resolver resolver_{io_};
  Tcp::socket socket_{io_};  // until the stream takes it
  std::optional<TlsStream> stream_;
  Watchdog watchdog_;
  ClientDialogue dialogue_;
  std::optional<FrameStream> frames_;
  bool open_ = false;
  bool at_proxy_ = false;     // until the proxy says that it has connected
  bool interrupted_ = false;
};

}  // namespace dokaz
