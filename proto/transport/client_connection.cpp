// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/transport/client_connection.hpp"

namespace dokaz {
namespace {

/// A named coroutine that takes values: GCC 12 destroys the captures of a coroutine lambda twice.
template <class T>
asio::awaitable<void> keep(asio::awaitable<Result<T>> work, std::optional<Result<T>>* outcome, Watchdog* watchdog) {
  outcome->emplace(co_await std::move(work));
  watchdog->rest();  // else the loop would wait for it
}

}  // namespace

ClientConnection::ClientConnection(TlsContext context, Deadlines deadlines)
    : context_(std::move(context)), deadlines_(deadlines), watchdog_(io_.get_executor(), [this] {
        resolver_.cancel();
        close();
      }) {}

void ClientConnection::close() {
  open_ = false;
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (stream_) stream_->close();
}

/// Drives the loop until `work` is done. Library exceptions (no memory, no descriptors) stop here.
template <class T>
Result<T> ClientConnection::run(asio::awaitable<Result<T>> work) {
  std::optional<Result<T>> outcome;
  try {
    io_.restart();
    asio::co_spawn(io_, keep(std::move(work), &outcome, &watchdog_), asio::detached);
    io_.run();
  } catch (const std::exception&) {
    outcome.reset();
  }
  if (!outcome) {
    close();
    return Errc::internal;
  }
  return std::move(*outcome);
}

Status ClientConnection::connect(const ServerAddress& address, const TlsPins& pins) {
  auto status = run(open(address.host, address.port, pins));
  if (status) {
    open_ = true;
    return status;
  }
  const bool late = watchdog_.has_bitten();
  close();
  return late ? Status(Errc::timed_out) : status;
}

asio::awaitable<Status> ClientConnection::open(std::string host, std::uint16_t port, TlsPins pins) {
  watchdog_.set(deadlines_.connect);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  const auto [unresolved, addresses] =
      co_await resolver_.async_resolve(host, std::to_string(port), Tcp::resolver::numeric_service, as_value);
  if (unresolved || watchdog_.has_bitten()) co_return Errc::unreachable;
  const auto [unconnected, endpoint] = co_await asio::async_connect(socket_, addresses, as_value);
  if (unconnected) co_return Errc::unreachable;
  stream_.emplace(std::move(socket_), context_, pins);
  const auto status = co_await stream_->handshake();
  if (!status) co_return status.error();
  frames_.emplace(*stream_, watchdog_, [this](FrameHeader header) { return dialogue_.admits(header); },
                  deadlines_.answer);
  co_return Status();
}

Status ClientConnection::send(const Request& request) {
  if (!open_) return Errc::connection_lost;
  DOKAZ_LET(frame, dialogue_.request(request));
  auto status = run(write(std::move(frame)));
  if (!status) close();
  return status;
}

asio::awaitable<Status> ClientConnection::write(Frame frame) { co_return co_await frames_->write(frame); }

Result<Response> ClientConnection::receive() {
  if (!open_) return Errc::connection_lost;
  auto response = run(read());
  if (!response || dialogue_.closed()) close();
  if (!response) return response;
  if (const auto* failure = std::get_if<Failure>(&*response)) return fail(failure->code, "said by the server");
  return response;
}

asio::awaitable<Result<Response>> ClientConnection::read() {
  auto frame = co_await frames_->read(deadlines_.answer);
  if (!frame) co_return std::move(frame).error();
  co_return dialogue_.answer(*frame);
}

}  // namespace dokaz
