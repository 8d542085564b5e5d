// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/wire/caps.hpp"
#include "proto/wire/convert.hpp"
#include "proto/wire/parts.hpp"

namespace dokaz::convert {

wire::AdmissionNotes to_wire(const AdmissionNotes& in) {
  wire::AdmissionNotes out;
  out.set_ticket(text(in.ticket));
  out.set_admission(text(in.admission));
  return out;
}
AdmissionNotes from_wire(const wire::AdmissionNotes& in) { return {bytes(in.ticket()), bytes(in.admission())}; }

Status check(const AdmissionNotes& in) {
  DOKAZ_TRY(within(in.ticket, 1, caps::note));
  return within(in.admission, 1, caps::note);
}

wire::Hello to_wire(const Hello& in) {
  wire::Hello out;
  out.set_min_version(in.min_version);
  out.set_max_version(in.max_version);
  out.set_case_id(text(in.case_id.view()));
  out.set_member(text(in.member.view()));
  out.set_signature(text(in.signature.view()));
  if (in.admission) *out.mutable_admission() = to_wire(*in.admission);
  out.set_seen_size(in.seen_size);
  if (in.pass) out.set_pass(text(*in.pass));
  for (const Rotation& each : in.rotations) {
    wire::Rotation& to = *out.add_rotations();
    to.set_statement(text(each.statement));
    to.set_signature(text(each.signature.view()));
  }
  out.set_roster_number(in.roster_number);
  return out;
}
Result<Hello> from_wire(wire::Hello& in) {
  if (in.min_version() > 0xffff || in.max_version() > 0xffff) return fail(Errc::malformed, "version");
  DOKAZ_LET(case_id, id<Fingerprint>(in.case_id()));
  DOKAZ_LET(member, PublicKey::from(bytes_of(in.member())));
  DOKAZ_LET(signature, id<Signature>(in.signature()));
  std::optional<AdmissionNotes> admission;
  if (in.has_admission()) admission = from_wire(in.admission());
  std::optional<Bytes> pass;
  if (!in.pass().empty()) pass = bytes(in.pass());
  std::vector<Rotation> rotations;
  for (const wire::Rotation& each : in.rotations()) {
    DOKAZ_LET(by, id<Signature>(each.signature()));
    rotations.push_back({bytes(each.statement()), by});
  }
  return Hello{case_id, member, signature, std::move(admission), in.seen_size(),
               static_cast<std::uint16_t>(in.min_version()), static_cast<std::uint16_t>(in.max_version()),
               std::move(pass), std::move(rotations), in.roster_number()};
}
Status check(const Hello& in) {
  if (in.min_version < 1 || in.min_version > in.max_version) return fail(Errc::malformed, "version");
  if (in.pass) {
    if (in.admission || in.seen_size != 0 || in.roster_number != 0 || !in.case_id.is_zero() || !in.rotations.empty())
      return fail(Errc::malformed, "a courier's case");
    return within(*in.pass, 1, caps::pass);
  }
  DOKAZ_TRY(within(in.rotations, 0, max_shown_rotations));
  for (const Rotation& each : in.rotations) DOKAZ_TRY(within(each.statement, 1, max_rotation_size));
  return in.admission ? check(*in.admission) : Status();
}

wire::Submit to_wire(const Submit& in) {
  wire::Submit out;
  for (const Submit::Item& item : in.items) {
    wire::Submit::Item& to = *out.add_items();
    to.set_statement(text(item.statement));
    to.set_signature(text(item.signature.view()));
  }
  return out;
}
Result<Submit> from_wire(wire::Submit& in) {
  Submit out;
  for (const wire::Submit::Item& item : in.items()) {
    DOKAZ_LET(signature, id<Signature>(item.signature()));
    out.items.push_back({bytes(item.statement()), signature});
  }
  return out;
}
Status check(const Submit& in) {
  DOKAZ_TRY(within(in.items, 1, max_statements_per_submit));
  for (const Submit::Item& item : in.items) DOKAZ_TRY(within(item.statement, 1, max_statement_size));
  return {};
}

wire::Offer to_wire(const Offer& in) {
  wire::Offer out;
  out.set_object(text(in.object.view()));
  return out;
}
Result<Offer> from_wire(wire::Offer& in) {
  DOKAZ_LET(object, id<ObjectId>(in.object()));
  return Offer{object};
}
Status check(const Offer&) { return {}; }

wire::Collect to_wire(const Collect& in) {
  wire::Collect out;
  out.set_statement(text(in.statement.view()));
  return out;
}
Result<Collect> from_wire(wire::Collect& in) {
  DOKAZ_LET(statement, id<StatementHash>(in.statement()));
  return Collect{statement};
}
Status check(const Collect&) { return {}; }

wire::List to_wire(const List& in) {
  wire::List out;
  out.set_from(in.from);
  out.set_seen_size(in.seen_size);
  return out;
}
Result<List> from_wire(wire::List& in) { return List{in.from(), in.seen_size()}; }
Status check(const List&) { return {}; }

wire::ListMembers to_wire(const ListMembers&) { return {}; }
Result<ListMembers> from_wire(wire::ListMembers&) { return ListMembers{}; }
Status check(const ListMembers&) { return {}; }

wire::Fetch to_wire(const Fetch& in) {
  wire::Fetch out;
  out.set_object(text(in.object.view()));
  out.set_offset(in.offset);
  return out;
}
Result<Fetch> from_wire(wire::Fetch& in) {
  DOKAZ_LET(object, id<ObjectId>(in.object()));
  return Fetch{object, in.offset()};
}
Status check(const Fetch&) { return {}; }

wire::Prove to_wire(const Prove& in) {
  wire::Prove out;
  out.set_statements(packed(in.statements));
  out.set_seen_size(in.seen_size);
  return out;
}
Result<Prove> from_wire(wire::Prove& in) {
  DOKAZ_LET(statements, unpacked<StatementHash>(in.statements()));
  return Prove{std::move(statements), in.seen_size()};
}
Status check(const Prove& in) { return within(in.statements, 1, max_statements_per_prove); }

wire::PutRoster to_wire(const PutRoster& in) {
  wire::PutRoster out;
  out.set_roster(text(in.roster));
  return out;
}
Result<PutRoster> from_wire(wire::PutRoster& in) { return PutRoster{bytes(in.roster())}; }
Status check(const PutRoster& in) { return within(in.roster, 1, caps::roster); }

}  // namespace dokaz::convert
