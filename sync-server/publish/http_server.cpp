// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/publish/http_server.hpp"


#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <boost/beast/http/write.hpp>
#include <list>

#include "crypto/encoding.hpp"
#include "proto/transport/asio.hpp"
#include "proto/transport/listen_on.hpp"
#include "proto/transport/stop_event.hpp"
#include "proto/transport/watchdog.hpp"
#include "sync-server/net/crowd.hpp"

namespace dokaz::server {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::chrono::milliseconds breath{100};  // after the system had no descriptor left
constexpr std::string_view scheme = "Bearer ";

Result<Tcp::endpoint> endpoint_of(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return fail(Errc::usage, "host:port");
  std::string_view host = address.substr(0, colon);
  const auto port = from_decimal(address.substr(colon + 1));
  if (!port || *port > 0xffff) return fail(Errc::usage, "port");
  const bool bracketed = host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(std::string(host), error);
  if (error || ip.is_v6() != bracketed) return fail(Errc::usage, "an IP address, IPv6 in brackets");
  return Tcp::endpoint(ip, static_cast<std::uint16_t>(*port));
}

Answer plain(unsigned status, std::string_view text) { return {status, "text/plain; charset=utf-8", "no-store", to_bytes(text)}; }

using Request = http::request<http::empty_body>;

std::optional<std::string_view> bearer_of(const Request& request) {
  const auto header = request.find(http::field::authorization);
  if (header == request.end()) return std::nullopt;
  const std::string_view value(header->value().data(), header->value().size());
  if (!value.starts_with(scheme)) return std::nullopt;
  return value.substr(scheme.size());
}

template <class Response>
void fill_head(Response& response, const Answer& answer, unsigned version, bool keep) {
  response.version(version);
  response.result(answer.status);
  response.set(http::field::content_type, beast::string_view(answer.type.data(), answer.type.size()));
  response.set(http::field::cache_control, beast::string_view(answer.caching.data(), answer.caching.size()));
  response.set("X-Content-Type-Options", "nosniff");
  if (answer.status == 405) response.set(http::field::allow, "GET, HEAD");
  if (answer.status == 401) response.set(http::field::www_authenticate, "Bearer");
  response.content_length(answer.body.size());
  response.keep_alive(keep);
}

}  // namespace

struct HttpServer::Impl {
  struct Visit {
    explicit Visit(Tcp::socket s) : socket(std::move(s)) {
      boost::system::error_code gone;
      const auto peer = socket.remote_endpoint(gone);
      from = gone ? 0 : prefix_of(peer.address());
    }
    void close() {
      boost::system::error_code ignored;
      socket.close(ignored);
    }
    Tcp::socket socket;
    Prefix from = 0;
    Watchdog watchdog{socket.get_executor(), [this] { close(); }};
  };

  Impl(Answerer a, const HttpLimits& l) : answerer(std::move(a)), limits(l) {}

  Status bind(const Tcp::endpoint& endpoint);
  asio::awaitable<void> accept_all();
  asio::awaitable<void> serve(Tcp::socket socket);
  asio::awaitable<void> converse(Visit& visit);
  asio::awaitable<Answer> think(Visit& visit, const Request& request, bool has_body);
  asio::awaitable<bool> say(Visit& visit, Answer& answer, bool head_only, unsigned version, bool keep);
  asio::awaitable<void> wait_for_stop();

  Answerer answerer;
  HttpLimits limits;
  asio::io_context io{1};
  Tcp::acceptor acceptor{io};
  StopEvent stop{io};
  asio::steady_timer pause{io};
  std::list<Visit*> visits;  // the one whose last request is longest ago first
};

Status HttpServer::Impl::bind(const Tcp::endpoint& endpoint) {
  DOKAZ_TRY(listen_on(acceptor, endpoint));
  return stop.open();
}

/// For ever: where memory is short now, it goes on later.
asio::awaitable<void> HttpServer::Impl::accept_all() {
  while (acceptor.is_open()) {
    bool failed = false;
    try {
      auto [error, socket] = co_await acceptor.async_accept(as_value);
      if (!error) asio::co_spawn(io, serve(std::move(socket)), asio::detached);
      failed = static_cast<bool>(error);
    } catch (const std::exception&) {
      failed = true;
    }
    if (!failed || !acceptor.is_open()) continue;
    pause.expires_after(breath);
    co_await pause.async_wait(as_value);
  }
}

/// Library exceptions (no memory) end one connection and nothing else.
asio::awaitable<void> HttpServer::Impl::serve(Tcp::socket socket) {
  try {
    Visit visit(std::move(socket));
    if (visits.size() >= limits.connections) {
      const auto leaves = first_of_the_crowd(visits, [](const Visit* each) { return each->from; });
      (*leaves)->close();
      visits.erase(leaves);
    }
    visits.push_back(&visit);
    const struct Leave {
      ~Leave() { impl->visits.remove(visit); }
      Impl* impl;
      Visit* visit;
    } leave{this, &visit};
    co_await converse(visit);
  } catch (const std::exception&) {
  }
}

asio::awaitable<void> HttpServer::Impl::converse(Visit& visit) {
  boost::system::error_code ignored;
  visit.socket.set_option(Tcp::no_delay(true), ignored);
  beast::flat_buffer buffer(2 * limits.head);
  for (;;) {
    http::request_parser<http::empty_body> parser;
    parser.header_limit(limits.head);
    visit.watchdog.set(limits.request);
    auto [error, length] = co_await http::async_read_header(visit.socket, buffer, parser, as_value);
    visit.watchdog.set(limits.answer);
    if (error) {
      const bool is_syntax = error.category() == http::make_error_code(http::error::bad_method).category();
      if (!is_syntax || error == http::error::end_of_stream || error == http::error::partial_message) co_return;
      Answer answer = plain(error == http::error::header_limit ? 431 : 400, "malformed request\n");
      co_await say(visit, answer, false, 11, false);
      co_return;
    }
    if (const auto place = std::find(visits.begin(), visits.end(), &visit); place != visits.end())
      visits.splice(visits.end(), visits, place);
    const Request& request = parser.get();
    const bool has_body = parser.chunked() || parser.content_length().value_or(0) > 0;
    const bool keep = request.keep_alive() && !has_body;
    Answer answer = co_await think(visit, request, has_body);
    const bool said = co_await say(visit, answer, request.method() == http::verb::head, request.version(), keep);
    if (!said || !keep) co_return;
  }
}

asio::awaitable<Answer> HttpServer::Impl::think(Visit& visit, const Request& request, bool has_body) {
  if (has_body) co_return plain(413, "no body, please\n");
  if (request.method() != http::verb::get && request.method() != http::verb::head)
    co_return plain(405, "GET and HEAD only\n");
  const Question question{{request.target().data(), request.target().size()}, bearer_of(request)};
  for (;;) {
    std::optional<Answer> answer = answerer(question);
    if (answer) co_return std::move(*answer);
    visit.watchdog.set(limits.answer);
    co_await asio::post(visit.socket.get_executor(), asio::use_awaitable);
    if (!visit.socket.is_open()) co_return plain(503, "");
  }
}

asio::awaitable<bool> HttpServer::Impl::say(Visit& visit, Answer& answer, bool head_only, unsigned version, bool keep) {
  boost::system::error_code failure;
  if (head_only) {
    http::response<http::empty_body> response;
    fill_head(response, answer, version, keep);
    auto [error, length] = co_await http::async_write(visit.socket, response, as_value);
    failure = error;
  } else {
    http::response<http::vector_body<Byte>> response;
    fill_head(response, answer, version, keep);
    response.body() = std::move(answer.body);
    auto [error, length] = co_await http::async_write(visit.socket, response, as_value);
    failure = error;
  }
  if (!failure && !keep) visit.socket.shutdown(Tcp::socket::shutdown_send, failure);
  co_return !failure;
}

asio::awaitable<void> HttpServer::Impl::wait_for_stop() {
  co_await stop.wait();
  boost::system::error_code ignored;
  acceptor.close(ignored);
  pause.cancel();
  for (Visit* visit : visits) visit->close();
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer& HttpServer::operator=(HttpServer&&) noexcept = default;

Result<HttpServer> HttpServer::open(std::string_view address, Answerer answerer, HttpLimits limits,
                                    Reachable reachable) {
  DOKAZ_LET(endpoint, endpoint_of(address));
  if (reachable == Reachable::from_this_machine && !endpoint.address().is_loopback())
    return fail(Errc::usage, "not a loopback address");
  try {
    auto impl = std::make_unique<Impl>(std::move(answerer), limits);
    DOKAZ_TRY(impl->bind(endpoint));
    return HttpServer(std::move(impl));
  } catch (const std::exception&) {
    return fail(Errc::io_error, "network");
  }
}

std::uint16_t HttpServer::port() const {
  boost::system::error_code ignored;
  return impl_->acceptor.local_endpoint(ignored).port();
}

Status HttpServer::run() {
  try {
    asio::co_spawn(impl_->io, impl_->accept_all(), asio::detached);
    asio::co_spawn(impl_->io, impl_->wait_for_stop(), asio::detached);
    impl_->io.run();
  } catch (const std::exception&) {
    return fail(Errc::internal, "network");
  }
  return {};
}

void HttpServer::stop() { impl_->stop.stop(); }

}  // namespace dokaz::server
