// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/seal.hpp"

#include "collector/vault/envelopes.hpp"
#include "collector/vault/item_facts.hpp"

namespace dokaz {
namespace {

struct SealedPair {
  SealedObject team;
  SealedObject legal;
};

Result<SealedPair> seal_both(const TakenIn& item, const ItemFacts& facts, const Roster& roster) {
  DOKAZ_LET(team, seal_object({write_facts(facts.team), "clean." + item.extension, item.clean},
                              roster.recipients_of(Group::team)));
  DOKAZ_LET(legal, seal_object({write_facts(facts.legal), "recovery", item.recovery},
                               roster.recipients_of(Group::legal)));
  return SealedPair{std::move(team), std::move(legal)};
}

/// The statement that follows the chain's head.
Result<Statement> next_statement(Vault& vault, const SealedPair& objects, const ItemFacts& facts,
                                 const ClaimedTime& time) {
  DOKAZ_LET(head, vault.head());
  const Statement& last = head.signed_statement.statement;
  StatementFields fields;
  fields.chain = last.fields().chain;
  fields.seq = last.fields().seq + 1;
  fields.previous = last.hash();
  fields.act = Act::seal;
  fields.time = time;
  DOKAZ_LET(seen, vault.seen());
  fields.seen = seen;
  fields.objects = {objects.team.ref, objects.legal.ref};
  for (const Fact& fact : facts.team) fields.facts.push_back(fact.digest());
  for (const Fact& fact : facts.legal) fields.facts.push_back(fact.digest());
  return Statement::make(std::move(fields));
}

Result<SealedItem> put_and_sign(Vault& vault, const TakenIn& item, const SealedPair& objects,
                                const Statement& statement) {
  DOKAZ_TRY(vault.outbox().put(objects.team.ref.id, objects.team.bytes));
  const Status second = vault.outbox().put(objects.legal.ref.id, objects.legal.bytes);
  if (!second) {
    static_cast<void>(vault.outbox().take_back(objects.team.ref.id).has_value());  // else it is an orphan
    return second.error();
  }
  // From here on only the database knows whether the objects are named: they stay, whatever happens.
  DOKAZ_TRY(vault.append(sign_statement(statement, vault.member_key()), item.original_sha256));
  return SealedItem{statement.fields().seq, statement.hash()};
}

}  // namespace

Result<SealedItem> seal(Vault& vault, const TakenIn& item, const SealRequest& request) {
  DOKAZ_LET(known, vault.was_sealed(item.original_sha256));
  if (known) return Errc::already_sealed;
  DOKAZ_LET(facts, facts_of(item, request.file_name, request.note));
  DOKAZ_LET(objects, seal_both(item, facts, *vault.view().roster));
  DOKAZ_LET(statement, next_statement(vault, objects, facts, request.time));
  return put_and_sign(vault, item, objects, statement);
}

}  // namespace dokaz
