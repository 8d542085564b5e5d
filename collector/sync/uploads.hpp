// SPDX-License-Identifier: GPL-3.0-or-later
// Sending objects: smallest first, each from the byte that the server wants.
#pragma once

#include <set>
#include <vector>

#include "collector/sync/sync.hpp"

namespace dokaz {

/// Objects of logged statements that are not stored yet, smallest first.
Result<std::vector<ObjectRef>> waiting_objects(Vault& vault);

struct Uploads {
  std::set<ObjectId> kept;  // the server has them whole
  Status outcome;           // the first failure
};

/// An object that is gone from the outbox (`missing_part`) or was changed there (`hash_mismatch`) does
/// not stop the others; a failure of the server or the network does.
Uploads upload_objects(Vault& vault, Client& client, const std::vector<ObjectRef>& objects,
                       const SyncProgress& progress);

}  // namespace dokaz
