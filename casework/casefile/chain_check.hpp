// SPDX-License-Identifier: GPL-3.0-or-later
// One chain of a case as the log has it: what is missing, what is there twice, what does not follow.
#pragma once

#include <set>

#include "casework/casefile/check.hpp"
#include "casework/verify/checks.hpp"

namespace dokaz {

/// `chain`: its statements, one at least, in any order. `set_aside`: numbers of it that another key than the one that signs
/// there signed. What is wrong is added to `findings`, in the order of the numbers.
CheckedChain check_chain(std::vector<const Proven*> chain, const std::set<std::uint64_t>& set_aside, const Membership& members,
                         std::vector<ChainFinding>& findings);

}  // namespace dokaz
