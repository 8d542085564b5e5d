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

bool may_sign(Role role, Act act) {
  // Reviewers and counsel are let in, and show exhibits, by the key that the roster lists.
  if (act == Act::key_rotate) return role == Role::documenter;
  return role == Role::server ? is_servers(act) : !is_only_servers(act);
}

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
  reserve(roster->root);
  for (const Member& member : roster->members) keys_.emplace(member.key.hash(), Known{member, member.key, 0, {}, {}});
  for (const Revoked& one : roster->revoked) revoked_.emplace(one.key.hash(), one.since);
}

void Membership::add(const Verified<Member>& member) {
  keys_.emplace(member->key.hash(), Known{*member, member->key, 0, {}, {}});
}

Status Membership::learn(const Verified<SignedStatement>& rotation) {
  const StatementFields& fields = rotation->statement.fields();
  DOKAZ_CHECK(fields.next_key.has_value());
  const auto signer = keys_.find(rotation->member.hash());
  if (signer == keys_.end()) return Errc::not_a_member;
  const PublicKey& next = fields.next_key->key;
  const Place place{fields.chain, fields.seq};
  if (const auto known = keys_.find(next.hash()); known != keys_.end())
    return known->second.since == place && signer->second.until == place ? Status()
                                                                         : fail(Errc::bad_key, "somebody's already");
  if (reserved_.contains(next.hash())) return fail(Errc::bad_key, "a key with another role");
  if (signer->second.until) return fail(Errc::wrong_epoch, "another key followed before");
  if (signer->second.epoch + 1 >= max_epochs) return fail(Errc::broken_chain, "more epochs than a member may have");
  Known known{signer->second.member, signer->second.first, signer->second.epoch + 1, place, {}};
  known.member.key = next;
  signer->second.until = place;
  keys_.emplace(next.hash(), std::move(known));
  return {};
}

std::optional<std::uint64_t> Membership::revoked_since(const PublicKey& key) const {
  const auto known = keys_.find(key.hash());
  const auto found = revoked_.find(known == keys_.end() ? key.hash() : known->second.first.hash());
  return found == revoked_.end() ? std::nullopt : std::optional(found->second);
}

const Member* Membership::find(const KeyHash& key) const {
  const auto found = keys_.find(key);
  return found == keys_.end() ? nullptr : &found->second.member;
}

const Member* Membership::find(const PublicKey& key) const { return find(key.hash()); }

std::uint32_t Membership::epoch_of(const PublicKey& key) const {
  const auto found = keys_.find(key.hash());
  DOKAZ_CHECK(found != keys_.end());
  return found->second.epoch;
}

const PublicKey& Membership::first_of(const PublicKey& key) const {
  const auto found = keys_.find(key.hash());
  DOKAZ_CHECK(found != keys_.end());
  return found->second.first;
}

Status Membership::check_all(const SignedStatement& statement, const Member& member, const PublicKey& first) const {
  if (!may_sign(member.role, statement.statement.fields().act)) return fail(Errc::not_a_member, "role and act");
  DOKAZ_TRY(verify_signature(statement));
  return check_chain_id(statement.statement.fields().chain, case_, first);
}

Result<Verified<SignedStatement>> Membership::check(SignedStatement statement) const {
  const auto found = keys_.find(statement.member.hash());
  if (found == keys_.end()) return Errc::not_a_member;
  const Known& known = found->second;
  DOKAZ_TRY(check_all(statement, known.member, known.first));
  const StatementFields& fields = statement.statement.fields();
  // The first key signs from the beginning of each chain, a later one behind the key-rotate that names it.
  const bool begun = !known.since || (known.since->chain == fields.chain && fields.seq > known.since->seq);
  const bool over = known.until && known.until->chain == fields.chain && fields.seq > known.until->seq;
  if (!begun || over) return Errc::wrong_epoch;
  return Verified<SignedStatement>(std::move(statement));
}

Result<Verified<SignedStatement>> Membership::check_by(SignedStatement statement, const PublicKey& signer,
                                                       const PublicKey& first) const {
  const Member* member = find(first);
  if (member == nullptr) return Errc::not_a_member;
  if (statement.member != signer) return find(statement.member) == nullptr ? Errc::not_a_member : Errc::wrong_epoch;
  DOKAZ_TRY(check_all(statement, *member, first));
  return Verified<SignedStatement>(std::move(statement));
}

}  // namespace dokaz
