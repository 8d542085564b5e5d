// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/sync/reach.hpp"

namespace dokaz {

Status check_grown(const Policy& policy, const Seen& seen, const Welcome& welcome) {
  DOKAZ_LET(note, Note::parse(welcome.checkpoint));
  DOKAZ_LET(signed_by_log, policy.check_log(note));
  const TreeHead& head = signed_by_log->checkpoint.head;
  if (seen.size == 0) return {};
  if (head.size < seen.size) return fail(Errc::server_rolled_back, "the log is shorter than before");
  if (head.size == seen.size && head.root != seen.root)
    return fail(Errc::server_rolled_back, "another log of the same size");
  return verify_consistency({seen.size, seen.root}, head, welcome.consistency);
}

Reach::Reach(const Vault& vault, ServerAddress server, Line line)
    : vault_(vault), server_(std::move(server)), line_(std::move(line)) {}

void Reach::saw(const Seen& seen) {
  const std::lock_guard guard(mutex_);
  seen_ = seen;
}

Result<Client> Reach::connect() const {
  Seen seen;
  {
    const std::lock_guard guard(mutex_);
    seen = seen_;
  }
  const ClientIdentity identity{vault_.view().root.fingerprint(), &vault_.member_key(),
                                AdmissionNotes{vault_.ticket(), vault_.admission()}, {}, vault_.first_key(),
                                vault_.rotations(), vault_.view().roster->number};
  DOKAZ_LET(client, Client::connect(server_, vault_.pins(), identity, seen.size, line_));
  DOKAZ_TRY(check_grown(vault_.view().policy, seen, client.welcome()));
  return client;
}

}  // namespace dokaz
