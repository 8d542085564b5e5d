// SPDX-License-Identifier: GPL-3.0-or-later
// Objects from the server into a folder, over several connections at a time. Inside casework/casefile only.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "crypto/files.hpp"
#include "proto/transport/client.hpp"

namespace dokaz {

struct FailedObject {
  ObjectId id;
  Errc why = Errc::internal;  // hash_mismatch: what the server sent is not the object, and nothing of it stays
};

struct Fetched {
  std::size_t kept = 0;     // whole, with the right hash, under their names
  std::size_t waiting = 0;  // that the server does not have yet
  std::vector<FailedObject> failed;
  std::size_t begun_anew = 0;   // of those that are left: what lay there was no beginning of them, and is gone
  std::vector<ObjectRef> left;  // not settled, since the lines ended; those first that were not tried
  std::optional<Error> ended;   // why some are left, or why nothing more can be kept

  std::size_t settled() const { return kept + waiting + failed.size(); }
};

/// The line is gone, and another one may do better.
bool is_line_failure(Errc code);

/// Each id once. `<id>.part` grows from where it ended; what is whole is `<id>.age`, whatever size up to the given one it
/// has. One object that fails stops none of the others. `progress` is called on this thread.
Fetched fetch_objects(const Path& folder, std::vector<Client> clients, const std::vector<ObjectRef>& wanted,
                      const std::function<void(std::uint64_t done, std::uint64_t total)>& progress);

}  // namespace dokaz
