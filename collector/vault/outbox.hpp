// SPDX-License-Identifier: GPL-3.0-or-later
// The folder of sealed objects that wait for the server: `<64 hex of the object's id>.age`. A whole object
// is deleted only where an item was dropped: one that no statement names lies in `orphans/` until a statement
// names it.
#pragma once

#include <vector>

#include "crypto/files.hpp"
#include "proto/format/statement.hpp"

namespace dokaz {

class Outbox {
 public:
  explicit Outbox(Path folder) : folder_(std::move(folder)) {}

  /// A file for an object whose id is not known yet; gone with the value unless it is `put`.
  Result<PendingFile> begin() const;
  /// Durable when it returns without failure; after a failure there is nothing of it.
  Status put(PendingFile& object, const ObjectId& id);
  /// Whole and unchanged: it was read once. `missing_part` if it is not there; `hash_mismatch`.
  Result<File> open(const ObjectRef& object) const;

  /// Durable; what is not there is no failure.
  Status remove(const std::vector<ObjectId>& objects);

  /// Removes what `freed` holds; moves other objects that `named` does not hold to `orphans/`, and those that it
  /// holds back from there; removes half-written files. Other names are left alone. Hold the vault's lock.
  Status settle(std::vector<ObjectId> named, std::vector<ObjectId> freed);
  /// Objects that lie in `orphans/`.
  Result<std::size_t> orphans() const;

 private:
  Path path_of(const ObjectId& id) const;
  Path orphan_folder() const;
  Path folder_;
};

}  // namespace dokaz
