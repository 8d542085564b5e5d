// SPDX-License-Identifier: GPL-3.0-or-later
// Leaves by their numbers, for tests of the log: no signature in them is looked at.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "crypto/hash.hpp"
#include "proto/merkle/tiles.hpp"

namespace dokaz::server::test {

inline Leaf leaf_number(std::uint64_t number) {
  Leaf leaf;
  const Sha256 content = sha256(std::to_string(number));
  std::copy(content.raw().begin(), content.raw().end(), leaf.raw().begin());
  return leaf;
}

/// Numbers `from` to `to` - 1.
inline std::vector<Leaf> leaves_between(std::uint64_t from, std::uint64_t to) {
  std::vector<Leaf> out;
  for (; from < to; ++from) out.push_back(leaf_number(from));
  return out;
}

}  // namespace dokaz::server::test
