// SPDX-License-Identifier: GPL-3.0-or-later
// Sending objects: smallest first, each from the byte that the server wants.
#pragma once

#include <set>
#include <vector>

#include "collector/sync/sync.hpp"

namespace dokaz {

struct WaitingObject {
  ObjectRef object;
  std::uint64_t item = 0;
  bool sealed_again = false;  // another item has taken the place of this one
};

/// Objects of logged statements that are not stored yet, smallest first.
Result<std::vector<WaitingObject>> waiting_objects(Vault& vault);

struct Uploads {
  std::set<ObjectId> kept;             // the server has them whole
  std::map<std::uint64_t, Errc> lost;  // as in the report
  Status outcome;                      // the failure of the server or the network
};

/// An object that is gone from the outbox (`missing_part`) or was changed there (`hash_mismatch`) does
/// not stop the others; a failure of the server or the network does.
Uploads upload_objects(Vault& vault, Client& client, const std::vector<WaitingObject>& objects,
                       const Progress& progress);

}  // namespace dokaz
