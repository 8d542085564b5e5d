// SPDX-License-Identifier: GPL-3.0-or-later
// Owners for OpenSSL's objects. Private to the folder.
#pragma once

#include <memory>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "proto/format/ids.hpp"

namespace dokaz::tls {

template <auto F>
struct Free {
  template <class T>
  void operator()(T* pointer) const { F(pointer); }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;

/// A view of `pem`, which must outlive it.
inline Bio bio_over(ByteView pem) { return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); }
inline Certificate read_certificate(ByteView pem) {
  return Certificate(PEM_read_bio_X509(bio_over(pem).get(), nullptr, nullptr, nullptr));
}

/// H(SubjectPublicKeyInfo, DER); empty if it cannot be encoded.
std::optional<TlsPin> pin_of(const X509* certificate);

/// What a connection's app data points to: the pins that will do, and the one that the peer showed.
struct PinCheck {
  TlsPins accepted;
  TlsPin shown;
};

}  // namespace dokaz::tls
