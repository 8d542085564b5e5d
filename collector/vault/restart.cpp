// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/restart.hpp"

#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

Result<std::uint32_t> next_chain(Vault& vault, const ChainId& now) {
  for (std::uint32_t n = 0; n + 1 < max_member_chains; ++n)
    if (chain_id(vault.view().root.fingerprint(), vault.member_key().public_key(), n) == now) return n + 1;
  return fail(Errc::broken_chain, "this member has had all chains that a case allows");
}

Result<Fact> continues(const ChainEnding& old) {
  return Fact::json("continues", "{\"chain\":\"" + hex(old.chain) + "\",\"head\":\"" + hex(old.head) +
                                     "\",\"seq\":" + std::to_string(old.seq) + "}");
}

}  // namespace

Result<Note> Vault::roster_note() {
  Query query = database_.prepare("SELECT roster FROM membership");
  DOKAZ_LET(found, query.step());
  if (!found) return fail(Errc::damaged_store, "membership");
  return Note::parse(query.blob(0));
}

Result<Restart> restart_of(Vault& old, const ClaimedTime& now) {
  // Each chain begins with the first key, whose secret is gone here, or which another one followed elsewhere.
  DOKAZ_LET(is_over, old.is_key_over());
  if (old.epochs().present() > 0 || is_over) return Errc::wrong_epoch;
  DOKAZ_LET(head, old.head());
  const Statement& last = head.signed_statement.statement;
  const ChainEnding ending{last.fields().chain, last.fields().seq, last.hash()};
  DOKAZ_LET(n, next_chain(old, ending.chain));
  DOKAZ_LET(fact, continues(ending));
  DOKAZ_LET(genesis, make_genesis(old.view().root.fingerprint(), old.view().self->pseudonym, old.member_key(), n,
                                  {fact}, now));
  DOKAZ_LET(route, old.route());
  DOKAZ_LET(roster, old.roster_note());
  DOKAZ_LET(confirmed, old.confirmed_roster());
  DOKAZ_LET(ticket, Note::parse(old.ticket()));
  DOKAZ_LET(admission, Note::parse(old.admission()));
  return Restart{{old.server(), old.pins(), old.view().policy.bytes(), std::move(roster), std::move(ticket),
                  std::move(admission), SigningKey::from_seed(old.member_key().seed()), std::move(genesis.statement),
                  old.parcels(), std::move(genesis.facts), std::move(route),
                  std::move(confirmed)},
                 ending};
}

Result<SealedItem> name_old_chain(Vault& restarted, const ChainEnding& old, const ClaimedTime& now) {
  DOKAZ_LET(fact, continues(old));
  const std::string text = "This chain goes on where chain " + hex(old.chain) + " ended: as far as this device knows, with statement " +
                           std::to_string(old.seq) + ", hash " + hex(old.head) + ".";
  return add_note(restarted, About(), text, now, {std::move(fact)});
}

}  // namespace dokaz
