// SPDX-License-Identifier: GPL-3.0-or-later
// The check of an exhibit: format.md section 12. Offline: no network, no clock, no database, no keys.
#pragma once

#include "casework/verify/bag.hpp"
#include "casework/verify/report.hpp"
#include "proto/format/policy.hpp"

namespace dokaz {

/// What the verifier must have from elsewhere than the exhibit. Without it nothing is verified.
struct Trust {
  Fingerprint root;
  Policy policy;
};

/// Never fails as such: what does not hold is in the report, with the part and the reason.
Report verify_exhibit(const Bag& files, const Trust& trust);
/// The same from a folder; a folder that cannot be read is a failed report.
Report verify_exhibit(const std::filesystem::path& folder, const Trust& trust);

}  // namespace dokaz
