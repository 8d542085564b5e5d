// SPDX-License-Identifier: GPL-3.0-or-later
// The checkpoint that the server's own policy accepts: what becomes it, and what is listed under it.
#include "scene.hpp"

namespace dokaz::server {

using namespace test;

namespace {

const SigningKey& witness() {
  static const SigningKey key = Scribe::key_of(77);
  return key;
}
Note cosigned(const Checkpoint& checkpoint) {
  return checkpoint.note.with_line(cosign(checkpoint, "witness.example", noon, witness())).value();
}
void ask_for_a_witness(const Path& folder, const PublicKey& log) {
  const std::string text = "log " + hex(log) + "\nwitness witness.example " + hex(witness().public_key()) +
                           "\nquorum witness.example\n";
  REQUIRE(write_file_durably(folder / "policy", bytes_of(text)));
}
void submit(Custody& custody, Session& session, Scribe& scribe) {
  submit_one(custody, session, scribe.next(scribe.seq() == 0 ? Act::genesis : Act::note));
}

}  // namespace

TEST_CASE("without a policy every signed checkpoint is vouched for") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  Custody custody = start(temp / "data", people);
  Session session = admit(custody, people, scribe);
  submit(custody, session, scribe);
  CHECK(custody.vouched().head == custody.checkpoint().head);
  CHECK(custody.vouched().head.size == 1);
}

TEST_CASE("what no witness has seen is not listed yet") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  { ask_for_a_witness(temp / "data", start(temp / "data", people).card().log); }
  Custody custody = reopen(temp / "data");
  Session session = admit(custody, people, scribe);
  submit(custody, session, scribe);
  submit(custody, session, scribe);
  Session counsel = enter(custody, people, people.counsel.public_key());
  CHECK(custody.vouched().head == TreeHead{0, empty_root()});
  CHECK(custody.list(counsel, List{0})->entries.empty());

  const Checkpoint two = custody.checkpoint();
  CHECK(custody.vouch(two.note).code() == Errc::policy_unmet);
  REQUIRE(custody.vouch(cosigned(two)));
  submit(custody, session, scribe);
  CHECK(custody.checkpoint().head.size == 3);
  CHECK(custody.vouched().head == two.head);
  const auto listed = custody.list(counsel, List{0});
  REQUIRE(listed);
  REQUIRE(listed->entries.size() == 2);
  for (const auto& entry : listed->entries)
    CHECK(read_tlog_proof(entry.tlog_proof)->checkpoint.bytes() == cosigned(two).bytes());
  CHECK(verify_consistency(two.head, custody.checkpoint().head, custody.prove_between(2, 3).value()));

  // Not another history, not the future, not the past.
  const SigningKey stranger = Scribe::key_of(78);
  CHECK(custody.vouch(cosigned(sign_checkpoint(two.head, stranger))).code() == Errc::policy_unmet);
  REQUIRE(custody.vouch(cosigned(custody.checkpoint())));
  CHECK(custody.vouch(cosigned(two)).code() == Errc::server_rolled_back);
  CHECK(custody.list(counsel, List{0})->entries.size() == 3);
  const TreeHead newest = custody.vouched().head;
  { const Custody gone = std::move(custody); }
  CHECK(reopen(temp / "data").vouched().head == newest);
}

TEST_CASE("a log behind its cosigned checkpoint does not start") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  { ask_for_a_witness(temp / "data", start(temp / "data", people).card().log); }
  std::filesystem::copy(temp / "data", temp / "backup", std::filesystem::copy_options::recursive);
  {
    Custody custody = reopen(temp / "data");
    Session session = admit(custody, people, scribe);
    submit(custody, session, scribe);
    REQUIRE(custody.vouch(cosigned(custody.checkpoint())));
  }
  std::filesystem::copy_file(temp / "data/log/cosigned", temp / "backup/log/cosigned");
  CHECK(Custody::open(temp / "backup", clock_at(noon)).code() == Errc::damaged_store);
  // Nor one whose cosigned checkpoint cannot be read: nobody knows any more what others have seen.
  REQUIRE(write_file_durably(temp / "data/log/cosigned", bytes_of("?\n")));
  CHECK(Custody::open(temp / "data", clock_at(noon)).code() == Errc::damaged_store);
}

TEST_CASE("a policy for another log, or none that can be read, stops the server") {
  TempFolder temp;
  const People people;
  { start(temp / "data", people); }
  ask_for_a_witness(temp / "data", Scribe::key_of(79).public_key());
  CHECK(Custody::open(temp / "data", clock_at(noon)).code() == Errc::policy_unmet);
  REQUIRE(write_file_durably(temp / "data/policy", bytes_of("quorum none\n")));
  CHECK(Custody::open(temp / "data", clock_at(noon)).code() == Errc::malformed);
}

TEST_CASE("a member is given proofs of what the witnesses have seen, and of nobody else's") {
  TempFolder temp;
  const People people;
  Scribe scribe(1), stranger(2);
  { ask_for_a_witness(temp / "data", start(temp / "data", people).card().log); }
  Custody custody = reopen(temp / "data");
  Session session = admit(custody, people, scribe);
  const Bytes object = some_bytes(3000, 1);
  const auto genesis = scribe.next(Act::genesis);
  const auto seal = scribe.next(Act::seal, {ref_of(object)});
  REQUIRE(custody.submit(session, Submit{{genesis, seal}}));
  const StatementHash hash = Statement::parse(seal.statement)->hash();
  const StatementHash unknown;

  const auto none = custody.prove(session, Prove{{hash, unknown}, 0});
  REQUIRE(none);
  REQUIRE(none->proofs.size() == 2);
  CHECK(none->proofs[0].statement.empty());

  const Checkpoint before = custody.checkpoint();
  REQUIRE(custody.vouch(cosigned(before)));
  REQUIRE(upload(custody, session, object));
  REQUIRE(custody.collect(session, Collect{hash}));
  const Checkpoint after = custody.checkpoint();
  const auto half = custody.prove(session, Prove{{unknown, hash}, after.head.size});
  REQUIRE(half);
  CHECK(half->proofs[0].statement.empty());
  CHECK_FALSE(half->proofs[1].statement.empty());
  CHECK(half->proofs[1].receive.empty());
  CHECK(verify_one_history(after.head, before.head, half->consistency));

  REQUIRE(custody.vouch(cosigned(after)));
  const auto whole = custody.prove(session, Prove{{hash}, before.head.size});
  REQUIRE(whole);
  CHECK(verify_one_history(before.head, after.head, whole->consistency));
  const Receipt statement = read_tlog_proof(whole->proofs[0].statement).value();
  const Receipt receive = read_tlog_proof(whole->proofs[0].receive).value();
  CHECK(custody.policy().policy.check(statement.checkpoint).has_value());
  CHECK(receive.checkpoint.bytes() == statement.checkpoint.bytes());
  const auto stored = custody.collect(session, Collect{hash}).value();
  CHECK(check_stored(Statement::parse(seal.statement).value(),
                     {Statement::parse(stored.receive).value(), Fact::parse(stored.answered).value(), receive},
                     all_members(custody, people), custody.policy().policy)
            .has_value());

  // Welcome shows the witnesses' lines where they are for its own checkpoint.
  const auto greeting = custody.greet(people.hello(scribe.key().public_key()));
  CHECK(greeting->welcome.checkpoint == cosigned(after).bytes());

  Session counsel = enter(custody, people, people.counsel.public_key());
  CHECK(custody.prove(counsel, Prove{{hash}, 0})->proofs[0].statement.empty());
}

}  // namespace dokaz::server
