// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/net/listener.hpp"

#include "crypto/encoding.hpp"
#include "proto/transport/listen_on.hpp"
#include "proto/transport/stop_event.hpp"
#include "proto/transport/tls_identity.hpp"
#include "sync-server/net/calm_events.hpp"
#include "sync-server/net/connection.hpp"
#include "sync-server/net/descriptors.hpp"

namespace dokaz::server {
namespace {

constexpr std::chrono::milliseconds breath{100};  // after the system had no descriptor left

struct HostPort {
  std::string host;
  std::string port;
};

Result<HostPort> split(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return fail(Errc::usage, "host:port");
  std::string_view host = address.substr(0, colon);
  const auto port = from_decimal(address.substr(colon + 1));
  if (!port || *port > 0xffff) return fail(Errc::usage, "port");
  const bool bracketed = host.front() == '[' && host.back() == ']';
  if (!bracketed && host.find(':') != std::string_view::npos) return fail(Errc::usage, "IPv6 needs brackets");
  if (bracketed) host = host.substr(1, host.size() - 2);
  return HostPort{std::string(host), std::to_string(*port)};
}

/// Descriptors: one for each member, and for each stranger twice, since a closed one still has to end.
Result<std::size_t> seats_within(const Limits& limits) {
  const std::size_t descriptors = descriptors_for_connections();
  const std::size_t room = descriptors - std::min(descriptors, 2 * limits.strangers);
  if (limits.connections <= room) return limits.connections;
  const bool asked_for = limits.connections != Limits{}.connections;
  if (asked_for || room == 0) return fail(Errc::too_large, "descriptors");
  return room;
}

}  // namespace

struct Listener::Impl {
  Impl(TlsContext tls, const TlsPin& pin, Custody& custody, const Limits& limits, EventSink sink)
      : store(limits.store_threads),
        door{std::move(tls), pin, custody, store, room, credit, limits},
        events(std::move(sink)) {}
  ~Impl() { store.join(); }

  Status bind(const HostPort& address);
  asio::awaitable<void> accept_all();
  asio::awaitable<void> accept_one();
  asio::awaitable<void> serve(Tcp::socket socket);
  asio::awaitable<void> wait_for_stop();
  asio::awaitable<void> wait_for_room(std::chrono::milliseconds at_most);
  /// Anybody can cause one: of each kind some are told, and the rest is counted.
  void event(std::string_view what) {
    if (!events) return;
    if (const auto line = calm.say(what, std::chrono::steady_clock::now())) events(*line);
  }

  StorePool store;
  Room room{door.limits};
  Credit credit{door.limits};
  Door door;
  EventSink events;
  CalmEvents calm{door.limits.event_every};
  asio::io_context io{1};
  Tcp::acceptor acceptor{io};
  StopEvent stop{io};
  asio::steady_timer pause{io};
};

Status Listener::Impl::bind(const HostPort& address) {
  boost::system::error_code error;
  Tcp::resolver resolver(io);
  const auto found = resolver.resolve(address.host, address.port,
                                      Tcp::resolver::passive | Tcp::resolver::numeric_service, error);
  if (error || found.empty()) return fail(Errc::usage, "host");
  const Tcp::endpoint endpoint = *found.begin();
  DOKAZ_TRY(listen_on(acceptor, endpoint));
  return stop.open();
}

/// For ever: where memory is short now, it goes on later.
asio::awaitable<void> Listener::Impl::accept_all() {
  while (acceptor.is_open()) {
    bool is_short = false;
    try {
      co_await accept_one();
    } catch (const std::exception&) {
      is_short = true;
    }
    if (is_short) co_await wait_for_room(breath);
  }
}

asio::awaitable<void> Listener::Impl::accept_one() {
  if (room.is_full()) {
    event("no room for further connections");
    co_await wait_for_room(door.limits.idle);
    co_return;
  }
  auto [error, socket] = co_await acceptor.async_accept(as_value);
  if (!error) {
    asio::co_spawn(io, serve(std::move(socket)), asio::detached);
  } else if (acceptor.is_open()) {
    event("accepting failed");
    co_await wait_for_room(breath);
  }
}

asio::awaitable<void> Listener::Impl::wait_for_room(std::chrono::milliseconds at_most) {
  pause.expires_after(at_most);
  co_await pause.async_wait(as_value);
}

/// Library exceptions (no memory) end one connection and nothing else.
asio::awaitable<void> Listener::Impl::serve(Tcp::socket socket) {
  try {
    boost::system::error_code gone;
    const auto peer = socket.remote_endpoint(gone);
    const Prefix from = gone ? 0 : prefix_of(peer.address());
    Connection connection(door, std::move(socket));
    room.enter(connection, from);
    const struct Leave {
      ~Leave() {
        impl->room.leave(*connection, from);
        impl->pause.cancel();
      }
      Impl* impl;
      Connection* connection;
      Prefix from;
    } leave{this, &connection, from};
    const Error reason = co_await connection.serve();
    if (reason.code != Errc::connection_lost) event(name_of(reason.code));
  } catch (const std::exception&) {
    event(name_of(Errc::internal));
  }
}

asio::awaitable<void> Listener::Impl::wait_for_stop() {
  co_await stop.wait();
  boost::system::error_code ignored;
  acceptor.close(ignored);
  pause.cancel();
  room.close_all();
}

Listener::Listener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Listener::~Listener() = default;
Listener::Listener(Listener&&) noexcept = default;
Listener& Listener::operator=(Listener&&) noexcept = default;

Result<Listener> Listener::open(std::string_view address, ByteView certificate, const SecretBytes& key,
                                Custody& custody, Limits limits, EventSink events) {
  DOKAZ_LET(host_port, split(address));
  DOKAZ_LET(seats, seats_within(limits));
  limits.connections = seats;
  DOKAZ_LET(pin, pin_of_certificate(certificate));
  DOKAZ_LET(tls, TlsContext::server(certificate, key));
  try {
    auto impl = std::make_unique<Impl>(std::move(tls), pin, custody, limits, std::move(events));
    DOKAZ_TRY(impl->bind(host_port));
    return Listener(std::move(impl));
  } catch (const std::exception&) {
    return fail(Errc::io_error, "network");
  }
}

std::uint16_t Listener::port() const {
  boost::system::error_code ignored;
  return impl_->acceptor.local_endpoint(ignored).port();
}

void Listener::let_in(Couriers& couriers) { impl_->door.couriers = &couriers; }

Status Listener::run() {
  try {
    asio::co_spawn(impl_->io, impl_->accept_all(), asio::detached);
    asio::co_spawn(impl_->io, impl_->wait_for_stop(), asio::detached);
    impl_->io.run();
  } catch (const std::exception&) {
    return fail(Errc::internal, "network");
  }
  return {};
}

ConnectionCounts Listener::counts() const { return impl_->room.counts(); }

void Listener::stop() { impl_->stop.stop(); }

}  // namespace dokaz::server
