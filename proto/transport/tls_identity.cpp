// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/transport/tls_identity.hpp"

#include <openssl/ec.h>

#include "proto/transport/openssl_types.hpp"

namespace dokaz {
namespace {

// RFC 5280 section 4.1.2.5: no well-defined end. The start is fixed, so that it does not tell the age of a server.
constexpr const char* valid_from = "20250101000000Z";
constexpr const char* valid_until = "99991231235959Z";

tls::Certificate make_certificate(EVP_PKEY* key) {
  tls::Certificate certificate(X509_new());
  std::array<Byte, 16> serial;
  random_fill(serial);
  serial[0] &= 0x7f;
  using Number = std::unique_ptr<BIGNUM, tls::Free<BN_free>>;
  const Number number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  X509* c = certificate.get();
  const bool made =
      c && number && X509_set_version(c, X509_VERSION_3) == 1 &&
      BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(c)) &&
      ASN1_TIME_set_string(X509_getm_notBefore(c), valid_from) == 1 &&
      ASN1_TIME_set_string(X509_getm_notAfter(c), valid_until) == 1 && X509_set_pubkey(c, key) == 1 &&
      X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_ASC,
                                 reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0) == 1 &&
      X509_set_issuer_name(c, X509_get_subject_name(c)) == 1 && X509_sign(c, key, EVP_sha256()) > 0;
  return made ? std::move(certificate) : nullptr;
}

ByteView content_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {reinterpret_cast<const Byte*>(data), static_cast<std::size_t>(size)};
}

}  // namespace

std::optional<TlsPin> tls::pin_of(const X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size <= 0) return std::nullopt;
  const std::unique_ptr<unsigned char, Free<[](unsigned char* p) { OPENSSL_free(p); }>> owner(der);
  return TlsPin(sha256(ByteView(der, static_cast<std::size_t>(size))).raw());
}

Result<TlsIdentity> make_tls_identity() {
  const tls::Key key(EVP_EC_gen("P-256"));
  if (!key) return fail(Errc::internal, "key");
  const auto certificate = make_certificate(key.get());
  const tls::Bio certificate_pem(BIO_new(BIO_s_mem()));
  const tls::Bio key_pem(BIO_new(BIO_s_secmem()));
  if (!certificate || PEM_write_bio_X509(certificate_pem.get(), certificate.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return fail(Errc::internal, "certificate");
  return TlsIdentity{to_bytes(content_of(certificate_pem.get())), SecretBytes::copy_of(content_of(key_pem.get()))};
}

Result<TlsPin> pin_of_certificate(ByteView pem) {
  const auto certificate = tls::read_certificate(pem);
  const auto pin = certificate ? tls::pin_of(certificate.get()) : std::nullopt;
  ERR_clear_error();
  if (!pin) return fail(Errc::malformed, "certificate");
  return *pin;
}

}  // namespace dokaz
