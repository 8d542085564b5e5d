// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/anchor/revocation.hpp"

#include <openssl/objects.h>

namespace dokaz::anchoring {
namespace {

constexpr std::size_t most_lists = 16;
constexpr std::size_t most_urls = 4;   // of one certificate
constexpr std::size_t longest_url = 2048;

using Points = std::unique_ptr<CRL_DIST_POINTS, Free<CRL_DIST_POINTS_free>>;
using IssuingPoint = std::unique_ptr<ISSUING_DIST_POINT, Free<ISSUING_DIST_POINT_free>>;

Points points_of(const X509* certificate) {
  return Points(static_cast<CRL_DIST_POINTS*>(
      X509_get_ext_d2i(certificate, NID_crl_distribution_points, nullptr, nullptr)));
}

const GENERAL_NAMES* full_name_of(const DIST_POINT_NAME* name) {
  return name != nullptr && name->type == 0 ? name->name.fullname : nullptr;
}

bool share_a_name(const GENERAL_NAMES* some, const GENERAL_NAMES* others) {
  if (some == nullptr || others == nullptr) return false;
  for (int i = 0; i < sk_GENERAL_NAME_num(some); ++i)
    for (int j = 0; j < sk_GENERAL_NAME_num(others); ++j)
      if (GENERAL_NAME_cmp(sk_GENERAL_NAME_value(some, i), sk_GENERAL_NAME_value(others, j)) == 0) return true;
  return false;
}

/// A list of one distribution point speaks only for certificates that name this point.
bool is_of_point(const DIST_POINT_NAME* point, const X509* certificate) {
  const GENERAL_NAMES* name = full_name_of(point);
  const Points points = points_of(certificate);
  for (int i = 0; points && i < sk_DIST_POINT_num(points.get()); ++i)
    if (share_a_name(name, full_name_of(sk_DIST_POINT_value(points.get(), i)->distpoint))) return true;
  return false;
}

/// Complete for this certificate: no delta, not indirect, nothing critical that is not understood.
bool is_for(const X509_CRL* list, const X509* certificate) {
  for (int i = 0; i < X509_CRL_get_ext_count(list); ++i) {
    X509_EXTENSION* extension = X509_CRL_get_ext(list, i);
    const int kind = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
    if (kind == NID_delta_crl) return false;
    if (X509_EXTENSION_get_critical(extension) != 0 && kind != NID_issuing_distribution_point) return false;
  }
  int critical = -1;  // -1 stays where there is none
  const IssuingPoint point(static_cast<ISSUING_DIST_POINT*>(
      X509_CRL_get_ext_d2i(list, NID_issuing_distribution_point, &critical, nullptr)));
  if (!point) return critical == -1;
  const bool is_authority = X509_check_ca(const_cast<X509*>(certificate)) != 0;
  if (point->indirectCRL > 0 || point->onlyattr > 0 || point->onlysomereasons != nullptr) return false;
  if (point->onlyuser > 0 && is_authority) return false;
  if (point->onlyCA > 0 && !is_authority) return false;
  return point->distpoint == nullptr || is_of_point(point->distpoint, certificate);
}

bool is_signed_by(X509_CRL* list, X509* issuer) {
  if (X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(issuer)) != 0) return false;
  if ((X509_get_key_usage(issuer) & KU_CRL_SIGN) == 0) return false;
  int digest = NID_undef;
  OBJ_find_sigid_algs(X509_CRL_get_signature_nid(list), &digest, nullptr);
  if (digest == NID_sha1 || digest == NID_md5) return false;
  EVP_PKEY* key = X509_get0_pubkey(issuer);
  return key != nullptr && X509_CRL_verify(list, key) == 1;
}

/// RFC 3161 section 4: only these reasons leave older tokens good.
bool spares_older_tokens(const X509_REVOKED* entry) {
  int critical = -1;
  const std::unique_ptr<ASN1_ENUMERATED, Free<ASN1_ENUMERATED_free>> reason(static_cast<ASN1_ENUMERATED*>(
      X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, &critical, nullptr)));
  if (!reason) return false;
  const long code = ASN1_ENUMERATED_get(reason.get());
  return code == CRL_REASON_UNSPECIFIED || code == CRL_REASON_AFFILIATION_CHANGED || code == CRL_REASON_SUPERSEDED ||
         code == CRL_REASON_CESSATION_OF_OPERATION;
}

Status check_entry(X509_CRL* list, X509* certificate, const TimeClaims& claims) {
  X509_REVOKED* entry = nullptr;
  if (X509_CRL_get0_by_cert(list, &entry, certificate) != 1) return {};
  DOKAZ_LET(since, seconds_of(X509_REVOKED_get0_revocationDate(entry)));
  if (since <= claims.latest()) return bad_anchor("a certificate was revoked before the token's time");
  if (!spares_older_tokens(entry)) return bad_anchor("a certificate was revoked, and older tokens with it");
  return {};
}

Result<bool> covers(const X509_CRL* list, const X509* certificate, const TimeClaims& claims) {
  DOKAZ_LET(made, seconds_of(X509_CRL_get0_lastUpdate(list)));
  DOKAZ_LET(end, seconds_of(X509_get0_notAfter(certificate)));
  if (made > end) return false;  // by then the certificate may have been dropped from the list
  if (X509_CRL_get0_nextUpdate(list) == nullptr) return made >= claims.unix_time;
  DOKAZ_LET(next, seconds_of(X509_CRL_get0_nextUpdate(list)));
  return next >= claims.unix_time;
}

}  // namespace

Result<std::vector<RevocationList>> read_lists(ByteView pem) {
  std::vector<RevocationList> out;
  if (pem.empty()) return out;
  if (pem.size() > max_revocation_file) return bad_anchor("the revocation lists are too large");
  const Bio bio = bio_over(pem);
  while (X509_CRL* list = PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr)) {
    out.emplace_back(list);
    if (out.size() > most_lists) return bad_anchor("too many revocation lists");
  }
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE || out.empty())
    return bad_anchor("a revocation list cannot be read");
  return out;
}

Result<Revocation> judge_revocation(const STACK_OF(X509) * chain, const std::vector<RevocationList>& lists,
                                    const TimeClaims& claims) {
  bool all_covered = true;
  for (int i = 0; i + 1 < sk_X509_num(chain); ++i) {
    X509* certificate = sk_X509_value(chain, i);
    X509* issuer = sk_X509_value(chain, i + 1);
    bool covered = false;
    for (const RevocationList& list : lists) {
      if (!is_signed_by(list.get(), issuer) || !is_for(list.get(), certificate)) continue;
      DOKAZ_TRY(check_entry(list.get(), certificate, claims));
      DOKAZ_LET(covering, covers(list.get(), certificate, claims));
      covered = covered || covering;
    }
    all_covered = all_covered && covered;
  }
  return all_covered ? Revocation::not_revoked : Revocation::not_shown;
}

std::vector<std::string> list_urls_of(const X509* certificate) {
  std::vector<std::string> out;
  const Points points = points_of(certificate);
  for (int i = 0; points && i < sk_DIST_POINT_num(points.get()); ++i) {
    const GENERAL_NAMES* names = full_name_of(sk_DIST_POINT_value(points.get(), i)->distpoint);
    for (int j = 0; names != nullptr && j < sk_GENERAL_NAME_num(names); ++j) {
      const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, j);
      if (name->type != GEN_URI) continue;
      const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
      const std::string_view text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                                  static_cast<std::size_t>(ASN1_STRING_length(uri)));
      const bool fetchable = text.starts_with("http://") || text.starts_with("https://");
      if (fetchable && text.size() <= longest_url && out.size() < most_urls) out.emplace_back(text);
    }
  }
  return out;
}

}  // namespace dokaz::anchoring
