// SPDX-License-Identifier: GPL-3.0-or-later
// The folder of sealed objects that wait for the server: `<64 hex of the object's id>.age`.
#pragma once

#include <set>

#include "crypto/files.hpp"
#include "proto/format/ids.hpp"

namespace dokaz {

class Outbox {
 public:
  explicit Outbox(Path folder) : folder_(std::move(folder)) {}

  /// Durable when it returns without failure; after a failure there is nothing of it.
  Status put(const ObjectId& id, ByteView object);
  /// `missing_part` if it is not there.
  Result<File> open(const ObjectId& id) const;
  /// Removes what an interrupted seal left: objects that `named` does not hold, and half-written files.
  /// Other names are left alone. Hold the vault's lock.
  Status keep_only(const std::set<ObjectId>& named);

 private:
  Path path_of(const ObjectId& id) const;
  Path folder_;
};

}  // namespace dokaz
