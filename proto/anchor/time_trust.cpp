// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/anchor/time_trust.hpp"

#include <openssl/objects.h>

#include "proto/anchor/read_response.hpp"
#include "proto/anchor/revocation.hpp"

namespace dokaz {
namespace {

using namespace anchoring;

constexpr std::size_t most_chain = 16;
constexpr int deepest_chain = 8;
constexpr int strength_112_bits = 2;  // OpenSSL's security level: RSA 2048, no SHA-1

/// Everything below is judged at the token's time, and at nobody's present.
Result<Store> store_of(ByteView roots, std::int64_t at) {
  DOKAZ_LET(certificates, read_certificates(roots, max_time_roots));
  Store store(X509_STORE_new());
  if (!store) return Errc::internal;
  for (int i = 0; i < sk_X509_num(certificates.get()); ++i)
    if (X509_STORE_add_cert(store.get(), sk_X509_value(certificates.get(), i)) != 1) return Errc::internal;
  X509_VERIFY_PARAM* rules = X509_STORE_get0_param(store.get());
  X509_VERIFY_PARAM_set_time(rules, static_cast<time_t>(at));
  X509_VERIFY_PARAM_set_depth(rules, deepest_chain);
  X509_VERIFY_PARAM_set_auth_level(rules, strength_112_bits);
  // A verifier may hold an authority's intermediate certificate for its root.
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
  if (X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_TIMESTAMP_SIGN) != 1) return Errc::internal;
  return store;
}

/// Those in the token and those kept beside it: leads to a root, no more.
Result<Certificates> untrusted(PKCS7* token, ByteView chain) {
  Certificates out(sk_X509_new_null());
  if (!chain.empty()) {
    DOKAZ_LET(kept, read_certificates(chain, most_chain));
    out = std::move(kept);
  }
  const STACK_OF(X509)* sent = token->d.sign->cert;
  for (int i = 0; sent != nullptr && i < sk_X509_num(sent); ++i) {
    if (static_cast<std::size_t>(i) == most_chain) return bad_anchor("too many certificates");
    X509* certificate = sk_X509_value(sent, i);
    if (X509_up_ref(certificate) != 1 || sk_X509_push(out.get(), certificate) <= 0) return Errc::internal;
  }
  return out;
}

/// Exactly one signer, and a digest that is still good.
Status check_signer_info(PKCS7* token) {
  if (!PKCS7_type_is_signed(token)) return bad_anchor("the token is not signed");
  STACK_OF(PKCS7_SIGNER_INFO)* signers = PKCS7_get_signer_info(token);
  if (signers == nullptr || sk_PKCS7_SIGNER_INFO_num(signers) != 1) return bad_anchor("the token has not one signer");
  const ASN1_OBJECT* digest = nullptr;
  X509_ALGOR_get0(&digest, nullptr, nullptr, sk_PKCS7_SIGNER_INFO_value(signers, 0)->digest_alg);
  const int kind = OBJ_obj2nid(digest);
  if (kind != NID_sha256 && kind != NID_sha384 && kind != NID_sha512) return bad_anchor("the token's digest is too weak");
  return {};
}

Result<X509*> signer_of(PKCS7* token, STACK_OF(X509) * certificates) {
  STACK_OF(X509)* signers = PKCS7_get0_signers(token, certificates, 0);
  X509* signer = signers != nullptr && sk_X509_num(signers) == 1 ? sk_X509_value(signers, 0) : nullptr;
  sk_X509_free(signers);
  if (signer == nullptr) return bad_anchor("the signer's certificate is not there");
  return signer;
}

/// From the signer's certificate to a root.
Result<Certificates> chain_of(X509* signer, const Store& store, STACK_OF(X509) * certificates) {
  const StoreContext context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), store.get(), signer, certificates) != 1) return Errc::internal;
  if (X509_verify_cert(context.get()) != 1)
    return bad_anchor(X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get())));
  Certificates chain(X509_STORE_CTX_get1_chain(context.get()));
  if (!chain) return Errc::internal;
  return chain;
}

/// Signature, ESSCertID or its second version, imprint, status and version once more, by OpenSSL's own verifier.
Status check_token(TS_RESP* response, const Sha256& imprint, Store store, Certificates certificates) {
  const VerifyContext context(TS_VERIFY_CTX_new());
  if (!context) return Errc::internal;
  auto* hash = static_cast<unsigned char*>(OPENSSL_memdup(imprint.raw().data(), Sha256::size));
  if (hash == nullptr) return Errc::internal;
  // The context owns what it is given.
  TS_VERIFY_CTX_set_flags(context.get(), TS_VFY_VERSION | TS_VFY_IMPRINT | TS_VFY_SIGNATURE);
  TS_VERIFY_CTX_set_imprint(context.get(), hash, static_cast<long>(Sha256::size));
  TS_VERIFY_CTX_set_store(context.get(), store.release());
  TS_VERIFY_CTX_set_certs(context.get(), certificates.release());
  return TS_RESP_verify_response(context.get(), response) == 1 ? Status() : bad_anchor("the token's signature");
}

std::string subject_of(const X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  constexpr unsigned long form = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  if (!bio || X509_NAME_print_ex(bio.get(), X509_get_subject_name(certificate), 0, form) < 0) return {};
  return to_text(bytes_in(bio.get()));
}

Result<Bytes> pem_of(const STACK_OF(X509) * chain) {
  const Bio bio(BIO_new(BIO_s_mem()));
  for (int i = 0; i < sk_X509_num(chain); ++i)
    if (!bio || PEM_write_bio_X509(bio.get(), sk_X509_value(chain, i)) != 1) return Errc::internal;
  return bytes_in(bio.get());
}

bool is_same(const TimeNonce& nonce, const std::optional<std::uint64_t>& claimed) {
  if (!claimed) return false;
  for (std::size_t i = 0; i < TimeNonce::size; ++i)
    if (nonce.raw()[i] != static_cast<Byte>(*claimed >> (8 * (TimeNonce::size - 1 - i)))) return false;
  return true;
}

}  // namespace

Result<TimeTrust> TimeTrust::parse(ByteView pem) {
  const OwnErrors own;
  DOKAZ_TRY(read_certificates(pem, max_time_roots));
  return TimeTrust(to_bytes(pem));
}

// The steps are those of format.md section 16.
Result<Verified<ProvedTime>> TimeTrust::check(const TimeResponse& response, ByteView checkpoint,
                                              const AnchorParts& parts, const std::optional<TimeNonce>& nonce) const {
  const OwnErrors own;
  const TimeClaims& claims = response.claims();
  PKCS7* token = response.read_->token();
  // (1) form: the rest of it when it was read
  DOKAZ_TRY(check_signer_info(token));
  // (2) what was stamped
  const Sha256 imprint = sha256(checkpoint);
  if (claims.imprint != imprint) return bad_anchor("the time stamp is over other bytes");
  if (nonce && !is_same(*nonce, claims.nonce)) return bad_anchor("the time stamp answers another request");
  // (4) before (3), so that a failure is named by its cause
  DOKAZ_LET(store, store_of(pem_, claims.unix_time));
  DOKAZ_LET(certificates, untrusted(token, parts.chain));
  DOKAZ_LET(signer, signer_of(token, certificates.get()));
  DOKAZ_LET(chain, chain_of(signer, store, certificates.get()));
  // (3) signature and signer
  DOKAZ_TRY(check_token(response.read_->response.get(), imprint, std::move(store), std::move(certificates)));
  // (5) revocation
  DOKAZ_LET(lists, read_lists(parts.revocation_lists));
  DOKAZ_LET(revocation, judge_revocation(chain.get(), lists, claims));

  DOKAZ_LET(pem, pem_of(chain.get()));
  ProvedTime proved{claims, subject_of(sk_X509_value(chain.get(), 0)), revocation, std::move(pem), {}};
  for (int i = 0; i + 1 < sk_X509_num(chain.get()); ++i)
    for (std::string& url : list_urls_of(sk_X509_value(chain.get(), i))) proved.list_urls.push_back(std::move(url));
  return Verified<ProvedTime>(std::move(proved));
}

Result<Bytes> read_revocation_list(ByteView bytes) {
  const OwnErrors own;
  if (bytes.size() > max_revocation_file) return bad_anchor("the revocation list is too large");
  const unsigned char* at = bytes.data();
  RevocationList list(d2i_X509_CRL(nullptr, &at, static_cast<long>(bytes.size())));
  if (list && at != bytes.data() + bytes.size()) list.reset();
  if (!list) list.reset(PEM_read_bio_X509_CRL(bio_over(bytes).get(), nullptr, nullptr, nullptr));
  if (!list) return bad_anchor("the revocation list cannot be read");
  const Bio out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_X509_CRL(out.get(), list.get()) != 1) return Errc::internal;
  return bytes_in(out.get());
}

}  // namespace dokaz
