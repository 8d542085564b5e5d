// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/transport/client_connection.hpp"

#include <algorithm>

namespace dokaz {
namespace {

constexpr std::chrono::milliseconds stop_asked_every{200};

/// A named coroutine that takes values: GCC 12 destroys the captures of a coroutine lambda twice.
template <class T>
asio::awaitable<void> keep(asio::awaitable<Result<T>> work, std::optional<Result<T>>* outcome, Watchdog* watchdog) {
  outcome->emplace(co_await std::move(work));
  watchdog->rest();  // else the loop would wait for it
}

}  // namespace

ClientConnection::ClientConnection(TlsContext context, const Line& line)
    : context_(std::move(context)), line_(line), watchdog_(io_.get_executor(), [this] {
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
    if (!line_.stop) io_.run();
    while (!io_.stopped()) {
      io_.run_for(stop_asked_every);
      if (io_.stopped() || interrupted_ || !line_.stop()) continue;
      interrupted_ = true;
      resolver_.cancel();
      close();
    }
  } catch (const std::exception&) {
    outcome.reset();
  }
  if (!outcome) {
    close();
    return Errc::internal;
  }
  if (interrupted_) return Errc::interrupted;
  return std::move(*outcome);
}

Status ClientConnection::connect(const ServerAddress& address, const TlsPins& pins) {
  DOKAZ_TRY(check_route(line_.route, address));
  server_ = address;
  const auto status = run(open(pins));
  if (status) {
    open_ = true;
    return status;
  }
  const bool late = watchdog_.has_bitten() && status.code() != Errc::interrupted;
  close();
  if (!late) return status;
  return at_proxy_ ? fail(Errc::proxy_failed, "the proxy did not answer in time") : fail(Errc::timed_out);
}

asio::awaitable<Status> ClientConnection::open(TlsPins pins) {
  watchdog_.set(line_.deadlines.connect);
  Status reached;
  if (line_.route.proxy)
    reached = co_await reach_through_proxy();
  else
    reached = co_await reach_straight();
  if (!reached) co_return reached.error();
  stream_.emplace(std::move(socket_), context_, pins);
  const auto status = co_await stream_->handshake();
  if (!status) co_return status.error();
  frames_.emplace(*stream_, watchdog_, [this](FrameHeader header) { return dialogue_.admits(header); },
                  line_.deadlines.answer);
  co_return Status();
}

asio::awaitable<Status> ClientConnection::reach_straight() {
  const auto [unresolved, addresses] = co_await resolver_.async_resolve(
      server_.host, std::to_string(server_.port), Tcp::resolver::numeric_service, as_value);
  if (unresolved || watchdog_.has_bitten()) co_return Errc::unreachable;
  const auto [unconnected, endpoint] = co_await asio::async_connect(socket_, addresses, as_value);
  if (unconnected) co_return Errc::unreachable;
  co_return Status();
}

/// The proxy's address is a number: nothing on this way asks a resolver.
asio::awaitable<Status> ClientConnection::reach_through_proxy() {
  at_proxy_ = true;
  boost::system::error_code no_number;
  const auto address = asio::ip::make_address(line_.route.proxy->at.host, no_number);
  if (no_number) co_return fail(Errc::proxy_failed, "a proxy is named by its address in numbers");
  const Tcp::endpoint proxy(address, line_.route.proxy->at.port);
  const auto [unconnected] = co_await socket_.async_connect(proxy, as_value);
  if (unconnected) co_return fail(Errc::proxy_failed, "nobody answers at the proxy's address");
  const auto connected = co_await talk_to_proxy();
  if (!connected) co_return connected.error();
  at_proxy_ = false;
  co_return Status();
}

asio::awaitable<Status> ClientConnection::talk_to_proxy() {
  SocksDialogue dialogue(server_.host, server_.port, line_.login);
  Bytes said = dialogue.greeting();
  for (;;) {
    const auto [unsent, sent] = co_await asio::async_write(socket_, asio::buffer(said), as_value);
    if (unsent) co_return fail(Errc::proxy_failed, "the proxy closed the connection");
    if (dialogue.wants() == 0) co_return Status();
    Bytes answer(dialogue.wants());
    for (std::size_t have = 0; have < answer.size();) {
      const auto rest = asio::buffer(answer.data() + have, answer.size() - have);
      const auto [ended, count] = co_await socket_.async_read_some(rest, as_value);
      if (ended) co_return fail(Errc::proxy_failed, "the proxy closed the connection");
      have += count;
    }
    auto next = dialogue.answered(answer);
    if (!next) co_return std::move(next).error();
    said = std::move(*next);
  }
}

std::size_t ClientConnection::frame_size() const {
  constexpr std::uint64_t least = 4096;
  return line_.pace ? static_cast<std::size_t>(std::clamp<std::uint64_t>(line_.pace->bytes_per_second(), least, max_chunk))
                    : max_chunk;
}

Status ClientConnection::send(const Request& request) {
  if (!open_) return Errc::connection_lost;
  DOKAZ_LET(frame, dialogue_.request(request));
  auto status = run(write(std::move(frame)));
  if (!status) close();
  return status;
}

asio::awaitable<Status> ClientConnection::write(Frame frame) { co_return co_await frames_->write(frame, line_.pace.get()); }

Result<Response> ClientConnection::receive() {
  if (!open_) return Errc::connection_lost;
  auto response = run(read());
  if (!response || dialogue_.closed()) close();
  if (!response) return response;
  if (const auto* failure = std::get_if<Failure>(&*response)) return fail(failure->code, "said by the server");
  return response;
}

asio::awaitable<Result<Response>> ClientConnection::read() {
  auto frame = co_await frames_->read(line_.deadlines.answer);
  if (!frame) co_return std::move(frame).error();
  co_return dialogue_.answer(*frame);
}

}  // namespace dokaz
