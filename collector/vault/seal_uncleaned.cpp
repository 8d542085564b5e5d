// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/envelopes.hpp"
#include "collector/vault/next_seal.hpp"
#include "collector/vault/seal.hpp"

namespace dokaz {

Result<SealedItem> seal_uncleaned(Vault& vault, const UncleanedFile& file, const SealRequest& request) {
  const Sha256 original = sha256(file.original);
  DOKAZ_LET(known, vault.was_sealed(original));
  if (known) return Errc::already_sealed;
  DOKAZ_LET(facts, facts_of_uncleaned(file, request.file_name, request.note, request.sidecars));
  DOKAZ_LET(object, seal_object({write_facts(facts.legal), "original." + file.extension, file.original,
                                 sidecar_members(request.sidecars)},
                                vault.view().roster->recipients_of(Group::legal)));
  DOKAZ_LET(statement, next_seal(vault, {object.ref}, facts, request.time));
  DOKAZ_TRY(vault.outbox().put(object.ref.id, object.bytes));
  // From here on only the database knows whether the object is named: it stays, whatever happens.
  DOKAZ_TRY(vault.append(sign_statement(statement, vault.member_key()), original));
  return SealedItem{statement.fields().seq, statement.hash()};
}

}  // namespace dokaz
