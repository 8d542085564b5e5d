// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/export/signers.hpp"

namespace dokaz {

std::string Signers::Signer::key_file_path() const { return part::member_key(member.pseudonym, epoch); }
std::string Signers::Signer::key_file() const { return key_file_text(member.key, member.pseudonym); }

Result<Signers> Signers::of(const Note& roster_note, const std::vector<AdmittedMember>& admitted) {
  Signers signers;
  DOKAZ_LET(roster, parse_roster(roster_note));
  for (const Member& member : roster.members) signers.people_.emplace(member.key.hash(), Signer{member, 0});
  for (const AdmittedMember& one : admitted) {
    DOKAZ_LET(ticket, parse_ticket(one.ticket));
    DOKAZ_LET(admission, parse_admission(one.admission));
    signers.people_.emplace(admission.member.hash(), Signer{Member{ticket.pseudonym, ticket.role, admission.member}, 0});
  }
  return signers;
}

Status Signers::add_epoch(const ProvenStatement& statement) {
  const auto& next = statement.statement.fields().next_key;
  if (!next) return {};
  DOKAZ_LET(signer, find(statement.receipt.member));
  signer.member.key = next->key;
  ++signer.epoch;
  people_.emplace(next->key.hash(), std::move(signer));
  return {};
}

Result<Signers::Signer> Signers::find(const KeyHash& key) const {
  const auto found = people_.find(key);
  if (found == people_.end()) return Errc::not_a_member;
  return found->second;
}

}  // namespace dokaz
