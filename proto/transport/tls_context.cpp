// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/transport/tls_context.hpp"

#include "proto/transport/openssl_types.hpp"

namespace dokaz {
namespace {

constexpr unsigned char alpn[] = {2, 'h', '2'};
constexpr std::size_t padding = 256;

int choose_alpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                unsigned int offered_size, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, alpn, sizeof(alpn), offered, offered_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

/// The whole judgement of the server's certificate: its key is one of those that the connection's app data names.
int check_pin(X509_STORE_CTX* store, void*) {
  const auto* ssl =
      static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* check = static_cast<tls::PinCheck*>(SSL_get_app_data(ssl));
  const X509* certificate = X509_STORE_CTX_get0_cert(store);
  const auto pin = certificate ? tls::pin_of(certificate) : std::nullopt;
  const bool same = check && pin && check->accepted.accept(*pin);
  if (same) check->shown = *pin;
  X509_STORE_CTX_set_error(store, same ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
  return same ? 1 : 0;
}

std::shared_ptr<SSL_CTX> make_context(const SSL_METHOD* method) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(method), SSL_CTX_free);
  SSL_CTX* c = context.get();
  const bool made = c && SSL_CTX_set_min_proto_version(c, TLS1_3_VERSION) == 1 &&
                    SSL_CTX_set_max_proto_version(c, TLS1_3_VERSION) == 1 &&
                    SSL_CTX_set_ciphersuites(c, "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") == 1 &&
                    SSL_CTX_set1_groups_list(c, "X25519") == 1 && SSL_CTX_set_num_tickets(c, 0) == 1 &&
                    SSL_CTX_set_block_padding(c, padding) == 1;
  if (!made) return nullptr;
  SSL_CTX_set_options(c, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

}  // namespace

Result<TlsContext> TlsContext::server(ByteView certificate_pem, const SecretBytes& key_pem) {
  auto context = make_context(TLS_server_method());
  if (!context) return fail(Errc::internal, "TLS");
  const auto certificate = tls::read_certificate(certificate_pem);
  const tls::Key key = key_pem.reveal([](ByteView pem) {
    return tls::Key(PEM_read_bio_PrivateKey(tls::bio_over(pem).get(), nullptr, nullptr, nullptr));
  });
  const bool used = certificate && key && SSL_CTX_use_certificate(context.get(), certificate.get()) == 1 &&
                    SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1 &&
                    SSL_CTX_check_private_key(context.get()) == 1;
  ERR_clear_error();
  if (!used) return fail(Errc::malformed, "TLS certificate and key");
  SSL_CTX_set_alpn_select_cb(context.get(), choose_alpn, nullptr);
  return TlsContext(std::move(context), true);
}

Result<TlsContext> TlsContext::client() {
  auto context = make_context(TLS_client_method());
  if (!context || SSL_CTX_set_alpn_protos(context.get(), alpn, sizeof(alpn)) != 0)
    return fail(Errc::internal, "TLS");
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context.get(), check_pin, nullptr);
  return TlsContext(std::move(context), false);
}

}  // namespace dokaz
