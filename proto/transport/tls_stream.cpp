// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/transport/tls_stream.hpp"

#include "proto/transport/openssl_types.hpp"
#include "proto/transport/socket_bio.hpp"

namespace dokaz {
namespace {

constexpr std::string_view exporter_label = "EXPORTER-Channel-Binding";  // RFC 9266
constexpr std::size_t most_drained = 8 << 20;

}  // namespace

struct TlsStream::State {
  State(Tcp::socket s, const TlsPins& pins) : socket(std::move(s)), pin{pins, pins.present} {}

  Tcp::socket socket;
  tls::PinCheck pin;
  int descriptor = -1;  // of the socket while it is open
  std::unique_ptr<SSL, tls::Free<SSL_free>> ssl;
};

TlsStream::TlsStream(Tcp::socket socket, const TlsContext& context, const TlsPins& pins)
    : state_(std::make_unique<State>(std::move(socket), pins)) {
  State& s = *state_;
  s.ssl.reset(SSL_new(context.get()));
  DOKAZ_CHECK(s.ssl != nullptr);
  boost::system::error_code ignored;
  s.socket.native_non_blocking(true, ignored);
  s.socket.set_option(Tcp::no_delay(true), ignored);
  s.descriptor = s.socket.native_handle();
  BIO* bio = tls::make_socket_bio(&s.descriptor).release();
  SSL_set_bio(s.ssl.get(), bio, bio);
  SSL_set_app_data(s.ssl.get(), &s.pin);
  if (context.is_server())
    SSL_set_accept_state(s.ssl.get());
  else
    SSL_set_connect_state(s.ssl.get());
}

TlsStream::~TlsStream() { close(); }

void TlsStream::close() {
  state_->descriptor = -1;
  boost::system::error_code ignored;
  state_->socket.close(ignored);
}

/// Waits for what OpenSSL wants before it is called again; false if it wants nothing but to fail.
asio::awaitable<bool> TlsStream::wait(int ssl_outcome) {
  const int reason = SSL_get_error(state_->ssl.get(), ssl_outcome);
  ERR_clear_error();
  if (state_->descriptor < 0 || (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE)) co_return false;
  const auto what = reason == SSL_ERROR_WANT_READ ? Tcp::socket::wait_read : Tcp::socket::wait_write;
  const auto [error] = co_await state_->socket.async_wait(what, as_value);
  co_return !error;
}

asio::awaitable<Status> TlsStream::handshake() {
  SSL* ssl = state_->ssl.get();
  for (;;) {
    ERR_clear_error();
    const int outcome = SSL_do_handshake(ssl);
    if (outcome == 1) break;
    if (co_await wait(outcome)) continue;
    if (SSL_get_verify_result(ssl) == X509_V_ERR_CERT_REJECTED) co_return Errc::wrong_pin;
    co_return fail(Errc::connection_lost, "handshake");
  }
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl, &name, &size);
  if (size == 0) co_return fail(Errc::connection_lost, "ALPN");
  co_return Status();
}

asio::awaitable<Result<std::size_t>> TlsStream::read_some(std::span<Byte> room) {
  for (;;) {
    std::size_t count = 0;
    ERR_clear_error();
    const int outcome = SSL_read_ex(state_->ssl.get(), room.data(), room.size(), &count);
    if (outcome == 1) co_return count;
    if (!co_await wait(outcome)) co_return Errc::connection_lost;
  }
}

asio::awaitable<Status> TlsStream::write_all(ByteView bytes) {
  while (!bytes.empty()) {
    std::size_t count = 0;
    ERR_clear_error();
    const int outcome = SSL_write_ex(state_->ssl.get(), bytes.data(), bytes.size(), &count);
    if (outcome == 1)
      bytes = bytes.subspan(count);
    else if (!co_await wait(outcome))
      co_return Errc::connection_lost;
  }
  co_return Status();
}

asio::awaitable<void> TlsStream::finish() {
  if (state_->descriptor < 0) co_return;
  SSL_shutdown(state_->ssl.get());  // best effort: an alert that does not fit now is not waited for
  ERR_clear_error();
  boost::system::error_code error;
  state_->socket.shutdown(Tcp::socket::shutdown_send, error);
  Bytes scratch(16 * 1024);
  for (std::size_t drained = 0; !error && drained < most_drained;) {
    const auto [failure, count] = co_await state_->socket.async_read_some(asio::buffer(scratch), as_value);
    error = failure;
    drained += count;
  }
  close();
}

bool TlsStream::input_waiting() {
  if (state_->descriptor < 0 || SSL_has_pending(state_->ssl.get()) == 1) return true;
  Byte one = 0;
  const auto count = ::recv(state_->descriptor, &one, 1, MSG_PEEK | MSG_DONTWAIT);
  return count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

ChannelBinding TlsStream::channel() const {
  ChannelBinding out;
  DOKAZ_CHECK(SSL_export_keying_material(state_->ssl.get(), out.raw().data(), out.raw().size(),
                                         exporter_label.data(), exporter_label.size(), nullptr, 0, 0) == 1);
  return out;
}

const TlsPin& TlsStream::pin() const { return state_->pin.shown; }

}  // namespace dokaz
