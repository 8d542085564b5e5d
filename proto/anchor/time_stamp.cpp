// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/anchor/time_stamp.hpp"

#include <openssl/asn1.h>
#include <openssl/objects.h>

#include "proto/anchor/read_response.hpp"

namespace dokaz {
namespace {

using namespace anchoring;

std::uint64_t number_of(const TimeNonce& nonce) {
  std::uint64_t out = 0;
  for (const Byte byte : nonce.raw()) out = out << 8 | byte;
  return out;
}

/// RFC 3161 section 2.4.2.
constexpr struct {
  int bit;
  const char* words;
} rejections[] = {{0, "algorithm not known"},        {2, "request not permitted"}, {5, "request not understood"},
                  {14, "time source not available"}, {15, "policy not supported"}, {16, "extension not supported"},
                  {17, "information not available"}, {25, "system failure"}};

Status check_granted(const Response& response) {
  const TS_STATUS_INFO* info = TS_RESP_get_status_info(response.get());
  const long status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(info));
  if (status == TS_STATUS_GRANTED || status == TS_STATUS_GRANTED_WITH_MODS) return {};
  std::string why = "the authority rejected the request";
  if (const ASN1_BIT_STRING* bits = TS_STATUS_INFO_get0_failure_info(info))
    for (const auto& each : rejections)
      if (ASN1_BIT_STRING_get_bit(bits, each.bit) == 1) return bad_anchor(why + ": " + each.words);
  return bad_anchor(std::move(why));
}

std::string text_of_object(const ASN1_OBJECT* object) {
  char text[128];
  const int length = OBJ_obj2txt(text, sizeof text, object, 1);
  return length > 0 && length < static_cast<int>(sizeof text) ? std::string(text) : std::string();
}

/// Of a part of the accuracy; absent is zero (RFC 3161 section 2.4.2).
Result<std::uint64_t> part_of(const ASN1_INTEGER* number, std::uint64_t most) {
  std::uint64_t value = 0;
  if (number != nullptr && (ASN1_INTEGER_get_uint64(&value, number) != 1 || value > most))
    return bad_anchor("the token's accuracy cannot be read");
  return value;
}

Result<std::optional<std::uint64_t>> accuracy_of(TS_TST_INFO* info) {
  constexpr std::uint64_t longest = 366ULL * 86'400;
  const TS_ACCURACY* accuracy = TS_TST_INFO_get_accuracy(info);
  if (accuracy == nullptr) return std::optional<std::uint64_t>();
  DOKAZ_LET(seconds, part_of(TS_ACCURACY_get_seconds(accuracy), longest));
  DOKAZ_LET(millis, part_of(TS_ACCURACY_get_millis(accuracy), 999));
  DOKAZ_LET(micros, part_of(TS_ACCURACY_get_micros(accuracy), 999));
  return std::optional((seconds * 1000 + millis) * 1000 + micros);
}

Result<TimeClaims> claims_of(TS_TST_INFO* info) {
  if (TS_TST_INFO_get_version(info) != 1) return bad_anchor("a version of the token that is not known");
  TS_MSG_IMPRINT* imprint = TS_TST_INFO_get_msg_imprint(info);
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr, TS_MSG_IMPRINT_get_algo(imprint));
  if (OBJ_obj2nid(algorithm) != NID_sha256) return bad_anchor("the imprint is not SHA-256");
  const ASN1_OCTET_STRING* digest = TS_MSG_IMPRINT_get_msg(imprint);
  const auto hash = Sha256::from(
      {ASN1_STRING_get0_data(digest), static_cast<std::size_t>(ASN1_STRING_length(digest))});
  if (!hash) return bad_anchor("the imprint is not SHA-256");

  TimeClaims out;
  out.imprint = *hash;
  const ASN1_GENERALIZEDTIME* time = TS_TST_INFO_get_time(info);
  DOKAZ_LET(seconds, seconds_of(time));
  out.unix_time = seconds;
  const std::string_view text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(time)),
                              static_cast<std::size_t>(ASN1_STRING_length(time)));
  if (!text.ends_with('Z')) return bad_anchor("the token's time is not in UTC");
  out.has_fraction = text.find('.') != std::string_view::npos;
  DOKAZ_LET(accuracy, accuracy_of(info));
  out.accuracy_us = accuracy;
  out.policy = text_of_object(TS_TST_INFO_get_policy_id(info));
  std::uint64_t nonce = 0;
  if (const ASN1_INTEGER* number = TS_TST_INFO_get_nonce(info);
      number != nullptr && ASN1_INTEGER_get_uint64(&nonce, number) == 1)
    out.nonce = nonce;
  return out;
}

}  // namespace

std::int64_t TimeClaims::latest() const {
  constexpr std::uint64_t second = 1'000'000;
  const std::uint64_t after = accuracy_us.value_or(0) + (has_fraction ? second : 0);
  return unix_time + static_cast<std::int64_t>((after + second - 1) / second);
}

Bytes write_time_request(ByteView checkpoint, const TimeNonce& nonce) {
  const OwnErrors own;
  const Sha256 hash = sha256(checkpoint);
  const Request request(TS_REQ_new());
  TS_MSG_IMPRINT* imprint = TS_MSG_IMPRINT_new();
  X509_ALGOR* algorithm = X509_ALGOR_new();
  ASN1_INTEGER* number = ASN1_INTEGER_new();
  DOKAZ_CHECK(request && imprint != nullptr && algorithm != nullptr && number != nullptr);
  // The setters copy what they are given.
  bool good = X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1 &&
              TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1;
  Bytes digest = to_bytes(hash.view());
  good = good && TS_MSG_IMPRINT_set_msg(imprint, digest.data(), static_cast<int>(digest.size())) == 1 &&
         ASN1_INTEGER_set_uint64(number, number_of(nonce)) == 1 && TS_REQ_set_version(request.get(), 1) == 1 &&
         TS_REQ_set_msg_imprint(request.get(), imprint) == 1 && TS_REQ_set_nonce(request.get(), number) == 1 &&
         TS_REQ_set_cert_req(request.get(), 1) == 1;
  X509_ALGOR_free(algorithm);
  TS_MSG_IMPRINT_free(imprint);
  ASN1_INTEGER_free(number);
  unsigned char* der = nullptr;
  const int size = good ? i2d_TS_REQ(request.get(), &der) : -1;
  DOKAZ_CHECK(size > 0);  // only memory can be lacking
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

Result<TimeResponse> TimeResponse::parse(ByteView der) {
  const OwnErrors own;
  if (der.size() > max_anchor_file) return bad_anchor("the response is too large");
  const unsigned char* at = der.data();
  auto read = std::make_shared<ReadResponse>();
  read->response.reset(d2i_TS_RESP(nullptr, &at, static_cast<long>(der.size())));
  if (!read->response || at != der.data() + der.size()) return bad_anchor("the response cannot be read");
  DOKAZ_TRY(check_granted(read->response));
  TS_TST_INFO* info = TS_RESP_get_tst_info(read->response.get());
  if (read->token() == nullptr || info == nullptr) return bad_anchor("there is no token in the response");
  DOKAZ_LET(claims, claims_of(info));
  return TimeResponse(to_bytes(der), std::move(claims), std::move(read));
}

}  // namespace dokaz
