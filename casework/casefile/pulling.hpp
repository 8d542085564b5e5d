// SPDX-License-Identifier: GPL-3.0-or-later
// What a server says, checked before it counts. No network here: pull.hpp brings the messages.
#pragma once

#include "casework/casefile/case_file.hpp"

namespace dokaz {

/// The server's checkpoint satisfies the policy and continues the one that was trusted before, which it
/// then replaces: policy_unmet, bad_signature, server_rolled_back, bad_consistency.
Result<TreeHead> accept_welcome(CaseFile& file, const Welcome& welcome);

/// Every admission is the case root's, and the roster is not newer than ours (only we can make one).
Status accept_members(CaseFile& file, const Members& members);

enum class Answer { accepted, log_moved };

/// Every statement is by a member and in the log at a rising index under `trusted`; then all are kept.
/// log_moved, with nothing kept, if proofs lead to a newer checkpoint: ask for its consistency first.
Result<Answer> accept_entries(CaseFile& file, const TreeHead& trusted, const Entries& entries);

}  // namespace dokaz
