// SPDX-License-Identifier: GPL-3.0-or-later
// The policy file: whose signatures on a checkpoint suffice: format.md section 8.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proto/format/checkpoint.hpp"
#include "proto/format/verified.hpp"

namespace dokaz {

inline constexpr std::size_t max_policy_size = 16384;

struct Witness {
  std::string name;
  PublicKey key;
};

/// A witness of the policy whose line holds, and the time that it states.
struct Cosignature {
  std::string witness;
  std::uint64_t unix_time = 0;
};
/// A checkpoint that the policy's log signed: enough to go on, and to call a statement logged. Witnesses may
/// have cosigned it or not. Not to be mixed up with the next one: neither converts into the other.
struct LogCheckpoint {
  Checkpoint checkpoint;
  std::vector<Cosignature> witnesses;
};
/// A checkpoint that satisfies the policy: its quorum vouched as well.
struct TrustedCheckpoint {
  Checkpoint checkpoint;
  std::vector<Cosignature> witnesses;  // those of the policy whose lines hold
};

class Policy {
 public:
  /// malformed, bad_key.
  static Result<Policy> parse(ByteView bytes);
  /// A policy of one log and no witnesses: "log …" and "quorum none".
  static Policy log_only(const PublicKey& log);

  const Bytes& bytes() const { return bytes_; }
  const PublicKey& log() const { return log_; }
  const std::vector<Witness>& witnesses() const { return witnesses_; }
  bool needs_witnesses() const { return required_ > 0; }

  /// The log's signature alone. policy_unmet (another log), bad_signature (a known key's line fails).
  Result<Verified<LogCheckpoint>> check_log(const Note& note) const;
  /// And the quorum: policy_unmet for too few witnesses.
  Result<Verified<TrustedCheckpoint>> check(const Note& note) const;

 private:
  Policy(Bytes bytes, PublicKey log) : bytes_(std::move(bytes)), log_(log) {}
  bool is_quorum(const std::vector<Cosignature>& witnesses) const;
  Bytes bytes_;
  PublicKey log_;
  std::vector<Witness> witnesses_;
  std::vector<std::string> quorum_;  // names that count
  std::size_t required_ = 0;         // how many of them
};

}  // namespace dokaz
