// SPDX-License-Identifier: GPL-3.0-or-later
// What a server says, checked before it counts. No network here: pull.hpp brings the messages.
#pragma once

#include <set>

#include "casework/casefile/case_file.hpp"

namespace dokaz {

/// The log signed the server's checkpoint, and it continues the one that was seen before, which it then
/// replaces; witnesses may vouch for it later: policy_unmet, bad_signature, server_rolled_back, bad_consistency.
Result<TreeHead> accept_welcome(CaseFile& file, const Welcome& welcome);

/// What is done with a roster that is newer than the folder's.
enum class NewerRoster {
  refuse,  // where only this folder makes them: wrong_root
  adopt    // also another one of the same number
};

/// wrong_root: the server has a roster that this folder did not make.
Error made_elsewhere(const Roster& theirs);

/// Every admission is the case root's. A newer roster that the root signed takes the place of the folder's where the
/// folder makes none itself, or where counsel said so (take_roster).
Status accept_members(CaseFile& file, const Members& members, NewerRoster newer = NewerRoster::refuse);

/// What the entries that were pulled say of keys: format.md section 3.
struct Learned {
  Membership members;
  std::set<KeyHash> over;  // keys that another one followed
};
Result<Learned> learned_by(CaseFile& file);

/// Every statement is by a member and in the log at a rising index, under one checkpoint that satisfies the
/// policy and is of one history with the one that was seen; then all are kept. The failures of check_receipt:
/// not_a_member also for a member whose admission was not asked for yet; bad_inclusion, bad_consistency. An entry whose
/// key does not sign at its place is set aside: it stops nobody else's. One at or beyond the place from which its member
/// is revoked is kept, and CaseFile::entries leaves it out. `learned` is the file's, and learns of these.
Status accept_entries(CaseFile& file, const Entries& entries, Learned& learned);
Status accept_entries(CaseFile& file, const Entries& entries);

}  // namespace dokaz
