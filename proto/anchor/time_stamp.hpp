// SPDX-License-Identifier: GPL-3.0-or-later
// Asking for a time stamp and reading the answer: format.md section 16. Reading trusts nothing.
//
// No I/O, no clock, any thread. Every failure is bad_anchor with a short detail of our own words.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "crypto/hash.hpp"
#include "crypto/result.hpp"

namespace dokaz {

/// Of a response, and of a chain of certificates.
inline constexpr std::size_t max_anchor_file = 65'536;

/// Must be random, and is used once: random_id<TimeNonce>().
using TimeNonce = FixedBytes<struct TimeNonceTag, 8>;

/// TimeStampReq, DER: imprint H(checkpoint file), the nonce, the certificates wanted.
Bytes write_time_request(ByteView checkpoint, const TimeNonce& nonce);

/// What a token says, verified by nobody.
struct TimeClaims {
  Sha256 imprint;
  std::int64_t unix_time = 0;              ///< genTime, whole seconds
  bool has_fraction = false;               ///< genTime is up to a second later
  std::optional<std::uint64_t> accuracy_us;  ///< microseconds, plus and minus; absent where it states none
  std::string policy;                      ///< object identifier, "1.2.3.4"
  std::optional<std::uint64_t> nonce;

  /// The latest second that genTime and accuracy allow.
  std::int64_t latest() const;
};

namespace anchoring {
struct ReadResponse;
}

/// A whole response with a token in it.
class TimeResponse {
 public:
  /// Also where the authority rejected the request: the detail says why in the words of a closed list.
  static Result<TimeResponse> parse(ByteView der);
  const TimeClaims& claims() const { return claims_; }
  /// As they came, to be kept.
  const Bytes& bytes() const { return bytes_; }

 private:
  friend class TimeTrust;
  TimeResponse(Bytes bytes, TimeClaims claims, std::shared_ptr<const anchoring::ReadResponse> read)
      : bytes_(std::move(bytes)), claims_(std::move(claims)), read_(std::move(read)) {}
  Bytes bytes_;
  TimeClaims claims_;
  std::shared_ptr<const anchoring::ReadResponse> read_;
};

}  // namespace dokaz
