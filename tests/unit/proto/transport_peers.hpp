// SPDX-License-Identifier: GPL-3.0-or-later
// The other ends that tests of the transport need: a server that answers by a function, a client that
// sends any bytes, and a line that is cut after so many bytes.
#pragma once

#include <atomic>
#include <thread>

#include "proto/dialogue/server_dialogue.hpp"
#include "proto/format/invitation.hpp"
#include "proto/transport/frame_stream.hpp"
#include "proto/transport/tls_identity.hpp"

namespace dokaz::peers {

using namespace std::chrono_literals;

inline ServerAddress loopback(const Tcp::acceptor& acceptor) { return {"127.0.0.1", acceptor.local_endpoint().port()}; }
inline Tcp::endpoint any_port() { return {asio::ip::make_address_v4("127.0.0.1"), 0}; }

/// Answers each request by a function; nothing means: more Data, please, or for others: say nothing at all.
class AnsweringServer {
 public:
  using Answer = std::function<std::optional<Response>(const Request&)>;

  explicit AnsweringServer(Answer answer) : answer_(std::move(answer)) {
    asio::co_spawn(io_, accept_all(this), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
  }
  ~AnsweringServer() {
    io_.stop();
    thread_.join();
  }
  ServerAddress address() const { return loopback(acceptor_); }
  TlsPin pin() const { return pin_of_certificate(identity_.certificate).value(); }
  int requests() const { return requests_; }

 private:
  static asio::awaitable<void> accept_all(AnsweringServer* self) {
    for (;;) {
      auto [error, socket] = co_await self->acceptor_.async_accept(as_value);
      if (error) co_return;
      asio::co_spawn(self->io_, serve(self, std::move(socket)), asio::detached);
    }
  }
  static asio::awaitable<void> serve(AnsweringServer* self, Tcp::socket socket) {
    TlsStream stream(std::move(socket), self->context_, self->pin());
    Watchdog watchdog(self->io_.get_executor(), [&stream] { stream.close(); });
    ServerDialogue dialogue;
    FrameStream frames(stream, watchdog, [&dialogue](FrameHeader header) { return dialogue.admits(header); }, 10s);
    if (!co_await stream.handshake()) co_return;
    for (;;) {
      const auto frame = co_await frames.read(10s);
      if (!frame) co_return;
      const auto request = dialogue.received(*frame);
      if (!request) co_return;
      if (!*request) continue;
      ++self->requests_;
      if (const auto* hello = std::get_if<Hello>(&**request))
        if (!verify_hello(*hello, stream.channel(), stream.pin())) co_return;
      const auto answer = self->answer_(**request);
      if (!answer && dialogue.state() == ServerDialogue::State::keeping) dialogue.goes_on();
      if (!answer) continue;
      if (!co_await frames.write(dialogue.reply(*answer).value())) co_return;
      while (dialogue.state() == ServerDialogue::State::sending) {
        const auto part = self->answer_(Data{});
        if (!part || !co_await frames.write(dialogue.reply(*part).value())) co_return;
      }
    }
  }

  Answer answer_;
  TlsIdentity identity_ = make_tls_identity().value();
  TlsContext context_ = TlsContext::server(identity_.certificate, identity_.key).value();
  asio::io_context io_{1};
  Tcp::acceptor acceptor_{io_, any_port()};
  std::atomic<int> requests_ = 0;
  std::thread thread_;
};

/// A client that sends whatever bytes it is told to.
class RawClient {
 public:
  RawClient(const ServerAddress& address, const TlsPin& pin) : socket_(io_) {
    socket_.connect({asio::ip::make_address(address.host), address.port});
    stream_.emplace(std::move(socket_), TlsContext::client().value(), pin);
    frames_.emplace(*stream_, watchdog_, [](FrameHeader) { return Status(); }, 10s);
  }
  Status handshake() { return run(stream_->handshake()); }
  Status send(Bytes bytes) { return run(write(std::move(bytes))); }
  Status send(const Request& request) { return send(serialize(encode(request).value())); }
  /// The next frame, or connection_lost.
  Result<Frame> read() { return run(frames_->read(10s)); }
  /// The next response's failure; what reading failed with if there is none.
  Errc failure() {
    const auto frame = read();
    if (!frame) return frame.code();
    const auto response = decode_response(*frame).value();
    const auto* failure = std::get_if<Failure>(&response);
    return failure ? failure->code : Errc::usage;
  }
  ChannelBinding channel() const { return stream_->channel(); }

 private:
  template <class T>
  static asio::awaitable<void> keep(asio::awaitable<Result<T>> work, std::optional<Result<T>>* out) {
    out->emplace(co_await std::move(work));
  }
  asio::awaitable<Status> write(Bytes bytes) { co_return co_await stream_->write_all(bytes); }
  template <class T>
  Result<T> run(asio::awaitable<Result<T>> work) {
    std::optional<Result<T>> out;
    io_.restart();
    asio::co_spawn(io_, keep(std::move(work), &out), asio::detached);
    io_.run();
    return std::move(out).value();
  }

  asio::io_context io_{1};
  Tcp::socket socket_;
  std::optional<TlsStream> stream_;
  Watchdog watchdog_{io_.get_executor(), [this] { stream_->close(); }};
  std::optional<FrameStream> frames_;
};

/// Carries bytes to a server and back, and closes both ends once so many have come back.
class CutLine {
 public:
  CutLine(const ServerAddress& to, std::size_t cut_after) : to_(to), left_(cut_after) {
    asio::co_spawn(io_, carry(this), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
  }
  ~CutLine() {
    io_.stop();
    thread_.join();
  }
  ServerAddress address() const { return loopback(acceptor_); }
  std::size_t carried() const { return carried_; }

 private:
  static asio::awaitable<void> carry(CutLine* self) {
    auto [error, client] = co_await self->acceptor_.async_accept(as_value);
    if (error) co_return;
    self->client_ = std::move(client);
    const Tcp::endpoint server(asio::ip::make_address(self->to_.host), self->to_.port);
    const auto [failed] = co_await self->server_.async_connect(server, as_value);
    if (failed) co_return;
    self->client_.set_option(Tcp::no_delay(true));
    self->server_.set_option(Tcp::no_delay(true));
    asio::co_spawn(self->io_, pump(self, &self->client_, &self->server_, nullptr), asio::detached);
    asio::co_spawn(self->io_, pump(self, &self->server_, &self->client_, &self->left_), asio::detached);
  }
  static asio::awaitable<void> pump(CutLine* self, Tcp::socket* from, Tcp::socket* to, std::size_t* left) {
    Bytes buffer(16 * 1024);
    while (!left || *left > 0) {
      const auto [error, count] = co_await from->async_read_some(asio::buffer(buffer), as_value);
      if (error) break;
      const std::size_t passed = left ? std::min(count, *left) : count;
      const auto [failed, written] =
          co_await asio::async_write(*to, asio::buffer(buffer, passed), as_value);
      if (failed) break;
      if (left) {
        *left -= written;
        self->carried_ += written;
      }
    }
    boost::system::error_code ignored;
    self->client_.close(ignored);
    self->server_.close(ignored);
  }

  ServerAddress to_;
  std::size_t left_;
  std::atomic<std::size_t> carried_ = 0;
  asio::io_context io_{1};
  Tcp::acceptor acceptor_{io_, any_port()};
  Tcp::socket client_{io_};
  Tcp::socket server_{io_};
  std::thread thread_;
};

}  // namespace dokaz::peers
