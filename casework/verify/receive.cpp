// SPDX-License-Identifier: GPL-3.0-or-later
// The server's answer to an item, that it stored the objects.
#include "casework/verify/checks.hpp"

namespace dokaz {

Result<std::optional<Proven>> check_receive(Parts& parts, const ItemPlace& place, const Proven& item,
                                            const Ground& ground, Checkpoints& checkpoints) {
  if (parts.find(place.receive) == nullptr) return std::optional<Proven>();
  const Membership& members = ground.authority.members;
  DOKAZ_LET(read, read_unproven(parts, place.receive));
  DOKAZ_LET(proven, check_proven(parts, place.receive, read, place.receive_has_sigsum ? &ground.enclosed : nullptr,
                                 ground.authority, checkpoints));
  DOKAZ_LET(disclosures, parts.need(place.receive_disclosures));
  if (disclosures.size() > max_disclosure_size + 1) return fail(Errc::malformed, "one fact is expected");
  DOKAZ_LET(facts, read_facts(disclosures));
  if (facts.size() != 1) return fail(Errc::malformed, "one fact is expected");
  parts.at(place.receive);
  DOKAZ_LET(checkpoint, checkpoints.check(read.receipt.checkpoint));
  DOKAZ_TRY(check_stored(item.statement.statement, StoredReceipt{read.statement, facts.front(), read.receipt}, members,
                         *checkpoint));
  if (proven.index <= item.index) return fail(Errc::broken_chain, "the log has the answer before the statement");
  DOKAZ_TRY(check_person(parts, proven.statement.member, ground.authority));
  return std::optional<Proven>(std::move(proven));
}

}  // namespace dokaz
