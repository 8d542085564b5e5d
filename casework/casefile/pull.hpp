// SPDX-License-Identifier: GPL-3.0-or-later
// Brings what the server has of the case into the case folder, and the newest roster to the server. The only network of
// casework.
#pragma once

#include <functional>

#include "casework/casefile/bring_own.hpp"
#include "casework/casefile/named_objects.hpp"
#include "casework/casefile/pulling.hpp"
#include "casework/casefile/roster_changes.hpp"

namespace dokaz {

struct Pulled {
  std::size_t entries = 0;  // new ones
  std::size_t objects = 0;  // new ones, whole and with the right hash
  std::size_t waiting = 0;  // objects that the server does not have yet
  struct Failed {
    NamedObject named;
    Errc why = Errc::internal;  // hash_mismatch: what the server sent is not the object
  };
  std::vector<Failed> failed;           // objects that did not come, each once; the others did all the same
  std::vector<NamedObject> mismatched;  // of the whole case: statements that claim another size than the object has
  std::optional<Error> ended_by;        // what ended the pull before its end; all else was done
  std::size_t forks = 0;    // of the whole case
  std::size_t aside = 0;    // of the whole case: by a key that does not sign at its place
  Brought own;              // what this case file itself stated
  std::optional<Error> own_failure;  // why some of that waits on
  bool roster_put = false;  // the server knows our newest roster from now on
  std::optional<Error> roster_failure;  // why it did not take it; nothing where it was not asked to
  std::optional<RosterChanges> roster_changes;  // by one that was made elsewhere and was taken over
};

/// Told after each step, on the caller's thread: what is being fetched, how far, of how much.
using PullProgress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t total)>;

struct PullOptions {
  NewerRoster newer_roster = NewerRoster::refuse;
  /// Of the member's, at a time; the server takes 4 of one member.
  std::size_t connections = 3;
};

/// Resumes where the last pull ended, in the log and inside an object. What was accepted before a
/// failure stays, and once the server was heard the failure is told beside what was done. What this case file itself stated
/// is brought first; where that fails the rest goes on. `server` replaces the case's address for this once; `now`: the time
/// that a new chain would begin with. The way there is the folder's (CaseFile::reached): proxy_failed where the rule is Tor
/// only and no proxy is named, or the proxy does not connect; then nothing else was connected to, and no name was looked up.
/// What the server answers to our roster ends nothing, but a lost line.
Result<Pulled> pull(CaseFile& file, const ServerAddress& server, const ClaimedTime& now, const PullProgress& progress,
                    const PullOptions& options = {});

/// Members, rosters and statements, without objects: who has come, and our newest roster to the server where it has an older
/// one; roster_put where the server has ours afterwards. wrong_root where it has another one of the same or a higher number.
Result<Pulled> put_roster(CaseFile& file, const ServerAddress& server);

}  // namespace dokaz
