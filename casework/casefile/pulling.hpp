// SPDX-License-Identifier: GPL-3.0-or-later
// What a server says, checked before it counts. No network here: pull.hpp brings the messages.
#pragma once

#include <set>

#include "casework/casefile/case_file.hpp"

namespace dokaz {

/// The log signed the server's checkpoint, and it continues the one that was seen before, which it then
/// replaces; witnesses may vouch for it later: policy_unmet, bad_signature, server_rolled_back, bad_consistency.
Result<TreeHead> accept_welcome(CaseFile& file, const Welcome& welcome);

/// Every admission is the case root's, and the roster is not newer than ours (only we can make one).
Status accept_members(CaseFile& file, const Members& members);

/// What the entries that were pulled say of keys: format.md section 3.
struct Learned {
  Membership members;
  std::set<KeyHash> over;  // keys that another one followed
};
Result<Learned> learned_by(CaseFile& file);

/// Every statement is by a member and in the log at a rising index, under one checkpoint that satisfies the
/// policy and is of one history with the one that was seen; then all are kept. The failures of check_receipt:
/// not_a_member also for a member whose admission was not asked for yet; bad_inclusion, bad_consistency. An entry whose
/// key does not sign at its place is set aside: it stops nobody else's. `learned` is the file's, and learns of these.
Status accept_entries(CaseFile& file, const Entries& entries, Learned& learned);
Status accept_entries(CaseFile& file, const Entries& entries);

}  // namespace dokaz
