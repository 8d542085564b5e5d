// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/next_seal.hpp"

#include "proto/format/next_statement.hpp"

namespace dokaz {

Result<StatementFields> next_link(Vault& vault, const Statement& before, Act act, const ClaimedTime& time) {
  if (before.fields().act == Act::close) return Errc::chain_closed;
  DOKAZ_LET(seen, vault.seen());
  return next_fields(before, act, time, seen);
}

Result<StatementFields> next_link(Vault& vault, Act act, const ClaimedTime& time) {
  DOKAZ_LET(head, vault.head());
  return next_link(vault, head.signed_statement.statement, act, time);
}

Result<Statement> next_seal(Vault& vault, const Statement& before, std::vector<ObjectRef> objects,
                            const ItemFacts& facts, const ClaimedTime& time) {
  DOKAZ_LET(fields, next_link(vault, before, Act::seal, time));
  fields.objects = std::move(objects);
  for (const Fact& fact : facts.team) fields.facts.push_back(fact.digest());
  for (const Fact& fact : facts.legal) fields.facts.push_back(fact.digest());
  return Statement::make(std::move(fields));
}

}  // namespace dokaz
