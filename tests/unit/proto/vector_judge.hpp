// SPDX-License-Identifier: GPL-3.0-or-later
// What our readers and checks say of a vector, given what its header says that a reader has to know.
#pragma once

#include "crypto/encoding.hpp"
#include "crypto/key_slots.hpp"
#include "proto/format/case.hpp"
#include "proto/format/courier.hpp"
#include "proto/format/fact.hpp"
#include "proto/format/invitation.hpp"
#include "proto/format/object.hpp"
#include "proto/format/parcel_answer.hpp"
#include "proto/format/second_statements.hpp"
#include "tests/vectors/make/format_vector.hpp"

namespace dokaz::format_vectors {

inline std::string context_of(const Vector& vector, std::string_view key) {
  for (const auto& [name, value] : vector.context)
    if (name == key) return value;
  return {};
}

inline Status judge_statement(const Vector& vector) {
  DOKAZ_LET(statement, Statement::parse(vector.bytes));
  const std::string member = context_of(vector, "member");
  if (member.empty()) return {};
  DOKAZ_LET(key, PublicKey::from_hex(member));
  DOKAZ_LET(signature, id_from_hex<Signature>(context_of(vector, "signature")));
  const ChainId chain = statement.fields().chain;
  DOKAZ_TRY(verify_signature({std::move(statement), key, signature}));
  const std::string of_case = context_of(vector, "case");
  if (of_case.empty()) return {};
  DOKAZ_LET(fingerprint, id_from_hex<Fingerprint>(of_case));
  return check_chain_id(chain, fingerprint, key);
}

inline CaseRoot root_of(const Vector& vector) {
  return CaseRoot(id_from_hex<Fingerprint>(context_of(vector, "fingerprint")).value());
}

inline Status judge_note(const Vector& vector) {
  DOKAZ_LET(note, Note::parse(vector.bytes));
  DOKAZ_LET(key, PublicKey::from_hex(context_of(vector, "key")));
  return note.verify(context_of(vector, "name"), key);
}

inline Status judge_admission(const Vector& vector) {
  DOKAZ_LET(ticket, Note::parse(from_base64(context_of(vector, "ticket")).value()));
  DOKAZ_LET(admission, Note::parse(vector.bytes));
  DOKAZ_TRY(root_of(vector).check_admission(ticket, admission));
  return {};
}

inline Status judge_parcel(const Vector& vector) {
  const ReadableBytes plaintext(vector.bytes);
  DOKAZ_LET(parcel, read_parcel(plaintext));
  return check_objects(parcel, plaintext, [](std::uint64_t, std::uint64_t) { return Status(); });
}

/// A chain from its first statement on, as a verifier goes along it: section 3.
inline Status judge_chain(const Vector& vector) {
  const auto note = [&](const char* key) { return Note::parse(from_base64(context_of(vector, key)).value()).value(); };
  const CaseRoot root = root_of(vector);
  DOKAZ_LET(roster, root.check_roster(note("roster")));
  DOKAZ_LET(member, root.check_admission(note("ticket"), note("admission")));
  Membership members(roster);
  members.add(member);
  members.reserve(parse_ticket(note("ticket"))->ticket);
  DOKAZ_LET(statements, read_second_statements(vector.bytes));
  std::optional<SignedStatement> before;
  for (SignedStatement& each : statements) {
    const StatementFields& fields = each.statement.fields();
    if (before && fields.seq == before->statement.fields().seq) return Errc::forked_chain;
    if (fields.seq != (before ? before->statement.fields().seq + 1 : 0)) return Errc::broken_chain;
    if (before && fields.previous != before->statement.hash()) return Errc::broken_chain;
    if (before && before->statement.fields().act == Act::close) return Errc::chain_closed;
    DOKAZ_LET(checked, members.check(std::move(each)));
    if (checked->statement.fields().next_key) DOKAZ_TRY(members.learn(checked));
    before = *checked;
  }
  return {};
}

inline Result<KeySlots::Opened> open_slots(const Vector& vector) {
  DOKAZ_LET(slots, KeySlots::parse(vector.bytes));
  DOKAZ_LET(derived, slots.derive(SecretBytes::copy_of(bytes_of(context_of(vector, "passphrase")))));
  return slots.open(derived);
}

inline Status judge_key_slots(const Vector& vector) {
  DOKAZ_TRY(KeySlots::parse(vector.bytes));
  if (!context_of(vector, "passphrase").empty()) DOKAZ_TRY(open_slots(vector));
  return {};
}

inline Status judge(const Vector& vector) {
  if (vector.format == "statement") return judge_statement(vector);
  if (vector.format == "chain") return judge_chain(vector);
  if (vector.format == "note") return judge_note(vector);
  if (vector.format == "admission") return judge_admission(vector);
  if (vector.format == "parcel") return judge_parcel(vector);
  if (vector.format == "key-slots") return judge_key_slots(vector);
  if (vector.format == "parcel-answer") DOKAZ_TRY(read_parcel_answer(ReadableBytes(vector.bytes)));
  if (vector.format == "pass-papers") {
    DOKAZ_LET(papers, read_pass_papers(vector.bytes));
    if (!papers.rotations.empty()) DOKAZ_TRY(check_pass(papers));
  }
  if (vector.format == "courier") DOKAZ_TRY(read_courier_file(vector.bytes));
  if (vector.format == "fact") DOKAZ_TRY(read_facts(vector.bytes));
  if (vector.format == "object") DOKAZ_TRY(read_object(vector.bytes));
  if (vector.format == "policy") DOKAZ_TRY(Policy::parse(vector.bytes));
  if (vector.format == "server-card") DOKAZ_TRY(read_server_card(vector.bytes));
  if (vector.format == "invitation") DOKAZ_TRY(read_invitation(vector.bytes));
  if (vector.format == "roster" || vector.format == "ticket" || vector.format == "checkpoint" ||
      vector.format == "courier-pass") {
    DOKAZ_LET(note, Note::parse(vector.bytes));
    if (vector.format == "roster") DOKAZ_TRY(root_of(vector).check_roster(note));
    if (vector.format == "courier-pass") {
      DOKAZ_LET(pass, parse_pass(note));
      DOKAZ_TRY(check_pass(note, pass.member));
    }
    if (vector.format == "ticket") DOKAZ_TRY(root_of(vector).check_ticket(note));
    if (vector.format == "checkpoint")
      DOKAZ_TRY(Policy::parse(from_base64(context_of(vector, "policy")).value()).value().check(note));
  }
  return {};
}

/// The failure's name, or "success".
inline std::string verdict(const Vector& vector) {
  const Status status = judge(vector);
  return status ? "success" : std::string(name_of(status.code()));
}

}  // namespace dokaz::format_vectors
