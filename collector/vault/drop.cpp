// SPDX-License-Identifier: GPL-3.0-or-later
// Freeing objects that others hold.
#include "collector/vault/vault.hpp"

namespace dokaz {

bool Vault::is_safe(const OwnStatement& own) const {
  return own.state() >= (view_.policy.needs_witnesses() ? CustodyState::cosigned : CustodyState::stored) &&
         own.history == History::confirmed;
}

Status Vault::drop(const std::vector<std::uint64_t>& numbers) {
  std::vector<ObjectId> freed;
  DOKAZ_LET(transaction, database_.begin());
  for (const std::uint64_t number : numbers) {
    DOKAZ_LET(own, statement(number));
    if (!own.has_objects()) return fail(Errc::not_found, "no object is sealed under this number");
    if (!is_safe(own)) return Errc::not_safe_yet;
    for (const ObjectRef& object : own.signed_statement.statement.fields().objects) freed.push_back(object.id);
    DOKAZ_TRY(database_.run("UPDATE statement SET dropped = 1 WHERE seq = ?", number));
  }
  DOKAZ_TRY(transaction.commit());
  return outbox_.remove(freed);
}

}  // namespace dokaz
