// SPDX-License-Identifier: GPL-3.0-or-later
// Sigsum's proof, version 2: format.md section 10. Names keys by their hashes and trusts nothing.
#pragma once

#include <vector>

#include "proto/format/checkpoint.hpp"
#include "proto/merkle/tree.hpp"

namespace dokaz {

struct SigsumProof {
  struct Cosignature {
    KeyHash witness;
    std::uint64_t unix_time = 0;
    Signature signature;
    friend bool operator==(const Cosignature&, const Cosignature&) = default;
  };

  KeyHash log;
  KeyHash member;       // K
  Signature signature;  // S
  TreeHead head;
  Signature log_signature;                // over the checkpoint's text
  std::vector<Cosignature> cosignatures;  // one a witness
  std::uint64_t index = 0;                // absent from the text, and so 0, in a tree of size 1
  InclusionPath path;
  friend bool operator==(const SigsumProof&, const SigsumProof&) = default;
};

/// malformed unless it is what write_sigsum_proof would write; unsupported_version.
Result<SigsumProof> read_sigsum_proof(ByteView bytes);
Bytes write_sigsum_proof(const SigsumProof& proof);

}  // namespace dokaz
