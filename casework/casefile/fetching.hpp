// SPDX-License-Identifier: GPL-3.0-or-later
// Objects from the server into a folder, over several connections at a time. Inside casework/casefile only.
#pragma once

#include <functional>
#include <vector>

#include "crypto/files.hpp"
#include "proto/transport/client.hpp"

namespace dokaz {

struct Fetched {
  std::size_t kept = 0;     // whole, with the right hash, under their names
  std::size_t waiting = 0;  // that the server does not have yet
};

/// `<id>.part` grows from where it ended; what is whole is `<id>.age`. The first failure ends all: what was fetched stays.
/// hash_mismatch: what the server sent is not the object, and nothing of it stays. `progress` is called on this thread.
Result<Fetched> fetch_objects(const Path& folder, std::vector<Client> clients, const std::vector<ObjectRef>& wanted,
                              const std::function<void(std::uint64_t done, std::uint64_t total)>& progress);

}  // namespace dokaz
