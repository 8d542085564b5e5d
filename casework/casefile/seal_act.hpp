// SPDX-License-Identifier: GPL-3.0-or-later
// Seals the facts of an act to those who may read them: format.md section 5.
#pragma once

#include "casework/casefile/case_file.hpp"

namespace dokaz {

struct SealedAct {
  ObjectRef object;           // its file is in the case folder, durable
  std::vector<Fact> facts;    // without decoys
  std::vector<Fact> decoys;   // that fill them up
  std::vector<FactDigest> digests() const;
};

/// A fact that says nothing.
Fact decoy();

/// Adds `object` and decoys. bad_disclosure for facts that the act may not have; malformed where a group of the roster has
/// no key that age can use; no_space, io_error.
Result<SealedAct> seal_act(CaseFile& file, Act act, std::vector<Fact> facts);

}  // namespace dokaz
