// SPDX-License-Identifier: GPL-3.0-or-later
// data/anchors/<size>/from.<older size>: that an older checkpoint is part of the anchored one: format.md section 19.
#pragma once

#include "proto/merkle/tree.hpp"

namespace dokaz {

inline constexpr std::size_t max_consistency_path = 127;

struct Consistency {
  TreeHead from, to;
  ConsistencyPath path;
};

/// malformed, unsupported_version. Verifies nothing: verify_consistency does.
Result<Consistency> read_consistency(ByteView bytes);
Bytes write_consistency(const Consistency& consistency);

}  // namespace dokaz
