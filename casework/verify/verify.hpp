// SPDX-License-Identifier: GPL-3.0-or-later
// The check of an exhibit: format.md section 12. Offline: no network, no database, no keys; the clock is the caller's.
#pragma once

#include "casework/verify/bag.hpp"
#include "casework/verify/report.hpp"
#include "proto/anchor/time_trust.hpp"
#include "proto/format/policy.hpp"

namespace dokaz {

/// What the verifier must have from elsewhere than the exhibit. Without it nothing is verified.
struct Trust {
  Fingerprint root;
  Policy policy;
  bool root_given = true, policy_given = true;     // false: taken from the bag itself, which is a limit
  std::vector<TimeTrust> authorities = {};         // roots of time authorities
  std::optional<std::int64_t> now = std::nullopt;  // seconds since 1970: nothing may be signed a day after it
};

/// What a bag says of itself, for whoever has not got it from elsewhere yet: missing_part, malformed and the like.
Result<Fingerprint> claimed_root(const Bag& files);
Result<Policy> claimed_policy(const Bag& files);

/// Never fails as such: what does not hold is in the report, with the part and the reason.
Report verify_exhibit(const Bag& files, const Trust& trust);
struct Hashes;
/// The same with what the files hash to.
Report verify_exhibit(const Bag& files, const Hashes& hashes, const Trust& trust);
/// The same from a folder; a folder that cannot be read is a failed report.
Report verify_exhibit(const std::filesystem::path& folder, const Trust& trust);

}  // namespace dokaz
