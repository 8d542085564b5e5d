// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/seal.hpp"

#include <future>

#include "collector/vault/envelopes.hpp"
#include "collector/vault/hashed.hpp"
#include "collector/vault/next_seal.hpp"

namespace dokaz {
namespace {

struct SealedPair {
  SealedObject team;
  SealedObject legal;
};

/// Seals the clean copy while the original is hashed, then recovery. Completes the facts.
Result<SealedPair> seal_both(Vault& vault, const TakenIn& item, ItemFacts& facts, const std::vector<Sidecar>& sidecars) {
  const Roster& roster = *vault.view().roster;
  auto hashing = std::async(std::launch::async, [&item] { return hash_original(*item.original); });
  const auto write_clean = [&item](const Sink& sink) { return item.clean->copy_to(sink); };
  DOKAZ_LET(team_file, vault.outbox().begin());
  DOKAZ_LET(team, seal_object({write_facts(facts.team), "clean." + item.extension, item.clean->size(),
                               with_hash(write_clean, item.clean_sha256)},
                              roster.recipients_of(Group::team), std::move(team_file)));
  DOKAZ_LET(original, hashing.get());
  if (original.sha256 != item.original_sha256) return changed_meanwhile();
  add_original_sha512(facts, original.sha512);
  DOKAZ_LET(legal_file, vault.outbox().begin());
  DOKAZ_LET(legal, seal_object({write_facts(facts.legal), "recovery", item.recovery_size,
                                with_hash(item.write_recovery, item.recovery_sha256), sidecar_members(sidecars)},
                               roster.recipients_of(Group::legal), std::move(legal_file)));
  return SealedPair{std::move(team), std::move(legal)};
}

Result<SealedItem> put_and_sign(Vault& vault, const TakenIn& item, SealedPair& objects,
                                const Statement& statement) {
  DOKAZ_TRY(vault.outbox().put(objects.team.file, objects.team.ref.id));
  const Status second = vault.outbox().put(objects.legal.file, objects.legal.ref.id);
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
  DOKAZ_TRY(next_link(vault, Act::seal, request.time));  // before a long film is sealed for nothing
  DOKAZ_LET(known, vault.was_sealed(item.original_sha256));
  if (known) return Errc::already_sealed;
  DOKAZ_LET(facts, facts_of(item, request.file_name, request.note, request.sidecars));
  DOKAZ_LET(objects, seal_both(vault, item, facts, request.sidecars));
  DOKAZ_LET(statement, next_seal(vault, {objects.team.ref, objects.legal.ref}, facts, request.time));
  return put_and_sign(vault, item, objects, statement);
}

}  // namespace dokaz
