// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/seal.hpp"

#include "collector/vault/envelopes.hpp"
#include "collector/vault/next_seal.hpp"

namespace dokaz {
namespace {

struct SealedPair {
  SealedObject team;
  SealedObject legal;
};

Result<SealedPair> seal_both(const TakenIn& item, const ItemFacts& facts, const std::vector<Sidecar>& sidecars,
                             const Roster& roster) {
  DOKAZ_LET(team, seal_object({write_facts(facts.team), "clean." + item.extension, item.clean},
                              roster.recipients_of(Group::team)));
  DOKAZ_LET(legal, seal_object({write_facts(facts.legal), "recovery", item.recovery, sidecar_members(sidecars)},
                               roster.recipients_of(Group::legal)));
  return SealedPair{std::move(team), std::move(legal)};
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
  DOKAZ_LET(facts, facts_of(item, request.file_name, request.note, request.sidecars));
  DOKAZ_LET(objects, seal_both(item, facts, request.sidecars, *vault.view().roster));
  DOKAZ_LET(statement, next_seal(vault, {objects.team.ref, objects.legal.ref}, facts, request.time));
  return put_and_sign(vault, item, objects, statement);
}

}  // namespace dokaz
