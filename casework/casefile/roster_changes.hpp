// SPDX-License-Identifier: GPL-3.0-or-later
// What one roster of a case says otherwise than another: who is told of a new one has to see for whom things are sealed
// from now on, who came, and who is let in again.
#pragma once

#include <string>

#include "casework/casefile/case_file.hpp"

namespace dokaz {

struct RosterChanges {
  std::uint64_t before = 0, after = 0;  ///< their numbers
  std::vector<Member> listed, unlisted;  ///< a member whose role or key is another one is in both
  std::vector<GroupRecipient> recipients, recipients_gone;
  /// A revocation from a later place on is softer: it is in both.
  std::vector<Revoked> revoked, let_in_again;

  bool any() const;
};

RosterChanges changes_between(const Roster& before, const Roster& after);

/// Takes over a roster that was made elsewhere with the root: wrong_root, bad_signature, malformed, server_rolled_back. Where
/// the root is here a roster of ours follows at once, if it has to: what ours revokes stays revoked, and whoever took the
/// case over stays listed. not_found where the latter has to be and the root is not here.
Status take_roster(CaseFile& file, const Note& theirs);

/// A line each, for people; whom `file` has no name for is named by the beginning of the key's hash.
Result<std::string> text_of(CaseFile& file, const RosterChanges& changes);

}  // namespace dokaz
