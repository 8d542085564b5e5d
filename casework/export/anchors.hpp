// SPDX-License-Identifier: GPL-3.0-or-later
// Which time stamps of a server's log go into a bag, and the proofs that they cover what is shown: format.md section 19.
#pragma once

#include <set>

#include "casework/verify/bag.hpp"
#include "proto/anchor/time_trust.hpp"
#include "proto/format/policy.hpp"

namespace dokaz {

/// What `data/anchors` is to hold for items whose receipts end with these checkpoints. `log` is a copy of the server's
/// folder `log`, or of what it publishes: `anchors/<size>/…`, and for anchors over a later checkpoint also `checkpoint`
/// and `tile/…`. Each checkpoint gets the first anchor that covers it and of which a token leads to one of these roots;
/// where there is none, the first four and the last four that cover it, whoever made them. What is broken is left out and counted.
/// not_found without a folder `anchors`; io_error where it cannot be listed.
struct AnchorsFor {
  Bag files;
  std::size_t tokens = 0, confirmed = 0;  // that went in
  std::size_t broken = 0;                 // anchors of the folder that did not hold
};
Result<AnchorsFor> anchors_for(const std::filesystem::path& log, const Policy& policy, const std::vector<TreeHead>& heads,
                               const std::vector<TimeTrust>& authorities);

}  // namespace dokaz
