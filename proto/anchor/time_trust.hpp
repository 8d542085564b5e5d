// SPDX-License-Identifier: GPL-3.0-or-later
// Checking an anchor with no network: format.md section 16. Who said what time, and whether to believe it.
//
// No I/O, no clock, any thread. Every failure is bad_anchor with a short detail of our own words.
#pragma once

#include "proto/anchor/time_stamp.hpp"
#include "proto/format/verified.hpp"

namespace dokaz {

/// Of revocation lists, together.
inline constexpr std::size_t max_revocation_file = std::size_t{4} << 20;
inline constexpr std::size_t max_time_roots = 16;

enum class Revocation {
  not_shown,    ///< for some certificate of the chain nothing says that it was good at the token's time
  not_revoked,  ///< lists of that time are there, and none of them names a certificate of the chain
};

/// By an authority's word: the checkpoint existed no later than `claims.latest()`.
struct ProvedTime {
  TimeClaims claims;
  std::string authority;  ///< subject of the signer's certificate, RFC 2253: not ours, so print it with care
  Revocation revocation = Revocation::not_shown;
  Bytes chain;  ///< PEM, from the signer's certificate to the root
  std::vector<std::string> list_urls;  ///< where the chain's certificates say that their revocation lists are
};

/// What is kept beside a token. Nothing in it is trusted for being there.
struct AnchorParts {
  Bytes chain;             ///< PEM, may be empty: certificates that lead to a root
  Bytes revocation_lists;  ///< PEM, may be empty
};

/// The roots that a verifier was given.
class TimeTrust {
 public:
  /// 1 to 16 certificates, nothing else.
  static Result<TimeTrust> parse(ByteView pem);

  /// Judges everything at the token's own time. With a nonce, the token must have it.
  Result<Verified<ProvedTime>> check(const TimeResponse& response, ByteView checkpoint, const AnchorParts& parts,
                                     const std::optional<TimeNonce>& nonce = std::nullopt) const;

 private:
  explicit TimeTrust(Bytes pem) : pem_(std::move(pem)) {}
  Bytes pem_;
};

/// A revocation list as it came (DER or PEM), as PEM. Nothing of it is verified.
Result<Bytes> read_revocation_list(ByteView bytes);

}  // namespace dokaz
