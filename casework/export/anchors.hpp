// SPDX-License-Identifier: GPL-3.0-or-later
// Which time stamps of a server's log go into a bag, and the proofs that they cover what is shown: format.md section 19.
#pragma once

#include <set>

#include "casework/verify/bag.hpp"
#include "proto/format/policy.hpp"

namespace dokaz {

/// What `data/anchors` is to hold for items whose receipts end with these checkpoints. `log` is a copy of the server's
/// folder `log`, or of what it publishes: `anchors/<size>/…`, and for anchors over a later checkpoint also `checkpoint`
/// and `tile/…`. Each checkpoint gets the first anchor that can be shown to cover it; one that has none gets none.
/// not_found without a folder `anchors`; bad_signature, policy_unmet for another log's; io_error.
Result<Bag> anchors_for(const std::filesystem::path& log, const Policy& policy, const std::vector<TreeHead>& heads);

}  // namespace dokaz
