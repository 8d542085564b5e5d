// SPDX-License-Identifier: GPL-3.0-or-later
// What a server says is kept only after it was checked: receipts, stored answers, checkpoints.
#include <catch2/catch.hpp>

#include "collector/vault/restart.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/roster_number.hpp"
#include "proto/merkle/tree.hpp"
#include "tests/unit/collector/case_fixture.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

/// A small log that gives every proof.
class SmallLog {
 public:
  explicit SmallLog(const SigningKey& key) : key_(key) {}

  std::uint64_t add(const SignedStatement& statement) {
    const Leaf leaf = leaf_of(statement.statement.hash(), statement.signature, statement.member.hash());
    leaves_.push_back(leaf_hash(leaf));
    return leaves_.size() - 1;
  }
  Checkpoint checkpoint() const { return sign_checkpoint({leaves_.size(), root()}, key_); }
  Receipt receipt(const SignedStatement& statement, std::uint64_t index) const {
    return {statement.signature, statement.member.hash(), index,
            prove_inclusion(index, leaves_.size(), reader()).value(), checkpoint().note};
  }
  Bytes proof(const SignedStatement& statement, std::uint64_t index) const {
    return write_tlog_proof(receipt(statement, index));
  }
  ConsistencyPath since(std::uint64_t older) const {
    return older == 0 ? ConsistencyPath() : prove_consistency(older, leaves_.size(), reader()).value();
  }

 private:
  TreeHash root() const { return root_of(leaves_.size(), reader()).value(); }
  HashReader reader() const {
    return [this](unsigned level, std::uint64_t index) -> Result<TreeHash> { return at(level, index); };
  }
  TreeHash at(unsigned level, std::uint64_t index) const {
    if (level == 0) return leaves_.at(static_cast<std::size_t>(index));
    return node_hash(at(level - 1, 2 * index), at(level - 1, 2 * index + 1));
  }
  const SigningKey& key_;
  std::vector<TreeHash> leaves_;
};

/// The server's statement that it holds the objects of `own`.
StoredAnswer stored_answer(const TestCase& of, SmallLog& log, const OwnStatement& own,
                           const SigningKey& signer, const StatementHash& names) {
  const Fact answered = Fact::text("statement", hex(names.view()));
  StatementFields fields;
  fields.chain = chain_id(fingerprint_of(of.root.public_key()), signer.public_key(), 0);
  fields.seq = 1;
  fields.previous = StatementHash(sha256("the server's genesis").raw());
  fields.act = Act::receive;
  fields.time = noon;
  fields.objects = own.signed_statement.statement.fields().objects;
  fields.facts = {answered.digest()};
  const SignedStatement receive = sign_statement(Statement::make(fields).value(), signer);
  return {receive.statement.bytes(), answered.disclosure(), log.proof(receive, log.add(receive))};
}

struct Sealed {
  TestCase of;
  TestVault at{of};
  Vault vault = at.open();
  SmallLog log{of.log};
  Sealed() { REQUIRE(seal(vault, photo(), request())); }
  OwnStatement item() { return vault.statement(1).value(); }
  CustodyState state() { return item().state(); }
};

}  // namespace

TEST_CASE("A receipt that does not hold is not kept") {
  Sealed s;
  const SignedStatement own = s.item().signed_statement;
  const std::uint64_t index = s.log.add(own);
  Receipt receipt = s.log.receipt(own, index);

  SECTION("not a receipt") { CHECK(s.vault.keep_receipt(1, bytes_of("ok\n")).code() == Errc::malformed); }
  SECTION("another log's") {
    const SigningKey other = SigningKey::generate();
    SmallLog forged(other);
    CHECK(s.vault.keep_receipt(1, forged.proof(own, forged.add(own))).code() == Errc::policy_unmet);
  }
  SECTION("of another statement") {
    CHECK(s.vault.keep_receipt(0, write_tlog_proof(receipt)).code() == Errc::bad_signature);
  }
  SECTION("a wrong place") {
    s.log.add(own);
    receipt = s.log.receipt(own, index);
    receipt.index = 1;
    receipt.path[0] = TreeHash();
    CHECK(s.vault.keep_receipt(1, write_tlog_proof(receipt)).code() == Errc::bad_inclusion);
  }
  SECTION("another member's key") {
    receipt.member = s.of.server.public_key().hash();
    CHECK(s.vault.keep_receipt(1, write_tlog_proof(receipt)).code() == Errc::bad_signature);
  }
  CHECK(s.state() == CustodyState::sealed);
}

TEST_CASE("Logged and stored are reached by proofs alone") {
  Sealed s;
  const SignedStatement own = s.item().signed_statement;
  REQUIRE(s.vault.keep_receipt(1, s.log.proof(own, s.log.add(own))));
  CHECK(s.state() == CustodyState::logged);

  SECTION("answer about another statement") {
    const auto answer = stored_answer(s.of, s.log, s.item(), s.of.server, StatementHash());
    CHECK_FALSE(s.vault.keep_stored(1, answer));
    CHECK(s.state() == CustodyState::logged);
  }
  SECTION("answer signed by somebody who is not the server") {
    const auto answer = stored_answer(s.of, s.log, s.item(), s.vault.member_key(), own.statement.hash());
    CHECK(s.vault.keep_stored(1, answer).code() == Errc::not_a_member);
    CHECK(s.state() == CustodyState::logged);
  }
  SECTION("answer that holds") {
    REQUIRE(s.vault.keep_stored(1, stored_answer(s.of, s.log, s.item(), s.of.server, own.statement.hash())));
    CHECK(s.state() == CustodyState::stored);
    CHECK(s.at.outbox_files() == 2);
  }
}

TEST_CASE("A checkpoint must grow out of the newest one") {
  Sealed s;
  const SignedStatement own = s.item().signed_statement;
  for (int i = 0; i < 3; ++i) s.log.add(own);
  const Bytes older = s.log.checkpoint().note.bytes();
  REQUIRE(s.vault.keep_checkpoint(older, s.log.since(0)));
  CHECK(s.vault.seen().value().size == 3);
  SmallLog longer = s.log;
  longer.add(own);
  longer.add(own);

  SECTION("smaller") {
    SmallLog shorter(s.of.log);
    shorter.add(own);
    CHECK(s.vault.keep_checkpoint(shorter.checkpoint().note.bytes(), {}).code() == Errc::server_rolled_back);
  }
  SECTION("same size, other content") {
    SmallLog other(s.of.log);
    for (int i = 0; i < 3; ++i) other.add(s.vault.statement(0).value().signed_statement);
    CHECK(s.vault.keep_checkpoint(other.checkpoint().note.bytes(), {}).code() == Errc::server_rolled_back);
  }
  SECTION("no proof") {
    CHECK(s.vault.keep_checkpoint(longer.checkpoint().note.bytes(), {}).code() == Errc::bad_consistency);
  }
  SECTION("another log's key") {
    SmallLog forged(s.of.server);
    for (int i = 0; i < 5; ++i) forged.add(own);
    CHECK(s.vault.keep_checkpoint(forged.checkpoint().note.bytes(), {}).code() == Errc::policy_unmet);
  }
  CHECK(s.vault.seen().value().size == 3);
  SECTION("proven") {
    REQUIRE(s.vault.keep_checkpoint(longer.checkpoint().note.bytes(), longer.since(3)));
    CHECK(s.vault.seen().value().size == 5);
    const SealedItem next = seal(s.vault, photo("next"), request()).value();
    CHECK(s.vault.statement(next.number).value().signed_statement.statement.fields().seen.size == 5);
  }
}

TEST_CASE("Objects are freed once the server holds them, or witnesses vouch where the case demands it, and not before") {
  const bool witnessed = GENERATE(false, true);
  CAPTURE(witnessed);
  TestCase of;
  of.witnessed = witnessed;
  TestVault at(of);
  SmallLog log{of.log};
  {
    Vault vault = at.open();
    REQUIRE(seal(vault, photo(), request()));
    CHECK(vault.drop({1}).code() == Errc::not_safe_yet);
    CHECK(vault.drop({0}).code() == Errc::not_found);
    CHECK(vault.drop({7}).code() == Errc::not_found);
    const OwnStatement own = vault.statement(1).value();
    const std::uint64_t index = log.add(own.signed_statement);
    REQUIRE(vault.keep_receipt(1, log.proof(own.signed_statement, index)));
    CHECK(vault.drop({1}).code() == Errc::not_safe_yet);
    REQUIRE(vault.keep_stored(1, stored_answer(of, log, own, of.server, own.signed_statement.statement.hash())));
    CHECK(at.outbox_files() == 2);
    // The log's signature alone frees nothing: the receipt has to stand in the history that is watched.
    CHECK(vault.drop({1}).code() == Errc::not_safe_yet);
    REQUIRE(vault.keep_history(1, History::contradicted));
    CHECK(vault.drop({1}).code() == Errc::not_safe_yet);
    REQUIRE(vault.keep_history(1, History::confirmed));
    CHECK(vault.drop({1}).has_value() == !witnessed);
    CHECK(at.outbox_files() == (witnessed ? 2 : 0));
    CHECK(vault.statement(1).value().dropped == !witnessed);
    CHECK(vault.statement(1).value().state() == CustodyState::stored);
    CHECK(seal(vault, photo(), request()).code() == Errc::already_sealed);
  }
  if (witnessed) return;
  Vault again = at.open();
  CHECK(again.drop({1}));  // a second time changes nothing
  CHECK(again.outbox().orphans().value() == 0);
}

TEST_CASE("A drop that was cut is finished when the vault is opened next") {
  Sealed s;
  const OwnStatement own = s.item();
  const auto object = s.at.outbox() / (hex(own.signed_statement.statement.fields().objects[0].id) + ".age");
  const std::string bytes = whole_file(object);
  const std::uint64_t index = s.log.add(own.signed_statement);
  REQUIRE(s.vault.keep_receipt(1, s.log.proof(own.signed_statement, index)));
  REQUIRE(s.vault.keep_stored(1, stored_answer(s.of, s.log, own, s.of.server, own.signed_statement.statement.hash())));
  REQUIRE(s.vault.keep_history(1, History::confirmed));
  REQUIRE(s.vault.drop({1}));
  { const Vault closed = std::move(s.vault); }
  std::ofstream(object, std::ios::binary) << bytes;  // as if it had not been reached
  const Vault again = s.at.open();
  CHECK(s.at.outbox_files() == 0);
  CHECK(s.at.orphans() == 0);
}

TEST_CASE("A newer roster's recipients are named until they are confirmed, and its number does not jump") {
  Sealed s;
  const auto put = [&](std::uint64_t number, const age::Identity& legal) {
    Roster roster = s.of.roster();
    roster.number = number;
    roster.recipients = {{Group::team, s.of.team.recipient().format()}, {Group::legal, legal.recipient().format()}};
    return s.vault.keep_roster(sign_roster(roster, s.of.root).value().bytes());
  };
  const age::Identity second = age::Identity::generate(), third = age::Identity::generate();
  CHECK(put(std::uint64_t{1} << 62, second).code() == Errc::malformed);
  CHECK(put(2 + longest_roster_jump, second).code() == Errc::malformed);
  REQUIRE(put(2, s.of.legal));
  CHECK(s.vault.recipient_changes().value().empty());

  REQUIRE(put(3, second));
  REQUIRE(put(4, third));  // what was never confirmed does not become the measure
  const auto changes = s.vault.recipient_changes().value();
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].group == Group::legal);
  CHECK(changes[0].gone == std::vector<std::string>{s.of.legal.recipient().format()});
  CHECK(changes[0].fresh == std::vector<std::string>{third.recipient().format()});
  REQUIRE(put(5, s.of.legal));
  CHECK(s.vault.recipient_changes().value().empty());
  REQUIRE(put(6, third));
  CHECK(s.vault.confirm_recipients(5).code() == Errc::usage);  // what was asked about is not what is here
  CHECK(s.vault.recipient_changes().value().at(0).roster == 6);
  REQUIRE(s.vault.confirm_recipients(6));
  CHECK(s.vault.recipient_changes().value().empty());
  REQUIRE(put(7, second));
  CHECK(s.vault.recipient_changes().value().at(0).gone == std::vector<std::string>{third.recipient().format()});
  // A vault that goes on from this one does not take them for confirmed.
  CHECK(restart_of(s.vault, noon).value().enrolment.confirmed);
}
