// SPDX-License-Identifier: GPL-3.0-or-later
// Which checkpoint the witnesses are asked for, who has answered, and when one is asked again: the state that
// all witnesses share. No clock, no network, no lock of its own. Private to the folder.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "proto/format/server_policy.hpp"

namespace dokaz::server {

using Instant = std::chrono::steady_clock::time_point;
using Pause = std::chrono::milliseconds;

struct Pauses {
  Pause interval;  // between two looks at the log
  Pause longest;   // between two calls to a witness that fails
  Pause grace;     // for the others, once the quorum is met
};

/// One thing at a time is asked of all: a checkpoint stays the target until everybody who can be asked has
/// answered, or for a grace time once the quorum is met. So a log that grows all the time still gets its
/// quorum, and a witness that is down or slow holds up nobody.
class Cosigning {
 public:
  Cosigning(const ServerPolicy& policy, Pauses pauses);

  /// A newer checkpoint becomes the target, unless the present one is still asked for.
  void offer(const Checkpoint& newest, Instant now);

  struct Task {
    Checkpoint target;
    std::uint64_t known_size = 0;  // of the newest checkpoint that this witness has signed, as far as is known
  };
  /// What to ask the witness now; empty if nothing, or not yet.
  std::optional<Task> begin(std::size_t witness, Instant now);

  /// It cosigned: the note with all lines so far, if they are the policy's quorum.
  std::optional<Note> cosigned(std::size_t witness, const Task& task, const NoteSignature& line, Instant now);
  /// It has signed this size, which its next call starts from.
  void knows(std::size_t witness, std::uint64_t size) { each_[witness].known_size = size; }
  /// The pause before it is asked again grows with each failure.
  void failed(std::size_t witness, Instant now);
  /// It was asked for what it cannot answer: not again for this target.
  void passed(std::size_t witness);

  bool is_answering(std::size_t witness) const { return each_[witness].failures == 0 && each_[witness].ever; }
  /// Its last call was answered, or it was never asked.
  bool begins_to_fail(std::size_t witness) const { return each_[witness].failures == 0; }
  /// Everybody was asked at least once.
  bool is_known() const;

 private:
  struct Each {
    std::uint64_t known_size = 0;
    unsigned failures = 0;      // since the last answer
    Instant not_before{};
    bool asked = false;         // a call is under way
    bool done = false;          // has answered for the target
    bool ever = false;          // a call has ended, however
  };
  bool may_move(Instant now) const;

  Policy policy_;
  std::vector<Witness> witnesses_;
  Pauses pauses_;
  std::vector<Each> each_;
  std::optional<Checkpoint> target_;
  std::optional<Note> note_;  // the target with the lines so far
  std::optional<Instant> met_;
};

}  // namespace dokaz::server
