// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/next_seal.hpp"

namespace dokaz {

Result<StatementFields> next_link(Vault& vault, Act act, const ClaimedTime& time) {
  DOKAZ_LET(head, vault.head());
  const Statement& last = head.signed_statement.statement;
  if (last.fields().act == Act::close) return Errc::chain_closed;
  StatementFields fields;
  fields.chain = last.fields().chain;
  fields.seq = last.fields().seq + 1;
  fields.previous = last.hash();
  fields.act = act;
  fields.time = time;
  DOKAZ_LET(seen, vault.seen());
  fields.seen = seen;
  return fields;
}

Result<Statement> next_seal(Vault& vault, std::vector<ObjectRef> objects, const ItemFacts& facts,
                            const ClaimedTime& time) {
  DOKAZ_LET(fields, next_link(vault, Act::seal, time));
  fields.objects = std::move(objects);
  for (const Fact& fact : facts.team) fields.facts.push_back(fact.digest());
  for (const Fact& fact : facts.legal) fields.facts.push_back(fact.digest());
  return Statement::make(std::move(fields));
}

}  // namespace dokaz
