// SPDX-License-Identifier: GPL-3.0-or-later
// Reading certificates and times: strictly, and with limits.
#include <chrono>

#include "proto/anchor/openssl_types.hpp"
#include "proto/anchor/time_trust.hpp"

namespace dokaz::anchoring {

Result<Certificates> read_certificates(ByteView pem, std::size_t most) {
  if (pem.size() > max_anchor_file) return bad_anchor("the certificates are too large");
  Certificates out(sk_X509_new_null());
  const Bio bio = bio_over(pem);
  for (;;) {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    if (PEM_read_bio(bio.get(), &name, &header, &data, &size) != 1) {
      const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
      if (!ended || sk_X509_num(out.get()) == 0) return bad_anchor("a certificate cannot be read");
      return out;
    }
    const std::string kind = name;
    const unsigned char* at = data;
    Certificate certificate(kind == PEM_STRING_X509 ? d2i_X509(nullptr, &at, size) : nullptr);
    const bool whole = at == data + size;
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
    if (!certificate || !whole) return bad_anchor("a certificate cannot be read");
    if (static_cast<std::size_t>(sk_X509_num(out.get())) == most) return bad_anchor("too many certificates");
    if (sk_X509_push(out.get(), certificate.get()) <= 0) return Errc::internal;
    static_cast<void>(certificate.release());
  }
}

Result<std::int64_t> seconds_of(const ASN1_TIME* time) {
  tm parts{};  // OpenSSL's own reading, which refuses what no calendar has
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return bad_anchor("a time cannot be read");
  const std::chrono::sys_days day = std::chrono::year(parts.tm_year + 1900) /
                                    std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)) /
                                    std::chrono::day(static_cast<unsigned>(parts.tm_mday));
  return std::int64_t{day.time_since_epoch().count()} * 86'400 + parts.tm_hour * 3600 + parts.tm_min * 60 +
         parts.tm_sec;
}

}  // namespace dokaz::anchoring
