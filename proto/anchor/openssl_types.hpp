// SPDX-License-Identifier: GPL-3.0-or-later
// Owners for OpenSSL's objects, and its list of errors left as it was found. Private to the folder.
#pragma once

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::anchoring {

template <auto F>
struct Free {
  template <class T>
  void operator()(T* pointer) const { F(pointer); }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using RevocationList = std::unique_ptr<X509_CRL, Free<X509_CRL_free>>;
using Request = std::unique_ptr<TS_REQ, Free<TS_REQ_free>>;
using Response = std::unique_ptr<TS_RESP, Free<TS_RESP_free>>;
using Store = std::unique_ptr<X509_STORE, Free<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, Free<X509_STORE_CTX_free>>;
using VerifyContext = std::unique_ptr<TS_VERIFY_CTX, Free<TS_VERIFY_CTX_free>>;

/// Owns its certificates.
struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};
using Certificates = std::unique_ptr<STACK_OF(X509), FreeStack>;

/// What fails in here is said by our own names: nothing is left in the thread's list of OpenSSL's errors,
/// where TLS would take it for its own.
class OwnErrors {
 public:
  OwnErrors() { ERR_set_mark(); }
  ~OwnErrors() { ERR_pop_to_mark(); }
  OwnErrors(const OwnErrors&) = delete;
  OwnErrors& operator=(const OwnErrors&) = delete;
};

/// A view of `bytes`, which must outlive it.
inline Bio bio_over(ByteView bytes) { return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))); }
inline Bytes bytes_in(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return to_bytes(std::string_view(data, static_cast<std::size_t>(size)));
}

/// All certificates of a PEM text of at most `most`: bad_anchor if there is none, another kind of block, or a
/// damaged one.
Result<Certificates> read_certificates(ByteView pem, std::size_t most);
/// Seconds since 1970 UTC; bad_anchor where it is no time.
Result<std::int64_t> seconds_of(const ASN1_TIME* time);

inline Error bad_anchor(std::string detail) { return fail(Errc::bad_anchor, std::move(detail)); }

}  // namespace dokaz::anchoring
