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

/// A checkpoint that satisfied the policy, and which witnesses vouched when.
struct TrustedCheckpoint {
  Checkpoint checkpoint;
  struct Cosigned {
    std::string witness;
    std::uint64_t unix_time = 0;
  };
  std::vector<Cosigned> witnesses;  // those of the policy whose lines hold
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

  /// policy_unmet (other log, too few witnesses), bad_signature (a known key's line fails).
  Result<Verified<TrustedCheckpoint>> check(const Note& note) const;

 private:
  Policy(Bytes bytes, PublicKey log) : bytes_(std::move(bytes)), log_(log) {}
  Bytes bytes_;
  PublicKey log_;
  std::vector<Witness> witnesses_;
  std::vector<std::string> quorum_;  // names that count
  std::size_t required_ = 0;         // how many of them
};

}  // namespace dokaz
