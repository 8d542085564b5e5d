// SPDX-License-Identifier: GPL-3.0-or-later
#include "time_authority.hpp"

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <map>

#include "proto/anchor/openssl_types.hpp"

namespace dokaz::test {
namespace {

using namespace anchoring;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;

struct Holder {
  Key key;
  Certificate certificate;
};

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  DOKAZ_CHECK(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

Holder certify(const CertificateTraits& traits, const Holder* issuer, long serial) {
  Holder out{Key(traits.rsa_bits != 0 ? EVP_RSA_gen(static_cast<unsigned>(traits.rsa_bits)) : EVP_EC_gen("P-256")),
             Certificate(X509_new())};
  X509* certificate = out.certificate.get();
  X509* parent = issuer != nullptr ? issuer->certificate.get() : certificate;
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("Test"), -1, -1, 0);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(traits.name.c_str()),
                             -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(parent));
  ASN1_TIME_set(X509_getm_notBefore(certificate), traits.from);
  ASN1_TIME_set(X509_getm_notAfter(certificate), traits.until);
  X509_set_pubkey(certificate, out.key.get());
  add_extension(certificate, parent, NID_basic_constraints, traits.is_authority ? "critical,CA:TRUE" : "CA:FALSE");
  add_extension(certificate, parent, NID_key_usage,
                traits.is_authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
  if (!traits.is_authority && !traits.extended_usage.empty())
    add_extension(certificate, parent, NID_ext_key_usage, traits.extended_usage);
  if (!traits.lists_at.empty()) add_extension(certificate, parent, NID_crl_distribution_points, "URI:" + traits.lists_at);
  const Key& key = issuer != nullptr ? issuer->key : out.key;
  DOKAZ_CHECK(X509_sign(certificate, key.get(), traits.sha1 ? EVP_sha1() : EVP_sha256()) > 0);
  return out;
}

Bytes der_of_info(ByteView request, const TokenTraits& traits) {
  const unsigned char* at = request.data();
  const Request read(d2i_TS_REQ(nullptr, &at, static_cast<long>(request.size())));
  DOKAZ_CHECK(read != nullptr);
  std::unique_ptr<TS_TST_INFO, Free<TS_TST_INFO_free>> info(TS_TST_INFO_new());
  TS_TST_INFO_set_version(info.get(), 1);
  ASN1_OBJECT* policy = OBJ_txt2obj("1.3.6.1.4.1.99999.1", 1);
  TS_TST_INFO_set_policy_id(info.get(), policy);
  ASN1_OBJECT_free(policy);
  TS_TST_INFO_set_msg_imprint(info.get(), TS_REQ_get_msg_imprint(read.get()));
  if (TS_REQ_get_nonce(read.get()) != nullptr) TS_TST_INFO_set_nonce(info.get(), TS_REQ_get_nonce(read.get()));
  ASN1_INTEGER* number = ASN1_INTEGER_new();
  ASN1_INTEGER_set(number, 7);
  TS_TST_INFO_set_serial(info.get(), number);
  ASN1_GENERALIZEDTIME* time = ASN1_GENERALIZEDTIME_set(nullptr, traits.time);
  if (traits.fraction) {
    std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(time)),
                     static_cast<std::size_t>(ASN1_STRING_length(time)));
    text.insert(text.size() - 1, "." + *traits.fraction);
    ASN1_STRING_set(time, text.data(), static_cast<int>(text.size()));
  }
  TS_TST_INFO_set_time(info.get(), time);
  ASN1_GENERALIZEDTIME_free(time);
  if (traits.accuracy) {
    TS_ACCURACY* accuracy = TS_ACCURACY_new();
    ASN1_INTEGER_set(number, (*traits.accuracy)[0]);
    TS_ACCURACY_set_seconds(accuracy, number);
    ASN1_INTEGER_set(number, (*traits.accuracy)[1]);
    if ((*traits.accuracy)[1] != 0) TS_ACCURACY_set_millis(accuracy, number);
    TS_TST_INFO_set_accuracy(info.get(), accuracy);
    TS_ACCURACY_free(accuracy);
  }
  ASN1_INTEGER_free(number);
  unsigned char* der = nullptr;
  const int size = i2d_TS_TST_INFO(info.get(), &der);
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

Bytes sequence(const Bytes& content) {
  Bytes out{0x30, 0x82, static_cast<Byte>(content.size() >> 8), static_cast<Byte>(content.size())};
  append(out, content);
  return out;
}

}  // namespace

struct TimeWorld::State {
  std::map<std::string, Holder> holders;
  std::string signer;
};

TimeWorld::TimeWorld(CertificateTraits signer, CertificateTraits middle, CertificateTraits root)
    : state_(std::make_unique<State>()) {
  auto& all = state_->holders;
  all.emplace(root.name, certify(root, nullptr, 1));
  all.emplace(middle.name, certify(middle, &all.at(root.name), 2));
  all.emplace(signer.name, certify(signer, &all.at(middle.name), 3));
  state_->signer = signer.name;
}
TimeWorld::~TimeWorld() = default;

Bytes TimeWorld::certificate(const std::string& name) const {
  const Bio bio(BIO_new(BIO_s_mem()));
  DOKAZ_CHECK(PEM_write_bio_X509(bio.get(), state_->holders.at(name).certificate.get()) == 1);
  return bytes_in(bio.get());
}

Bytes TimeWorld::answer(ByteView request, const TokenTraits& traits) const {
  const Holder& signer = state_->holders.at(state_->signer);
  const Bytes info = der_of_info(request, traits);
  std::unique_ptr<CMS_ContentInfo, Free<CMS_ContentInfo_free>> cms(
      CMS_sign(nullptr, nullptr, nullptr, nullptr, CMS_PARTIAL | CMS_BINARY));
  ASN1_OBJECT* kind = OBJ_nid2obj(NID_id_smime_ct_TSTInfo);
  CMS_set1_eContentType(cms.get(), kind);
  unsigned flags = CMS_BINARY | CMS_NOSMIMECAP | CMS_PARTIAL;
  if (traits.names_signer) flags |= CMS_CADES;
  if (!traits.with_certificates) flags |= CMS_NOCERTS;
  for (int i = 0; i < (traits.twice_signed ? 2 : 1); ++i)
    DOKAZ_CHECK(CMS_add1_signer(cms.get(), signer.certificate.get(), signer.key.get(),
                                EVP_get_digestbyname(traits.digest), i == 0 ? flags : flags | CMS_NOCERTS) != nullptr);
  if (traits.with_certificates)
    for (const auto& [name, holder] : state_->holders)
      if (name != state_->signer && name != "root") CMS_add1_cert(cms.get(), holder.certificate.get());
  const Bio data = bio_over(info);
  DOKAZ_CHECK(CMS_final(cms.get(), data.get(), nullptr, CMS_BINARY) == 1);
  unsigned char* der = nullptr;
  const int size = i2d_CMS_ContentInfo(cms.get(), &der);
  Bytes content{0x30, 0x03, 0x02, 0x01, static_cast<Byte>(traits.status)};  // PKIStatusInfo
  append(content, {der, static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return sequence(content);
}

Bytes TimeWorld::list(const std::string& issuer, const std::vector<Revoked>& revoked, std::int64_t made,
                      std::int64_t next, const std::string& issuing_point) const {
  const Holder& by = state_->holders.at(issuer);
  const RevocationList list(X509_CRL_new());
  X509_CRL_set_version(list.get(), 1);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(by.certificate.get()));
  ASN1_TIME* time = ASN1_TIME_set(nullptr, made);
  X509_CRL_set1_lastUpdate(list.get(), time);
  if (next != 0) X509_CRL_set1_nextUpdate(list.get(), ASN1_TIME_set(time, next));
  for (const Revoked& each : revoked) {
    X509_REVOKED* entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(state_->holders.at(each.name).certificate.get()));
    X509_REVOKED_set_revocationDate(entry, ASN1_TIME_set(time, each.since));
    if (each.reason) {
      ASN1_ENUMERATED* reason = ASN1_ENUMERATED_new();
      ASN1_ENUMERATED_set(reason, *each.reason);
      X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, reason, 0, 0);
      ASN1_ENUMERATED_free(reason);
    }
    X509_CRL_add0_revoked(list.get(), entry);
  }
  ASN1_TIME_free(time);
  if (!issuing_point.empty()) {
    X509_EXTENSION* extension =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_issuing_distribution_point, issuing_point.c_str());
    DOKAZ_CHECK(extension != nullptr && X509_CRL_add_ext(list.get(), extension, -1) == 1);
    X509_EXTENSION_free(extension);
  }
  DOKAZ_CHECK(X509_CRL_sign(list.get(), by.key.get(), EVP_sha256()) > 0);
  const Bio bio(BIO_new(BIO_s_mem()));
  DOKAZ_CHECK(PEM_write_bio_X509_CRL(bio.get(), list.get()) == 1);
  return bytes_in(bio.get());
}

}  // namespace dokaz::test
