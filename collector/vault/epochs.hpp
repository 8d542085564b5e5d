// SPDX-License-Identifier: GPL-3.0-or-later
// Which key signed which place of this vault's chain: format.md section 3, key epochs. Of the keys before the present
// one only the public halves are left.
#pragma once

#include <algorithm>
#include <vector>

#include "proto/format/rotation.hpp"

namespace dokaz {

class OwnEpochs {
 public:
  explicit OwnEpochs(const PublicKey& first) : epochs_{{0, first}} {}

  /// The statement `seq` is a key-rotate that names this key. In the order of the chain.
  void follow(std::uint64_t seq, const PublicKey& next) { epochs_.push_back({seq + 1, next}); }

  /// 0 where the key was never changed.
  std::uint64_t present() const { return epochs_.size() - 1; }
  std::uint64_t epoch_of(std::uint64_t seq) const {
    const auto behind = std::upper_bound(epochs_.begin(), epochs_.end(), seq,
                                         [](std::uint64_t place, const Epoch& one) { return place < one.from; });
    return static_cast<std::uint64_t>(behind - epochs_.begin()) - 1;
  }
  const PublicKey& signer_of(std::uint64_t seq) const { return epochs_[epoch_of(seq)].key; }
  /// The places of the key-rotates, oldest first.
  std::vector<std::uint64_t> rotations() const {
    std::vector<std::uint64_t> out;
    for (std::size_t i = 1; i < epochs_.size(); ++i) out.push_back(epochs_[i].from - 1);
    return out;
  }

 private:
  struct Epoch {
    std::uint64_t from = 0;  // the first place that it signs
    PublicKey key;
  };
  std::vector<Epoch> epochs_;
};

}  // namespace dokaz
