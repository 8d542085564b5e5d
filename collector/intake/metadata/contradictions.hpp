// SPDX-License-Identifier: GPL-3.0-or-later
// Where a file says two things of one matter.
#pragma once

#include "collector/intake/metadata/decoded_blocks.hpp"

namespace dokaz::intake {

/// All values in writing where one is not the same as the first; nothing where all are. `state` appends the
/// writing of one to a list.
template <class Value, class Same, class State>
std::vector<Stated> disagreement(const std::vector<Value>& values, Same same, State state) {
  std::vector<Stated> out;
  bool agree = true;
  for (const Value& one : values) {
    agree &= same(values.front(), one);
    state(out, one);
  }
  return agree ? std::vector<Stated>() : out;
}

/// Adds what is said to the list, each place once, cut to the limits of fact_forms.hpp; nothing where that leaves
/// no contradiction.
void add_contradiction(std::vector<Contradiction>& to, const char* fact, std::vector<Stated> values);

}  // namespace dokaz::intake
