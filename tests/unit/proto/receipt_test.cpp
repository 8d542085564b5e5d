// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include <type_traits>

#include "proto/format/sigsum_proof.hpp"
#include "tests/unit/proto/log_samples.hpp"

using namespace dokaz;
using namespace dokaz::test;

// Only check_receipt makes a Logged.
static_assert(!std::is_default_constructible_v<Logged> && !std::is_aggregate_v<Logged>);
static_assert(!std::is_constructible_v<Logged, SignedStatement, std::uint64_t, TrustedCheckpoint>);

namespace {

const SignedStatement& seal() {
  static const SignedStatement out = sample_seal();
  return out;
}

const SampleLog& seven() {
  static const SampleLog out(7, 3, seal());
  return out;
}

const Membership& members() {
  static const Membership out = log_membership();
  return out;
}

const Policy& policy() {
  static const Policy out = quorum_policy();
  return out;
}

Errc outcome(const Receipt& receipt, const Statement& statement = seal().statement) {
  const auto logged = check_receipt(statement, receipt, members(), policy());
  return logged ? Errc{0} : logged.code();
}

/// Whether a .tlog-proof is accepted, by its reader and then by the check.
bool accepted(ByteView bytes) {
  const auto receipt = read_tlog_proof(bytes);
  return receipt && outcome(*receipt) == Errc{0};
}

}  // namespace

TEST_CASE("every changed, removed or added byte of a .tlog-proof is refused") {
  const Bytes good = write_tlog_proof(seven().receipt());
  REQUIRE(accepted(good));
  for (std::size_t at = 0; at < good.size(); ++at) {
    INFO(at);
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes bad = good;
      bad[at] ^= static_cast<Byte>(1u << bit);
      REQUIRE_FALSE(accepted(bad));
    }
    Bytes shorter = good;
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(at));
    REQUIRE_FALSE(accepted(shorter));
    REQUIRE_FALSE(accepted(ByteView(good).first(at)));
    for (char c : {'\n', ' ', '0', 'A'}) {
      Bytes longer = good;
      longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(at), static_cast<Byte>(c));
      if (longer != good) REQUIRE_FALSE(accepted(longer));
    }
  }
  Bytes longer = good;
  longer.push_back('\n');
  CHECK_FALSE(accepted(longer));
}

TEST_CASE("a receipt under another policy does not hold") {
  const Receipt good = seven().receipt();
  CHECK(outcome(seven().receipt({1})) == Errc::policy_unmet);
  CHECK(outcome(seven().receipt({})) == Errc::policy_unmet);
  const auto other =
      check_receipt(seal().statement, good, members(), Policy::log_only(key_of(99).public_key()));
  CHECK(other.code() == Errc::policy_unmet);
  Receipt by_other = good;
  by_other.checkpoint = seven().checkpoint({1, 3}, key_of(99));
  CHECK(outcome(by_other) == Errc::policy_unmet);
}

TEST_CASE("by the log's own word a receipt holds without witnesses, and is no cosigned one") {
  const Receipt alone = seven().receipt({});
  const auto logged = check_log_receipt(seal().statement, alone, members(), policy());
  REQUIRE(logged.has_value());
  CHECK(logged->index == 3);
  CHECK(logged->checkpoint.witnesses.empty());
  static_assert(!std::is_convertible_v<LogSigned, Logged> && !std::is_convertible_v<Logged, LogSigned>);
  Receipt bad = alone;
  bad.checkpoint = seven().checkpoint({}, key_of(99));
  CHECK(check_log_receipt(seal().statement, bad, members(), policy()).code() == Errc::policy_unmet);
  bad = alone;
  bad.index = 2;
  CHECK(check_log_receipt(seal().statement, bad, members(), policy()).code() == Errc::bad_inclusion);
  bad = alone;
  bad.member = key_of(98).public_key().hash();
  CHECK(check_log_receipt(seal().statement, bad, members(), policy()).code() == Errc::not_a_member);
  bad = alone;
  bad.signature.raw()[0] ^= 1;
  CHECK(check_log_receipt(seal().statement, bad, members(), policy()).code() == Errc::bad_signature);
}

TEST_CASE("a receipt for another place does not hold") {
  const Receipt good = seven().receipt();
  for (std::uint64_t index = 0; index < 10; ++index) {
    Receipt bad = good;
    bad.index = index;
    CHECK(outcome(bad) == (index == 3 ? Errc{0} : Errc::bad_inclusion));
  }
  Receipt bad = good;
  bad.path.pop_back();
  CHECK(outcome(bad) == Errc::bad_inclusion);
  bad = good;
  bad.path.push_back(TreeHash());
  CHECK(outcome(bad) == Errc::bad_inclusion);
  bad = good;
  bad.checkpoint = SampleLog(8, 3, seal()).checkpoint({1, 2, 3});
  CHECK(outcome(bad) == Errc::bad_inclusion);
}

TEST_CASE("a receipt by another signer or for another statement does not hold") {
  Receipt bad = seven().receipt();
  bad.member = key_of(98).public_key().hash();
  CHECK(outcome(bad) == Errc::not_a_member);
  bad.member = key_of(42).public_key().hash();  // a member, but not the one who signed
  CHECK(outcome(bad) == Errc::bad_signature);
  auto fields = seal_fields();
  fields.seq = 2;
  CHECK(outcome(seven().receipt(), Statement::make(fields).value()) == Errc::bad_signature);
  // A documenter's `receive` is signed and logged well, and still nothing.
  const auto receive =
      sign_statement(Statement::make(receive_fields(seal().statement)).value(), member_key());
  CHECK(outcome(SampleLog(7, 3, receive).receipt(), receive.statement) == Errc::not_a_member);
}

TEST_CASE("from the index on at which a member is revoked their receipts hold no more") {
  const Receipt third = seven().receipt();
  for (const auto& [since, expected] : {std::pair(std::uint64_t{0}, Errc::key_revoked), {3, Errc::key_revoked}, {4, Errc{0}}}) {
    Roster roster = log_roster();
    roster.revoked = {{member_key().public_key(), since}, {key_of(77).public_key(), 0}};
    const CaseRoot root(fingerprint_of(root_key().public_key()));
    const Membership revoking(root.check_roster(sign_roster(roster, root_key()).value()).value());
    const auto logged = check_receipt(seal().statement, third, revoking, policy());
    CHECK((logged ? Errc{0} : logged.code()) == expected);
    const auto by_log = check_log_receipt(seal().statement, third, revoking, policy());
    CHECK((by_log ? Errc{0} : by_log.code()) == expected);
    CHECK(revoking.revoked_since(key_of(77).public_key()) == 0);
    CHECK_FALSE(revoking.revoked_since(key_of(78).public_key()));
  }
}

TEST_CASE("a receipt holds at every place of logs of every small size") {
  for (std::uint64_t size = 1; size <= 9; ++size)
    for (std::uint64_t index = 0; index < size; ++index) {
      const SampleLog log(size, index, seal());
      const Bytes bytes = write_tlog_proof(log.receipt());
      const auto receipt = read_tlog_proof(bytes).value();
      CHECK(write_tlog_proof(receipt) == bytes);
      const auto logged = check_receipt(seal().statement, receipt, members(), policy()).value();
      CHECK(logged.index == index);
      CHECK(logged.statement.member == member_key().public_key());
      CHECK(logged.checkpoint.checkpoint.head == log.head());
      REQUIRE(logged.checkpoint.witnesses.size() == 2);
      CHECK(logged.checkpoint.witnesses[1].witness == "w3");
      CHECK(logged.checkpoint.witnesses[1].unix_time == 1777630401);

      const Bytes sigsum = write_sigsum_proof(receipt, policy()).value();
      const auto proof = read_sigsum_proof(sigsum).value();
      CHECK(write_sigsum_proof(proof) == sigsum);
      CHECK(proof.head == log.head());
      CHECK(proof.path == receipt.path);
      CHECK(proof.index == index);
      CHECK(proof.member == receipt.member);
      CHECK(proof.signature == receipt.signature);
      CHECK(proof.log == log_key().public_key().hash());
      REQUIRE(proof.cosignatures.size() == 2);
      CHECK(proof.cosignatures[0].witness == witness_key(1).public_key().hash());
      CHECK(proof.cosignatures[1].unix_time == 1777630401);
    }
}

TEST_CASE("a Sigsum proof is not written for another log or an impossible receipt") {
  const Receipt good = seven().receipt();
  CHECK(write_sigsum_proof(good, Policy::log_only(key_of(99).public_key())).code() == Errc::policy_unmet);
  Receipt bad = SampleLog(1, 0, seal()).receipt();
  bad.index = 1;
  CHECK(write_sigsum_proof(bad, policy()).code() == Errc::malformed);
  bad = good;
  bad.path.resize(64);
  CHECK(write_sigsum_proof(bad, policy()).code() == Errc::malformed);
  bad = good;
  bad.checkpoint = Note::sign("not a checkpoint\n", "x", log_key());
  CHECK(write_sigsum_proof(bad, policy()).code() == Errc::malformed);
}

TEST_CASE("a Sigsum proof names only witnesses of the policy") {
  const Receipt receipt = seven().receipt({1, 2, 3, 7});
  CHECK(read_sigsum_proof(write_sigsum_proof(receipt, policy()).value())->cosignatures.size() == 3);
  const auto log_only = Policy::log_only(log_key().public_key());
  CHECK(read_sigsum_proof(write_sigsum_proof(receipt, log_only).value())->cosignatures.empty());
}

namespace {

struct Stored {
  SignedStatement receive;
  StoredReceipt receipt;
};

Stored stored_with(StatementFields fields, Fact answered, const SigningKey& by = server_key()) {
  const auto receive = sign_statement(Statement::make(std::move(fields)).value(), by);
  const auto receipt = SampleLog(5, 4, receive).receipt();
  return {receive, {receive.statement, std::move(answered), receipt}};
}

Errc stored_outcome(const StoredReceipt& stored) {
  const auto logged = check_stored(seal().statement, stored, members(), policy());
  return logged ? Errc{0} : logged.code();
}

}  // namespace

TEST_CASE("a stored receipt that does not answer the statement is refused") {
  const auto fields = receive_fields(seal().statement);
  const Fact answered = answer_to(seal().statement);
  const auto other = Statement::make(genesis_fields()).value();

  auto wrong = fields;
  wrong.facts = {answer_to(other).digest()};
  CHECK(stored_outcome(stored_with(wrong, answer_to(other)).receipt) == Errc::bad_disclosure);
  CHECK(stored_outcome(stored_with(fields, answer_to(other)).receipt) == Errc::bad_disclosure);
  wrong.facts = {id_of<FactDigest>(1)};
  CHECK(stored_outcome(stored_with(wrong, answered).receipt) == Errc::bad_disclosure);
  const Fact note = fixed_fact("note", json_text(hex(seal().statement.hash())));
  wrong.facts = {note.digest()};
  CHECK(stored_outcome(stored_with(wrong, note).receipt) == Errc::bad_disclosure);

  wrong = fields;
  wrong.objects.pop_back();
  CHECK(stored_outcome(stored_with(wrong, answered).receipt) == Errc::hash_mismatch);
  wrong = fields;
  wrong.objects[0].size += 1;
  CHECK(stored_outcome(stored_with(wrong, answered).receipt) == Errc::hash_mismatch);
  wrong = fields;
  wrong.objects.push_back({id_of<ObjectId>(0x99), 1});
  CHECK(stored_outcome(stored_with(wrong, answered).receipt) == Errc::hash_mismatch);

  wrong = fields;
  wrong.act = Act::heartbeat;
  CHECK(stored_outcome(stored_with(wrong, answered).receipt) == Errc::malformed);
  CHECK(stored_outcome(stored_with(fields, answered, member_key()).receipt) == Errc::not_a_member);
  CHECK(stored_outcome(stored_with(fields, answered, key_of(41)).receipt) == Errc::not_a_member);

  auto moved = stored_with(fields, answered).receipt;
  moved.receipt.index = 3;
  CHECK(stored_outcome(moved) == Errc::bad_inclusion);
  auto uncosigned = stored_with(fields, answered);
  uncosigned.receipt.receipt = SampleLog(5, 4, uncosigned.receive).receipt({2});
  CHECK(stored_outcome(uncosigned.receipt) == Errc::policy_unmet);
}

TEST_CASE("a stored receipt that answers the statement is accepted") {
  const auto good = stored_with(receive_fields(seal().statement), answer_to(seal().statement)).receipt;
  const auto logged = check_stored(seal().statement, good, members(), policy()).value();
  CHECK(logged.index == 4);
  CHECK(logged.statement.member == server_key().public_key());
  CHECK(logged.statement.statement == good.receive);
}

TEST_CASE("by the log's own word an answer holds without witnesses, and for its own statement only") {
  auto uncosigned = stored_with(receive_fields(seal().statement), answer_to(seal().statement));
  uncosigned.receipt.receipt = SampleLog(5, 4, uncosigned.receive).receipt({});
  CHECK(check_log_stored(seal().statement, uncosigned.receipt, members(), policy())->index == 4);
  const auto other = Statement::make(genesis_fields()).value();
  CHECK(check_log_stored(other, uncosigned.receipt, members(), policy()).code() == Errc::bad_disclosure);
  const auto by_member = stored_with(receive_fields(seal().statement), answer_to(seal().statement), member_key());
  CHECK(check_log_stored(seal().statement, by_member.receipt, members(), policy()).code() == Errc::not_a_member);
}
