// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/envelopes.hpp"
#include "collector/vault/hashed.hpp"
#include "collector/vault/next_seal.hpp"
#include "collector/vault/seal.hpp"

namespace dokaz {

Result<SealedItem> seal_uncleaned(Vault& vault, const UncleanedFile& file, const SealRequest& request) {
  DOKAZ_LET(head, vault.head());
  DOKAZ_TRY(next_link(vault, head.signed_statement.statement, Act::seal, request.time));  // before it is all for nothing
  DOKAZ_LET(original, hash_original(*file.original));
  for (const Form form : {Form::cleaned, Form::uncleaned}) {
    DOKAZ_LET(earlier, vault.earlier_item({original.sha256, form}));
    if (earlier) return Errc::already_sealed;
  }
  DOKAZ_LET(facts, facts_of_uncleaned(file, original.sha256, request.file_name, request.note, request.sidecars,
                                     request.stated));
  add_original_sha512(facts, original.sha512);
  const auto write = [&file](const Sink& sink) { return file.original->copy_to(sink); };
  DOKAZ_LET(object_file, vault.outbox().begin());
  DOKAZ_LET(object, seal_object({write_facts(facts.legal), "original." + file.extension, file.original->size(),
                                 with_hash(write, original.sha256), sidecar_members(request.sidecars)},
                                vault.view().roster->recipients_of(Group::legal), std::move(object_file)));
  DOKAZ_LET(statement, next_seal(vault, head.signed_statement.statement, {object.ref}, facts, request.time));
  DOKAZ_TRY(vault.outbox().put(object.file, object.ref.id));
  DOKAZ_TRY(vault.append(
      std::vector<NewStatement>{{sign_statement(statement, vault.member_key()), {{original.sha256, Form::uncleaned}}, {}}}));
  return SealedItem{statement.fields().seq, statement.hash()};
}

}  // namespace dokaz
