// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/enrolment.hpp"

#include "collector/vault/envelopes.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
Result<Genesis> make_genesis(const Fingerprint& of_case, const std::string& pseudonym, const SigningKey& member,
                             std::uint32_t n, const std::vector<Fact>& more, const ClaimedTime& now) {
  const auto random_text = random_id<FixedBytes<struct DecoyTag, 16>>();
  std::vector<Fact> facts = {Fact::text("pseudonym", pseudonym),
                             Fact::text("decoy", base64url(random_text.view()))};
  facts.insert(facts.end(), more.begin(), more.end());
  StatementFields fields;
  fields.chain = chain_id(of_case, member.public_key(), n);
  fields.act = Act::genesis;
  fields.time = now;
  for (const Fact& fact : facts) fields.facts.push_back(fact.digest());
  DOKAZ_LET(statement, Statement::make(std::move(fields)));
  return Genesis{sign_statement(std::move(statement), member), write_facts(facts)};
}

Result<CaseView> check_case(ByteView policy, const Note& roster, const Note& ticket, const Note& admission) {
  DOKAZ_LET(named, parse_roster(roster));
  CaseRoot root(fingerprint_of(named.root));
  DOKAZ_LET(verified_roster, root.check_roster(roster));
  DOKAZ_LET(self, root.check_admission(ticket, admission));
  DOKAZ_LET(parsed_policy, Policy::parse(policy));
  Membership members(verified_roster);
  members.add(self);
  return CaseView{std::move(root), std::move(verified_roster), std::move(parsed_policy), std::move(self),
                  std::move(members)};
}

Result<Enrolment> enrol(ByteView text, const ClaimedTime& now) {
  DOKAZ_LET(invitation, read_invitation(text));
  DOKAZ_LET(ticket, parse_ticket(invitation.ticket));
  if (now.unix_seconds > ticket.until.unix_seconds) return Errc::ticket_expired;

  SigningKey member = SigningKey::generate();
  const Note admission =
      sign_admission({ticket.root, ticket.ticket, member.public_key()}, invitation.ticket_key, member);
  DOKAZ_LET(view, check_case(invitation.policy, invitation.roster, invitation.ticket, admission));
  for (const Group group : {Group::team, Group::legal})
    DOKAZ_TRY(check_recipients(view.roster->recipients_of(group)));
  DOKAZ_TRY(check_recipients({invitation.parcels}));
  DOKAZ_LET(genesis, make_genesis(view.root.fingerprint(), ticket.pseudonym, member, 0, {}, now));
  return Enrolment{invitation.server,    invitation.pins(), invitation.policy,
                   invitation.roster,    invitation.ticket, admission,
                   std::move(member),    std::move(genesis.statement), invitation.parcels, std::move(genesis.facts),
                   {.proxy = {}, .by_case = invitation.network == Network::tor_only}};
}

}  // namespace dokaz
