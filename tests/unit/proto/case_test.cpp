// SPDX-License-Identifier: GPL-3.0-or-later
// From the case root to a member: what is refused on the way, and who may sign what.
#include <catch2/catch.hpp>

#include "tests/unit/proto/case_samples.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

bool roster_refused(void (*change)(Roster&)) {
  Roster roster = sample_roster();
  change(roster);
  const auto note = sign_roster(roster, root_key());
  return !note && note.code() == Errc::malformed;
}

bool ticket_refused(void (*change)(Ticket&)) {
  Ticket ticket = sample_ticket();
  change(ticket);
  const auto note = sign_ticket(ticket, root_key());
  return !note && note.code() == Errc::malformed;
}

SignedStatement statement_of(Act act, const SigningKey& key) {
  StatementFields fields = act == Act::genesis ? genesis_fields() : seal_fields();
  fields.chain = chain_of(key);
  fields.act = act;
  if (act == Act::key_rotate) {
    const SigningKey next = key_of(77);
    fields.objects.clear();
    fields.facts.resize(1);
    fields.next_key = NextKey{next.public_key(), consent_to_follow(fields.chain, fields.seq, key.public_key(), next)};
  }
  return sign_statement(Statement::make(fields).value(), key);
}

/// A key-rotate at that place of the key's own chain.
SignedStatement rotation_at(std::uint64_t seq, const SigningKey& key, const SigningKey& next, const ChainId& chain) {
  StatementFields fields = seal_fields();
  fields.chain = chain;
  fields.seq = seq;
  fields.act = Act::key_rotate;
  fields.objects.clear();
  fields.facts.resize(1);
  fields.next_key = NextKey{next.public_key(), consent_to_follow(chain, seq, key.public_key(), next)};
  return sign_statement(Statement::make(fields).value(), key);
}

}  // namespace

TEST_CASE("a roster that breaks a rule is not signed") {
  CHECK_FALSE(roster_refused([](Roster&) {}));
  CHECK(roster_refused([](Roster& r) { r.number = 0; }));
  CHECK(roster_refused([](Roster& r) { r.members[0].pseudonym = "Anna"; }));
  CHECK(roster_refused([](Roster& r) { r.members[0].pseudonym = ""; }));
  CHECK(roster_refused([](Roster& r) { r.members[0].pseudonym = std::string(33, 'a'); }));
  CHECK(roster_refused([](Roster& r) { r.members[0].pseudonym = r.members[1].pseudonym; }));
  CHECK(roster_refused([](Roster& r) { r.members[0].key = r.members[1].key; }));
  CHECK(roster_refused([](Roster& r) { r.members[0].key = r.root; }));
  CHECK(roster_refused([](Roster& r) { r.recipients.clear(); }));
  CHECK(roster_refused([](Roster& r) { r.recipients = {r.recipients[0]}; }));
  CHECK(roster_refused([](Roster& r) { r.recipients.push_back(r.recipients[0]); }));
  CHECK(roster_refused([](Roster& r) { r.recipients[0].recipient.back() = 'b'; }));
  CHECK(roster_refused([](Roster& r) { r.recipients[0].recipient += 'q'; }));
  Roster roster = sample_roster();
  roster.root = key_of(99).public_key();
  CHECK(sign_roster(roster, root_key()).code() == Errc::wrong_root);
  roster = sample_roster();
  for (unsigned i = 0; i < 900; ++i)
    roster.members.push_back({"more-" + std::to_string(i), Role::reviewer, SigningKey::generate().public_key()});
  CHECK(sign_roster(roster, root_key()).code() == Errc::malformed);
}

TEST_CASE("a ticket that breaks a rule is not signed") {
  CHECK_FALSE(ticket_refused([](Ticket&) {}));
  CHECK(ticket_refused([](Ticket& t) { t.role = Role::server; }));
  CHECK(ticket_refused([](Ticket& t) { t.pseudonym = "a b"; }));
  CHECK(ticket_refused([](Ticket& t) { t.until.day_only = true; }));
  CHECK(ticket_refused([](Ticket& t) { t.ticket = t.root; }));
  Ticket ticket = sample_ticket();
  ticket.root = key_of(99).public_key();
  CHECK(sign_ticket(ticket, root_key()).code() == Errc::wrong_root);
}

TEST_CASE("a roster of another root, or signed by somebody else, is not trusted") {
  const CaseRoot root(fingerprint_of(root_key().public_key()));
  const Note note = sign_roster(sample_roster(), root_key()).value();
  const auto roster = root.check_roster(note);
  REQUIRE(roster.has_value());
  CHECK((*roster)->members.size() == 3);
  CHECK((*roster)->members[0].pseudonym == "anna");  // sorted
  CHECK((*roster)->recipients_of(Group::team).size() == 2);
  CHECK((*roster)->recipients_of(Group::legal).size() == 1);

  const CaseRoot other(fingerprint_of(key_of(99).public_key()));
  CHECK(other.check_roster(note).code() == Errc::wrong_root);
  const Note forged = Note::sign(note.text(), "dokaz-case", key_of(99));
  CHECK(root.check_roster(forged).code() == Errc::bad_signature);
  const Note twice = note.with_line(forged.signatures()[0]).value();
  CHECK(root.check_roster(twice).code() == Errc::malformed);
  CHECK(root.check_roster(Note::sign(note.text(), "dokaz-ticket", root_key())).code() == Errc::malformed);
  CHECK(root.check_roster(sign_ticket(sample_ticket(), root_key()).value()).code() == Errc::malformed);
}

TEST_CASE("ticket and admission make a member, from the root alone") {
  const CaseRoot root(fingerprint_of(root_key().public_key()));
  const Note ticket = sign_ticket(sample_ticket(), root_key()).value();
  const Note admission = sign_admission(sample_admission(), ticket_key(), member_key());
  const auto member = root.check_admission(ticket, admission);
  REQUIRE(member.has_value());
  CHECK((*member)->pseudonym == "dora");
  CHECK((*member)->role == Role::documenter);
  CHECK((*member)->key == member_key().public_key());

  CHECK(CaseRoot(Fingerprint()).check_admission(ticket, admission).code() == Errc::wrong_root);
  Admission other = sample_admission();
  other.ticket = key_of(70).public_key();
  CHECK(root.check_admission(ticket, sign_admission(other, key_of(70), member_key())).code() == Errc::bad_signature);
  other = sample_admission();
  other.root = key_of(71).public_key();
  CHECK(root.check_admission(ticket, sign_admission(other, ticket_key(), member_key())).code() == Errc::wrong_root);
  const auto line = [&](const char* name, const SigningKey& key) { return Note::sign(admission.text(), name, key); };
  const auto refused = [&](const Note& first, const Note& second) {
    const Note both = first.with_line(second.signatures()[0]).value();
    return root.check_admission(ticket, both).code() == Errc::bad_signature;
  };
  const Note by_ticket = line("dokaz-ticket", ticket_key()), by_member = line("dokaz-member", member_key());
  REQUIRE(by_ticket.with_line(by_member.signatures()[0]).value().bytes() == admission.bytes());
  CHECK(refused(line("dokaz-ticket", key_of(70)), by_member));
  CHECK(refused(by_ticket, line("dokaz-member", key_of(70))));
  CHECK(refused(by_ticket, line("dokaz-member", ticket_key())));  // whoever has a ticket, but not the key
  CHECK(refused(by_member, by_ticket));
  CHECK(refused(admission, line("other", key_of(70))));
  CHECK(root.check_admission(ticket, by_ticket).code() == Errc::bad_signature);
  CHECK(root.check_admission(ticket, by_member).code() == Errc::bad_signature);
  const Note forged_ticket = Note::sign(ticket.text(), "dokaz-case", ticket_key());
  CHECK(root.check_admission(forged_ticket, admission).code() == Errc::bad_signature);
  CHECK(root.check_admission(admission, ticket).code() == Errc::malformed);
}

TEST_CASE("a role decides what a member may sign") {
  const CaseRoot root(fingerprint_of(root_key().public_key()));
  Membership members(root.check_roster(sign_roster(sample_roster(), root_key()).value()).value());
  const auto server = key_of(40), counsel = key_of(41), reviewer = key_of(42), documenter = member_key();
  CHECK(members.check(statement_of(Act::seal, documenter)).code() == Errc::not_a_member);
  members.add(root.check_admission(sign_ticket(sample_ticket(), root_key()).value(),
                                   sign_admission(sample_admission(), ticket_key(), member_key()))
                  .value());
  for (int i = 0; i <= static_cast<int>(Act::destroy); ++i) {
    const Act act = static_cast<Act>(i);
    INFO(name_of(act));
    CHECK(act_from_name(name_of(act)) == act);
    const bool by_server = act == Act::genesis || act == Act::receive || act == Act::fork_found ||
                           act == Act::heartbeat || act == Act::close;
    const bool by_any = act != Act::receive && act != Act::fork_found;
    CHECK(members.check(statement_of(act, server)).has_value() == by_server);
    for (const SigningKey* key : {&counsel, &reviewer, &documenter}) {
      const bool by_others = by_any && (act != Act::key_rotate || key == &documenter);
      const auto checked = members.check(statement_of(act, *key));
      CHECK(checked.has_value() == by_others);
      CHECK((checked || checked.code() == Errc::not_a_member));
    }
  }
  SignedStatement forged = statement_of(Act::seal, documenter);
  forged.member = counsel.public_key();
  CHECK(members.check(forged).code() == Errc::bad_signature);
}

TEST_CASE("a statement belongs to one case and one member") {
  const Roster roster = sample_roster();
  const CaseRoot root(fingerprint_of(roster.root));
  const Membership members(root.check_roster(sign_roster(roster, root_key()).value()).value());
  const SigningKey reviewer = key_of(42);
  const auto judged = [&](const Membership& by, const ChainId& chain) {
    StatementFields fields = seal_fields();
    fields.chain = chain;
    const auto checked = by.check(sign_statement(Statement::make(fields).value(), reviewer));
    return checked ? Errc{0} : checked.code();
  };
  for (std::uint32_t n = 0; n < max_member_chains; ++n) CHECK(judged(members, chain_of(reviewer, n)) == Errc{0});
  CHECK(judged(members, chain_of(reviewer, max_member_chains)) == Errc::broken_chain);
  CHECK(judged(members, chain_of(key_of(41))) == Errc::broken_chain);
  CHECK(judged(members, ChainId()) == Errc::broken_chain);

  // Another root lists the reviewer's key in a roster of its own: what she signed here is not its evidence.
  const SigningKey foreign_root = key_of(99);
  Roster foreign = roster;
  foreign.root = foreign_root.public_key();
  const Membership claiming(
      CaseRoot(fingerprint_of(foreign.root)).check_roster(sign_roster(foreign, foreign_root).value()).value());
  CHECK(judged(claiming, chain_of(reviewer)) == Errc::broken_chain);
  CHECK(judged(claiming, chain_id(fingerprint_of(foreign.root), reviewer.public_key(), 0)) == Errc{0});
}

TEST_CASE("what the roster says of a key is not changed by an admission") {
  const CaseRoot root(fingerprint_of(root_key().public_key()));
  Membership members(root.check_roster(sign_roster(sample_roster(), root_key()).value()).value());
  Admission admission = sample_admission();
  admission.member = key_of(42).public_key();
  members.add(root.check_admission(sign_ticket(sample_ticket(), root_key()).value(),
                                   sign_admission(admission, ticket_key(), key_of(42)))
                  .value());
  REQUIRE(members.find(key_of(42).public_key()) != nullptr);
  CHECK(members.find(key_of(42).public_key())->role == Role::reviewer);
  CHECK(members.find(key_of(43).public_key().hash()) == nullptr);
}

TEST_CASE("each place of a chain has one key, and a membership learns which") {
  const CaseRoot root(fingerprint_of(root_key().public_key()));
  Membership members(root.check_roster(sign_roster(sample_roster(), root_key()).value()).value());
  members.add(root.check_admission(sign_ticket(sample_ticket(), root_key()).value(),
                                   sign_admission(sample_admission(), ticket_key(), member_key()))
                  .value());
  const SigningKey first = member_key(), second = key_of(70), third = key_of(71);
  const ChainId chain = chain_of(first), other = chain_of(first, 1);
  const auto by = [&](std::uint64_t seq, const SigningKey& key, const ChainId& in) {
    StatementFields fields = seal_fields();
    fields.chain = in;
    fields.seq = seq;
    const auto checked = members.check(sign_statement(Statement::make(fields).value(), key));
    return checked ? Errc{0} : checked.code();
  };
  const auto learn = [&](const SignedStatement& rotation) { return members.learn(members.check(rotation).value()); };
  CHECK(by(9, second, chain) == Errc::not_a_member);
  REQUIRE(learn(rotation_at(5, first, second, chain)));
  REQUIRE(learn(rotation_at(5, first, second, chain)));  // the same again changes nothing
  REQUIRE(learn(rotation_at(8, second, third, chain)));
  CHECK(by(4, first, chain) == Errc{0});
  CHECK(by(6, first, chain) == Errc::wrong_epoch);
  CHECK(by(5, second, chain) == Errc::wrong_epoch);
  CHECK(by(6, second, chain) == Errc{0});
  CHECK(by(9, second, chain) == Errc::wrong_epoch);
  CHECK(by(8, third, chain) == Errc::wrong_epoch);
  CHECK(by(9, third, chain) == Errc{0});
  CHECK(by(9, third, other) == Errc::wrong_epoch);
  CHECK(by(9, first, other) == Errc{0});
  CHECK(members.check(rotation_at(6, first, key_of(72), chain)).code() == Errc::wrong_epoch);
  CHECK(learn(rotation_at(3, first, key_of(72), other)).code() == Errc::wrong_epoch);
  CHECK(members.epoch_of(third.public_key()) == 2);
  CHECK(members.first_of(third.public_key()) == first.public_key());
  CHECK(members.find(third.public_key())->pseudonym == "dora");
  CHECK(members.find(third.public_key())->key == third.public_key());
}

TEST_CASE("a chain of key-rotates without end costs no more than a member's keys") {
  const CaseRoot root(fingerprint_of(root_key().public_key()));
  Membership members(root.check_roster(sign_roster(sample_roster(), root_key()).value()).value());
  members.add(root.check_admission(sign_ticket(sample_ticket(), root_key()).value(),
                                   sign_admission(sample_admission(), ticket_key(), member_key()))
                  .value());
  const ChainId chain = chain_of(member_key());
  SigningKey present = member_key();
  const std::size_t others = members.size();
  for (std::uint64_t seq = 1; seq <= max_epochs; ++seq) {
    SigningKey next = SigningKey::generate();
    const SignedStatement rotation = rotation_at(seq, present, next, chain);
    const auto checked = members.check(rotation);
    REQUIRE(checked);
    const Status learned = members.learn(*checked);
    if (seq == max_epochs) CHECK(learned.code() == Errc::broken_chain);
    else REQUIRE(learned);
    present = std::move(next);
  }
  CHECK(members.size() == others + max_epochs - 1);
}
