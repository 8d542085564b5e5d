// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/wire/caps.hpp"
#include "proto/wire/codec.hpp"
#include "proto/wire/convert.hpp"
#include "proto/wire/parts.hpp"

namespace dokaz::convert {
namespace {

/// Empty for a number that names no failure, or one that must not travel.
std::optional<Errc> failure_code(std::uint32_t number) {
  const auto code = number <= 255 ? errc_from_number(static_cast<int>(number)) : std::nullopt;
  return code && may_travel(*code) ? code : std::nullopt;
}

Status check_answered(const std::string& disclosure, std::size_t least) {
  DOKAZ_TRY(within(disclosure, least, caps::answered));
  const bool base64url = std::ranges::all_of(disclosure, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  return base64url ? Status() : fail(Errc::malformed, "disclosure");
}

}  // namespace

wire::Welcome to_wire(const Welcome& in) {
  wire::Welcome out;
  out.set_version(in.version);
  out.set_session(in.session);
  out.set_checkpoint(text(in.checkpoint));
  out.set_consistency(packed(in.consistency));
  for (const ChainHead& head : in.chains) {
    wire::Welcome::Chain& to = *out.add_chains();
    to.set_chain(text(head.chain.view()));
    to.set_next_seq(head.next_seq);
    to.set_head(text(head.head.view()));
  }
  out.set_roster(text(in.roster));
  return out;
}
Result<Welcome> from_wire(wire::Welcome& in) {
  if (in.version() > 0xffff) return fail(Errc::malformed, "version");
  DOKAZ_LET(consistency, unpacked<TreeHash>(in.consistency()));
  Welcome out;
  out.version = static_cast<std::uint16_t>(in.version());
  out.session = in.session();
  out.checkpoint = bytes(in.checkpoint());
  out.roster = bytes(in.roster());
  out.consistency = std::move(consistency);
  for (const wire::Welcome::Chain& head : in.chains()) {
    DOKAZ_LET(chain, id<ChainId>(head.chain()));
    DOKAZ_LET(hash, id<StatementHash>(head.head()));
    out.chains.push_back({chain, head.next_seq(), hash});
  }
  return out;
}
Status check(const Welcome& in) {
  if (in.version < 1) return fail(Errc::malformed, "version");
  if (in.session < 1) return fail(Errc::malformed, "session");
  DOKAZ_TRY(within(in.checkpoint, 1, caps::checkpoint));
  DOKAZ_TRY(within(in.consistency, 0, caps::consistency));
  DOKAZ_TRY(within(in.roster, 0, caps::roster));
  return within(in.chains, 0, caps::chains);
}

wire::Submitted to_wire(const Submitted& in) {
  wire::Submitted out;
  for (const Submitted::Outcome& outcome : in.outcomes) {
    wire::Submitted::Outcome& to = *out.add_outcomes();
    if (outcome.failure) to.set_failure(static_cast<std::uint32_t>(exit_code(*outcome.failure)));
    to.set_tlog_proof(text(outcome.tlog_proof));
  }
  return out;
}
Result<Submitted> from_wire(wire::Submitted& in) {
  Submitted out;
  for (const wire::Submitted::Outcome& outcome : in.outcomes()) {
    std::optional<Errc> failure;
    if (outcome.failure() != 0) {
      failure = failure_code(outcome.failure());
      if (!failure) return fail(Errc::malformed, "failure");
    }
    out.outcomes.push_back({failure, bytes(outcome.tlog_proof())});
  }
  return out;
}
Status check(const Submitted& in) {
  DOKAZ_TRY(within(in.outcomes, 1, max_statements_per_submit));
  for (const Submitted::Outcome& outcome : in.outcomes) {
    if (outcome.failure && !may_travel(*outcome.failure)) return fail(Errc::malformed, "failure");
    if (outcome.failure && !outcome.tlog_proof.empty()) return fail(Errc::malformed, "failed with a proof");
    if (!outcome.failure) DOKAZ_TRY(within(outcome.tlog_proof, 1, caps::proof));
  }
  return {};
}

wire::Resume to_wire(const Resume& in) {
  wire::Resume out;
  out.set_offset(in.offset);
  out.set_complete(in.complete);
  out.set_until(in.until);
  return out;
}
Result<Resume> from_wire(wire::Resume& in) { return Resume{in.offset(), in.complete(), in.until()}; }
Status check(const Resume& in) {
  const bool fits = in.complete ? in.until == 0 : in.until > in.offset;
  return fits ? Status() : fail(Errc::malformed, "credit");
}

wire::More to_wire(const More& in) {
  wire::More out;
  out.set_until(in.until);
  return out;
}
Result<More> from_wire(wire::More& in) { return More{in.until()}; }
Status check(const More& in) { return in.until > 0 ? Status() : fail(Errc::malformed, "credit"); }

wire::Kept to_wire(const Kept& in) {
  wire::Kept out;
  out.set_object(text(in.object.view()));
  return out;
}
Result<Kept> from_wire(wire::Kept& in) {
  DOKAZ_LET(object, id<ObjectId>(in.object()));
  return Kept{object};
}
Status check(const Kept&) { return {}; }

wire::Stored to_wire(const Stored& in) {
  wire::Stored out;
  out.set_receive(text(in.receive));
  out.set_answered(in.answered);
  out.set_tlog_proof(text(in.tlog_proof));
  return out;
}
Result<Stored> from_wire(wire::Stored& in) {
  return Stored{bytes(in.receive()), in.answered(), bytes(in.tlog_proof())};
}
Status check(const Stored& in) {
  DOKAZ_TRY(within(in.receive, 1, max_statement_size));
  DOKAZ_TRY(check_answered(in.answered, 1));
  return within(in.tlog_proof, 1, caps::proof);
}

wire::Entries to_wire(const Entries& in) {
  wire::Entries out;
  for (const Entries::Entry& entry : in.entries) {
    wire::Entries::Entry& to = *out.add_entries();
    to.set_index(entry.index);
    to.set_statement(text(entry.statement));
    to.set_member(text(entry.member.view()));
    to.set_signature(text(entry.signature.view()));
    to.set_tlog_proof(text(entry.tlog_proof));
    to.set_answered(entry.answered);
  }
  out.set_more(in.more);
  out.set_consistency(packed(in.consistency));
  return out;
}
Result<Entries> from_wire(wire::Entries& in) {
  Entries out;
  for (const wire::Entries::Entry& entry : in.entries()) {
    DOKAZ_LET(member, PublicKey::from(bytes_of(entry.member())));
    DOKAZ_LET(signature, id<Signature>(entry.signature()));
    out.entries.push_back({entry.index(), bytes(entry.statement()), member, signature,
                           bytes(entry.tlog_proof()), entry.answered()});
  }
  out.more = in.more();
  DOKAZ_LET(consistency, unpacked<TreeHash>(in.consistency()));
  out.consistency = std::move(consistency);
  return out;
}
Status check(const Entries& in) {
  DOKAZ_TRY(within(in.entries, in.more ? 1 : 0, max_entries_per_list));
  DOKAZ_TRY(within(in.consistency, 0, caps::consistency));
  std::optional<std::uint64_t> before;
  for (const Entries::Entry& entry : in.entries) {
    if (before && entry.index <= *before) return fail(Errc::malformed, "order");
    before = entry.index;
    DOKAZ_TRY(within(entry.statement, 1, max_statement_size));
    DOKAZ_TRY(within(entry.tlog_proof, 1, caps::proof));
    DOKAZ_TRY(check_answered(entry.answered, 0));
  }
  return {};
}

wire::Members to_wire(const Members& in) {
  wire::Members out;
  out.set_roster(text(in.roster));
  for (const AdmissionNotes& admission : in.admissions) *out.add_admissions() = to_wire(admission);
  return out;
}
Result<Members> from_wire(wire::Members& in) {
  Members out;
  out.roster = bytes(in.roster());
  for (const wire::AdmissionNotes& admission : in.admissions()) out.admissions.push_back(from_wire(admission));
  return out;
}
Status check(const Members& in) {
  DOKAZ_TRY(within(in.roster, 1, caps::roster));
  DOKAZ_TRY(within(in.admissions, 0, caps::admissions));
  for (const AdmissionNotes& admission : in.admissions) DOKAZ_TRY(check(admission));
  return {};
}

wire::RosterTaken to_wire(const RosterTaken& in) {
  wire::RosterTaken out;
  out.set_number(in.number);
  return out;
}
Result<RosterTaken> from_wire(wire::RosterTaken& in) { return RosterTaken{in.number()}; }
Status check(const RosterTaken& in) { return in.number > 0 ? Status() : fail(Errc::malformed, "roster number"); }

wire::Content to_wire(const Content& in) {
  wire::Content out;
  out.set_size(in.size);
  return out;
}
Result<Content> from_wire(wire::Content& in) { return Content{in.size()}; }
Status check(const Content& in) { return in.size > 0 ? Status() : fail(Errc::malformed, "empty"); }

wire::Proofs to_wire(const Proofs& in) {
  wire::Proofs out;
  for (const Proofs::Proof& proof : in.proofs) {
    wire::Proofs::Proof& to = *out.add_proofs();
    to.set_statement(text(proof.statement));
    to.set_receive(text(proof.receive));
  }
  out.set_consistency(packed(in.consistency));
  return out;
}
Result<Proofs> from_wire(wire::Proofs& in) {
  Proofs out;
  for (const wire::Proofs::Proof& proof : in.proofs())
    out.proofs.push_back({bytes(proof.statement()), bytes(proof.receive())});
  DOKAZ_LET(consistency, unpacked<TreeHash>(in.consistency()));
  out.consistency = std::move(consistency);
  return out;
}
Status check(const Proofs& in) {
  DOKAZ_TRY(within(in.proofs, 1, max_statements_per_prove));
  DOKAZ_TRY(within(in.consistency, 0, caps::consistency));
  for (const Proofs::Proof& proof : in.proofs) {
    DOKAZ_TRY(within(proof.statement, 0, caps::proof));
    DOKAZ_TRY(within(proof.receive, 0, caps::proof));
  }
  return {};
}

wire::Failure to_wire(const Failure& in) {
  wire::Failure out;
  out.set_code(static_cast<std::uint32_t>(exit_code(in.code)));
  return out;
}
Result<Failure> from_wire(wire::Failure& in) {
  const auto code = failure_code(in.code());
  if (!code) return fail(Errc::malformed, "failure");
  return Failure{*code};
}
Status check(const Failure& in) {
  return may_travel(in.code) ? Status() : fail(Errc::malformed, "failure");
}

}  // namespace dokaz::convert
