// SPDX-License-Identifier: GPL-3.0-or-later
// A time-stamp authority for tests, in this process: root, intermediate, signer; tokens of any time and revocation
// lists as a test wants them. (The server's tests run a real one, made by `openssl ts`.)
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/anchor/time_trust.hpp"

namespace dokaz::test {

inline constexpr std::int64_t stamp_time = 1'600'000'000;  // 2020-09-13: long past
inline constexpr std::int64_t day = 86'400;

struct CertificateTraits {
  std::string name;
  bool is_authority = false;
  std::string extended_usage = "critical,timeStamping";  // empty for none; not of authorities
  std::int64_t from = stamp_time - 100 * day;
  std::int64_t until = stamp_time + 100 * day;
  int rsa_bits = 0;  // 0: P-256
  std::string lists_at = {};  // URL of the distribution point
  bool sha1 = false;  // signed with it
};

struct TokenTraits {
  std::int64_t time = stamp_time;
  std::optional<std::string> fraction;  // of the second
  std::optional<std::array<int, 3>> accuracy = std::array<int, 3>{1, 500, 0};
  bool names_signer = true;  // signingCertificateV2
  bool with_certificates = true;
  bool twice_signed = false;
  const char* digest = "SHA256";
  int status = 0;
};

struct Revoked {
  std::string name;  // of the certificate
  std::int64_t since = 0;
  std::optional<int> reason;
};

class TimeWorld {
 public:
  /// The usual three: "root", "middle", "signer".
  TimeWorld(CertificateTraits signer = {"signer"}, CertificateTraits middle = {"middle", true},
            CertificateTraits root = {"root", true});
  ~TimeWorld();

  /// PEM.
  Bytes certificate(const std::string& name) const;
  /// A whole response to that request.
  Bytes answer(ByteView request, const TokenTraits& traits = {}) const;
  /// PEM of the list that `issuer` made.
  Bytes list(const std::string& issuer, const std::vector<Revoked>& revoked = {},
             std::int64_t made = stamp_time - day, std::int64_t next = stamp_time + day,
             const std::string& issuing_point = {}) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dokaz::test
