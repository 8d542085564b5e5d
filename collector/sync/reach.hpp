// SPDX-License-Identifier: GPL-3.0-or-later
// Connecting to the one server of a run, as often as it takes, never to one that shows another log than was seen.
#pragma once

#include <mutex>

#include "collector/vault/vault.hpp"
#include "proto/transport/client.hpp"

namespace dokaz {

/// The welcome's checkpoint grows out of what was seen: nothing is sent before that is known. policy_unmet,
/// bad_signature; `server_rolled_back`: it is older, or another of the same size; `bad_consistency`.
Status check_grown(const Policy& policy, const Seen& seen, const Welcome& welcome);

/// What every connection of a run needs. Any thread, while the vault lives.
class Reach {
 public:
  Reach(const Vault& vault, ServerAddress server, Line line);

  /// What later connections are held to.
  void saw(const Seen& seen);
  /// Client::connect and check_grown.
  Result<Client> connect() const;
  const Line& line() const { return line_; }

 private:
  const Vault& vault_;
  const ServerAddress server_;
  const Line line_;
  mutable std::mutex mutex_;
  Seen seen_;
};

}  // namespace dokaz
