// SPDX-License-Identifier: GPL-3.0-or-later
// A log of a few entries in memory, with the real tree, checkpoints and proofs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "proto/format/receipt.hpp"

namespace dokaz::small {

/// The same key for the same number, in every run.
inline SigningKey key(Byte number) {
  return SigningKey::from_seed(Secret<32>::make([&](std::span<Byte, 32> seed) {
    for (Byte& byte : seed) byte = number;
  }));
}

struct SmallWitness {
  std::string name;
  Byte key = 0;
  std::uint64_t unix_time = 0;
};

class Log {
 public:
  explicit Log(Byte number) : key_(key(number)) {}

  const PublicKey& public_key() const { return key_.public_key(); }

  std::uint64_t add(const SignedStatement& signed_statement) {
    added_.push_back(signed_statement);
    const Leaf leaf = leaf_of(signed_statement.statement.hash(), signed_statement.signature,
                              signed_statement.member.hash());
    edge_.append(leaf_hash(leaf), [&](unsigned level, std::uint64_t index, const TreeHash& hash) {
      stored_[{level, index}] = hash;
    });
    return edge_.size() - 1;
  }

  TreeHead head() const { return {edge_.size(), edge_.root()}; }

  /// The receipt of an entry under the tree as it is now.
  Receipt receipt(std::uint64_t index, const std::vector<SmallWitness>& witnesses = {}) const {
    const auto path = prove_inclusion(index, edge_.size(), reader());
    DOKAZ_CHECK(path.has_value());
    const SignedStatement& entry = added_.at(index);
    return {entry.signature, entry.member.hash(), index, *path, checkpoint(witnesses)};
  }

  Note checkpoint(const std::vector<SmallWitness>& witnesses = {}) const {
    const Checkpoint signed_head = sign_checkpoint(head(), key_);
    Note note = signed_head.note;
    for (const SmallWitness& witness : witnesses) {
      auto more = note.with_line(cosign(signed_head, witness.name, witness.unix_time, key(witness.key)));
      DOKAZ_CHECK(more.has_value());
      note = std::move(more).value();
    }
    return note;
  }

  ConsistencyPath consistency(std::uint64_t older) const {
    const auto path = prove_consistency(older, edge_.size(), reader());
    DOKAZ_CHECK(path.has_value());
    return *path;
  }

  const std::vector<SignedStatement>& entries() const { return added_; }

 private:
  HashReader reader() const {
    return [this](unsigned level, std::uint64_t index) -> Result<TreeHash> { return stored_.at({level, index}); };
  }

  SigningKey key_;
  RightEdge edge_;
  std::map<std::pair<unsigned, std::uint64_t>, TreeHash> stored_;
  std::vector<SignedStatement> added_;
};

}  // namespace dokaz::small
