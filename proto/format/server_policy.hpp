// SPDX-License-Identifier: GPL-3.0-or-later
// The policy of a server: a policy whose witness lines may say where the witness is asked: format.md section 8.
#pragma once

#include "proto/format/policy.hpp"

namespace dokaz {

inline constexpr std::size_t max_server_policy_size = 65536;
inline constexpr std::size_t max_witness_url = 1024;

struct ServerPolicy {
  struct Place {
    Witness witness;
    std::string url;  // prefix, without a slash at its end
  };

  Policy policy;              // without the addresses: as counsel can take it
  std::vector<Place> places;  // of the witnesses that have one, in the policy's order

  /// As Policy::parse: malformed, bad_key. malformed also for an address that is not `https://` or `http://`
  /// and 1 to 1,016 further printable characters, has a `?` or `#`, or ends with a slash. Whether it may be asked is judged
  /// by who asks.
  static Result<ServerPolicy> parse(ByteView bytes);
};

}  // namespace dokaz
