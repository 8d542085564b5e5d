// SPDX-License-Identifier: GPL-3.0-or-later
// Which statements a parcel has, in one hash: what an answer must speak of. Private to the folder.
#pragma once

#include "crypto/hash.hpp"
#include "proto/format/parcel.hpp"

namespace dokaz {

/// H over H of each, in their order.
class Contents {
 public:
  void add(const StatementHash& statement) { hash_.update(statement.view()); }
  Sha256 finish() { return hash_.finish(); }

 private:
  Sha256Stream hash_;
};

}  // namespace dokaz
