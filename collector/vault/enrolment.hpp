// SPDX-License-Identifier: GPL-3.0-or-later
// Becoming a member of a case, offline, from an invitation: format.md sections 7 and 8.
#pragma once

#include "collector/vault/kept_route.hpp"
#include "crypto/secret.hpp"
#include "proto/format/fact.hpp"
#include "proto/format/invitation.hpp"

namespace dokaz {

/// Everything that a collector takes from its invitation, and what it made of it. The ticket's secret
/// is not among it: it has signed the admission and is gone.
struct Enrolment {
  ServerAddress server;
  TlsPins pins;
  Bytes policy;  // byte for byte
  Note roster;
  Note ticket;
  Note admission;
  SigningKey member;
  SignedStatement genesis;
  std::string parcels;  // for whom parcels are sealed: the invitation's
  Bytes genesis_facts;  // a facts file: `pseudonym` and `decoy`
  KeptRoute route = {};
  std::optional<Note> confirmed = {};  // a restarted vault's, as in vault.hpp; else the roster above
};

/// Makes the member key, the admission and the first statement of a new chain. Nothing is written.
/// `ticket_expired` by the clock that gave `now`; the failures of read_invitation; `malformed` if a
/// recipient of the roster is not a key that objects can be sealed to.
Result<Enrolment> enrol(ByteView invitation, const ClaimedTime& now);

/// The first statement of the member's chain number `n`, with a facts file of `pseudonym`, `more` and `decoy`.
struct Genesis {
  SignedStatement statement;
  Bytes facts;
};
Result<Genesis> make_genesis(const Fingerprint& of_case, const std::string& pseudonym, const SigningKey& member,
                             std::uint32_t n, const std::vector<Fact>& more, const ClaimedTime& now);

/// An enrolment's notes and policy, checked again from the root that the roster names.
struct CaseView {
  CaseRoot root;
  Verified<Roster> roster;
  Policy policy;
  Verified<Member> self;
  Membership members;  // the roster's and this collector
};
Result<CaseView> check_case(ByteView policy, const Note& roster, const Note& ticket, const Note& admission);

}  // namespace dokaz
