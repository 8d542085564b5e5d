// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/case.hpp"

#include "proto/format/case_text.hpp"

namespace dokaz {
namespace {

/// Room in a note for its one signature line.
constexpr std::size_t largest_text = max_note_size - 256;

/// Section 7: acts that only the server signs; acts that the server signs.
bool is_only_servers(Act act) { return act == Act::receive || act == Act::fork_found; }
bool is_servers(Act act) {
  return is_only_servers(act) || act == Act::genesis || act == Act::heartbeat || act == Act::close;
}

}  // namespace

bool may_sign(Role role, Act act) { return role == Role::server ? is_servers(act) : !is_only_servers(act); }

std::vector<std::string> Roster::recipients_of(Group group) const {
  std::vector<std::string> out;
  for (const GroupRecipient& recipient : recipients)
    if (recipient.group == group) out.push_back(recipient.recipient);
  return out;
}

Result<Note> sign_roster(const Roster& roster, const SigningKey& root) {
  if (roster.root != root.public_key()) return Errc::wrong_root;
  Roster sorted = roster;
  sort_lines(sorted);
  DOKAZ_TRY(check_rules(sorted));
  std::string text = write_text(sorted);
  if (text.size() > largest_text) return fail(Errc::malformed, "roster too long");
  return Note::sign(std::move(text), case_note_name, root);
}

Result<Note> sign_ticket(const Ticket& ticket, const SigningKey& root) {
  if (ticket.root != root.public_key()) return Errc::wrong_root;
  DOKAZ_TRY(check_rules(ticket));
  return Note::sign(write_text(ticket), case_note_name, root);
}

Note sign_admission(const Admission& admission, const SigningKey& ticket, const SigningKey& member) {
  DOKAZ_CHECK(admission.ticket == ticket.public_key() && admission.member == member.public_key());
  DOKAZ_CHECK(check_rules(admission).has_value());
  const std::string text = write_text(admission);
  const Note by_member = Note::sign(text, member_note_name, member);
  return Note::sign(text, ticket_note_name, ticket).with_line(by_member.signatures()[0]).value();
}

Result<Verified<Roster>> CaseRoot::check_roster(const Note& note) const {
  DOKAZ_LET(roster, parse_roster(note));
  if (fingerprint_of(roster.root) != fingerprint_) return Errc::wrong_root;
  DOKAZ_TRY(note.verify_only(case_note_name, roster.root));
  return Verified<Roster>(std::move(roster));
}

Result<Verified<Ticket>> CaseRoot::check_ticket(const Note& note) const {
  DOKAZ_LET(ticket, parse_ticket(note));
  if (fingerprint_of(ticket.root) != fingerprint_) return Errc::wrong_root;
  DOKAZ_TRY(note.verify_only(case_note_name, ticket.root));
  return Verified<Ticket>(std::move(ticket));
}

Result<Verified<Member>> CaseRoot::check_admission(const Note& ticket_note, const Note& admission_note) const {
  DOKAZ_LET(ticket, check_ticket(ticket_note));
  DOKAZ_LET(admission, parse_admission(admission_note));
  if (admission.root != ticket->root) return Errc::wrong_root;
  if (admission.ticket != ticket->ticket) return fail(Errc::bad_signature, "another ticket");
  DOKAZ_TRY(admission_note.verify(ticket_note_name, ticket->ticket));
  DOKAZ_TRY(admission_note.verify(member_note_name, admission.member));
  return Verified<Member>(Member{ticket->pseudonym, ticket->role, admission.member});
}

Membership::Membership(const Verified<Roster>& roster) : case_(fingerprint_of(roster->root)) {
  for (const Member& member : roster->members) members_.emplace(member.key.hash(), member);
}

void Membership::add(const Verified<Member>& member) { members_.emplace(member->key.hash(), *member); }

const Member* Membership::find(const KeyHash& key) const {
  const auto found = members_.find(key);
  return found == members_.end() ? nullptr : &found->second;
}

const Member* Membership::find(const PublicKey& key) const { return find(key.hash()); }

Result<Verified<SignedStatement>> Membership::check(SignedStatement statement) const {
  const Member* member = find(statement.member);
  if (member == nullptr) return Errc::not_a_member;
  if (!may_sign(member->role, statement.statement.fields().act)) return fail(Errc::not_a_member, "role and act");
  DOKAZ_TRY(verify_signature(statement));
  DOKAZ_TRY(check_chain_id(statement.statement.fields().chain, case_, statement.member));
  return Verified<SignedStatement>(std::move(statement));
}

}  // namespace dokaz
