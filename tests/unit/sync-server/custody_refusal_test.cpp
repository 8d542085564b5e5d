// SPDX-License-Identifier: GPL-3.0-or-later
// Every refusal by its name, and what it leaves behind.
#include "scene.hpp"
#include "sync-server/store/data_folder.hpp"
#include "sync-server/store/inspection.hpp"

namespace dokaz::server {

using namespace test;

namespace {

Errc refused_greeting(Custody& custody, const Hello& hello) {
  const auto greeting = custody.greet(hello);
  REQUIRE_FALSE(greeting);
  CHECK(greeting.error().detail.empty());  // nothing that tells one refusal from another
  return greeting.code();
}
std::optional<Errc> outcome(Custody& custody, Session& session, const Submit::Item& item) {
  return submit_one(custody, session, item).failure;
}

}  // namespace

TEST_CASE("a stranger, an unknown case and a bad admission are refused alike") {
  TempFolder temp;
  const People people;
  const Scribe scribe(1);
  const PublicKey& key = scribe.key().public_key();
  Custody custody = start(temp / "data", people);

  CHECK(refused_greeting(custody, people.hello(key)) == Errc::refused);
  Hello elsewhere = people.hello(people.counsel.public_key());
  elsewhere.case_id = Fingerprint{};
  CHECK(refused_greeting(custody, elsewhere) == Errc::refused);

  const AdmissionNotes good = people.admission(scribe.key());
  AdmissionNotes notes = good;
  notes.ticket[40] ^= 1;
  CHECK(refused_greeting(custody, people.hello(key, notes)) == Errc::refused);
  notes = good;
  notes.admission.back() ^= 1;
  CHECK(refused_greeting(custody, people.hello(key, notes)) == Errc::refused);
  notes = {{}, {}};
  CHECK(refused_greeting(custody, people.hello(key, notes)) == Errc::refused);
  // Somebody else's admission.
  CHECK(refused_greeting(custody, people.hello(Scribe::key_of(2).public_key(), good)) == Errc::refused);
  // A ticket of another case's root.
  People others;
  others.root = Scribe::key_of(150);
  CHECK(refused_greeting(custody, people.hello(key, others.admission(scribe.key()))) == Errc::refused);

  CHECK(custody.greet(people.hello(key, good)));
}

TEST_CASE("a ticket admits one key, once, until its date") {
  TempFolder temp;
  const People people;
  const SigningKey first_key = Scribe::key_of(1), second_key = Scribe::key_of(2);
  const PublicKey& first = first_key.public_key();
  const PublicKey& second = second_key.public_key();
  {
    Custody custody = start(temp / "data", people, some_quota, clock_at(noon + 60));
    CHECK(refused_greeting(custody, people.hello(first, people.admission(first_key, noon + 59))) ==
          Errc::ticket_expired);
    CHECK(custody.greet(people.hello(first, people.admission(first_key, noon + 60))));
    CHECK(refused_greeting(custody, people.hello(second, people.admission(second_key))) == Errc::ticket_used);
  }
  // Who was admitted stays so, with the notes or without, long after the date and a restart.
  Custody custody = Custody::open(temp / "data", clock_at(noon + 1'000'000)).value();
  CHECK(custody.greet(people.hello(first)));
  CHECK(custody.greet(people.hello(first, people.admission(first_key))));
  CHECK(refused_greeting(custody, people.hello(second, people.admission(second_key))) == Errc::ticket_used);
  CHECK(refused_greeting(custody, people.hello(second)) == Errc::refused);
}

TEST_CASE("no server is made in a folder that others share") {
  TempFolder temp;
  const Path shared = temp / "shared";
  std::filesystem::create_directory(shared);
  REQUIRE(write_file_durably(shared / "theirs", Bytes{1}));
  std::filesystem::permissions(shared, std::filesystem::perms(0755));
  CHECK(Custody::create(shared, clock_at(noon)).code() == Errc::already_exists);
  CHECK(std::filesystem::status(shared).permissions() == std::filesystem::perms(0755));
  CHECK_FALSE(std::filesystem::exists(shared / ".lock"));
}

TEST_CASE("rosters: only the newest, only with this server in it") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  Custody custody = start(temp / "data", people);
  const PublicKey& server = custody.card().member;
  const Member field{"field-2", Role::documenter, scribe.key().public_key()};

  CHECK(custody.grant(people.roster(Scribe::key_of(5).public_key(), 2), some_quota).code() ==
        Errc::not_a_member);
  CHECK(custody.grant(people.roster(server, 1, {field}), some_quota).code() == Errc::already_exists);
  CHECK(custody.grant(people.roster(server, 1), some_quota));
  Bytes forged = people.roster(server, 2).bytes();
  forged[forged.size() - 4] ^= 1;
  const auto forged_note = Note::parse(forged);
  CHECK((!forged_note || custody.grant(*forged_note, some_quota).code() == Errc::bad_signature));

  REQUIRE(custody.grant(people.roster(server, 2, {field}), some_quota));
  Session session = enter(custody, people, scribe.key().public_key());
  CHECK_FALSE(outcome(custody, session, scribe.next(Act::genesis)));
  CHECK(custody.grant(people.roster(server, 1), some_quota).code() == Errc::already_exists);

  // Taken out of the roster: the connection that is open ends too.
  REQUIRE(custody.grant(people.roster(server, 3), some_quota));
  CHECK(custody.submit(session, Submit{{scribe.next(Act::note)}}).code() == Errc::refused);
  CHECK(refused_greeting(custody, people.hello(scribe.key().public_key())) == Errc::refused);
}

TEST_CASE("a case granted beside the running server is there at once") {
  TempFolder temp;
  const People people;
  People others;
  others.root = Scribe::key_of(150);
  Custody custody = start(temp / "data", people);
  CHECK(Custody::open(temp / "data", clock_at(noon)).code() == Errc::busy);
  auto inspection = Inspection::open(temp / "data");
  REQUIRE(inspection);
  CHECK(inspection->figures()->serving);
  REQUIRE(inspection->grant(others.roster(custody.card().member), some_quota));
  CHECK(custody.greet(others.hello(others.counsel.public_key())));
  CHECK(inspection->figures()->cases == 2);
}

TEST_CASE("statements that are not taken in, each by name") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  Custody custody = start(temp / "data", people);
  Session session = admit(custody, people, scribe);
  const Statement genesis = scribe.draft(Act::genesis);

  Submit::Item item = scribe.sign(genesis);
  item.signature.raw()[0] ^= 1;
  CHECK(outcome(custody, session, item) == Errc::bad_signature);
  item = scribe.sign(genesis);
  item.statement.push_back('\n');
  CHECK(outcome(custody, session, item) == Errc::malformed);
  CHECK(outcome(custody, session, {{}, {}}) == Errc::malformed);
  item = scribe.sign(genesis);
  item.statement[9] = '2';  // custody/v2
  CHECK(outcome(custody, session, item) == Errc::unsupported_version);

  // Acts that are not a documenter's.
  CHECK_FALSE(outcome(custody, session, scribe.sign(genesis)));
  scribe.advance(genesis);
  CHECK(outcome(custody, session, scribe.sign(scribe.draft(Act::receive))) == Errc::not_a_member);
  CHECK(outcome(custody, session, scribe.sign(scribe.draft(Act::fork_found))) == Errc::not_a_member);

  // The chain.
  Scribe ahead = scribe;
  ahead.advance(scribe.draft(Act::note));
  CHECK(outcome(custody, session, ahead.sign(ahead.draft(Act::note))) == Errc::broken_chain);
  Scribe headless(1);
  headless.advance(headless.draft(Act::genesis, {}, "another genesis"));
  CHECK(outcome(custody, session, headless.sign(headless.draft(Act::note))) == Errc::broken_chain);

  // Nothing of all that is in the log.
  Session counsel = enter(custody, people, people.counsel.public_key());
  CHECK(custody.list(counsel, List{0})->entries.size() == 1);
  // Whole requests that are no requests.
  CHECK(custody.submit(session, Submit{}).code() == Errc::malformed);
  Submit many;
  many.items.resize(max_statements_per_submit + 1, scribe.sign(genesis));
  CHECK(custody.submit(session, many).code() == Errc::malformed);
}

TEST_CASE("one refused statement leaves the others of its batch alone") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  Custody custody = start(temp / "data", people);
  Session session = admit(custody, people, scribe);
  const auto genesis = scribe.next(Act::genesis);
  auto bad = scribe.sign(scribe.draft(Act::note));
  bad.signature.raw()[5] ^= 1;
  const auto good = scribe.next(Act::note, {}, "good");
  const auto answer = custody.submit(session, Submit{{genesis, bad, good}});
  REQUIRE(answer);
  CHECK_FALSE(answer->outcomes[0].failure);
  CHECK(answer->outcomes[1].failure == Errc::bad_signature);
  CHECK(answer->outcomes[1].tlog_proof.empty());
  CHECK_FALSE(answer->outcomes[2].failure);
  CHECK(
      check(good, answer->outcomes[2].tlog_proof, all_members(custody, people), custody.card().log)->index ==
      1);
}

TEST_CASE("a chain belongs to one member") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  Custody custody = start(temp / "data", people);
  Session session = admit(custody, people, scribe);
  const Statement genesis = scribe.draft(Act::genesis);
  CHECK_FALSE(outcome(custody, session, scribe.sign(genesis)));
  scribe.advance(genesis);
  // Counsel copies the statement, or goes on with the chain, under her own key.
  Session counsel = enter(custody, people, people.counsel.public_key());
  const auto with_her_key = [&](const Statement& statement) {
    return Submit::Item{statement.bytes(), sign_statement(statement, people.counsel).signature};
  };
  CHECK(outcome(custody, counsel, with_her_key(genesis)) == Errc::broken_chain);
  CHECK(outcome(custody, counsel, with_her_key(scribe.draft(Act::note))) == Errc::broken_chain);
  CHECK(outcome(custody, counsel, with_her_key(scribe.draft(Act::note, {}, "x"))) == Errc::broken_chain);
  CHECK_FALSE(outcome(custody, session, scribe.sign(scribe.draft(Act::note))));
}

TEST_CASE("a fork is refused by name and kept, and so is what follows it; the server says so in the log, once") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  std::vector<Entries::Entry> logged;
  StatementHash first, second;
  {
    Custody custody = start(temp / "data", people);
    Session session = admit(custody, people, scribe);
    const auto genesis = scribe.next(Act::genesis);
    CHECK_FALSE(outcome(custody, session, genesis));
    Scribe restored = scribe;  // a backup of the device
    const auto one = scribe.next(Act::seal, {}, "one");
    CHECK_FALSE(outcome(custody, session, one));
    const auto fork = restored.next(Act::seal, {}, "other");
    CHECK(outcome(custody, session, fork) == Errc::forked_chain);
    CHECK(outcome(custody, session, fork) == Errc::forked_chain);
    CHECK(outcome(custody, session, restored.next(Act::note, {}, "after")) == Errc::forked_chain);
    // The first branch goes on. A third statement for the place is kept as well; the fork is known already.
    CHECK_FALSE(outcome(custody, session, scribe.next(Act::note)));
    Scribe third(1);
    third.advance(Statement::parse(genesis.statement).value());
    CHECK(outcome(custody, session, third.next(Act::seal, {}, "third")) == Errc::forked_chain);
    CHECK_FALSE(outcome(custody, session, scribe.next(Act::note)));
    CHECK(custody.counts().forks_found == 1);
    Session counsel = enter(custody, people, people.counsel.public_key());
    logged = custody.list(counsel, List{0})->entries;
    first = Statement::parse(one.statement)->hash();
    second = Statement::parse(fork.statement)->hash();
    const Membership members = all_members(custody, people);
    for (const auto& entry : logged)
      CHECK(check({entry.statement, entry.signature}, entry.tlog_proof, members, custody.card().log));
  }
  REQUIRE(logged.size() == 6);  // four of hers; the server's genesis and what it found
  const Statement found = Statement::parse(logged[3].statement).value();
  CHECK(found.fields().act == Act::fork_found);
  const Fact fact = Fact::parse(logged[3].answered).value();
  CHECK(found.fields().facts == std::vector{fact.digest()});
  CHECK(fact.name() == "fork");
  CHECK(fact.value_json() == "{\"chain\":\"" + hex(scribe.chain()) + "\",\"logged\":\"" + hex(first) +
                                 "\",\"other\":\"" + hex(second) + "\",\"seq\":1}");
  CHECK(Inspection::open(temp / "data")->figures()->forks == 3);
  Database database = open_database({temp / "data"}).value();
  auto row = database.prepare("SELECT bytes, signature FROM forks ORDER BY id");
  REQUIRE(row.step().value());
  const Statement kept = Statement::parse(row.blob(0)).value();
  CHECK(kept.fields().seq == 1);
  CHECK(verify_signature({kept, scribe.key().public_key(), row.id<Signature>(1).value()}));
}

TEST_CASE("a case fills its quota and no more") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  Custody custody = start(temp / "data", people, 30'000);
  Session session = admit(custody, people, scribe);
  CHECK_FALSE(outcome(custody, session, scribe.next(Act::genesis)));
  const Bytes object = some_bytes(5'000, 1);
  CHECK_FALSE(outcome(custody, session, scribe.next(Act::seal, {ref_of(object)})));
  CHECK_FALSE(outcome(custody, session, scribe.next(Act::seal, {ref_of(some_bytes(5'000, 2))})));
  // The same object again costs nothing; another one is too much, until the first has come.
  CHECK_FALSE(outcome(custody, session, scribe.next(Act::derive, {ref_of(object)})));
  const Statement third = scribe.draft(Act::seal, {ref_of(some_bytes(5'000, 3))});
  CHECK(outcome(custody, session, scribe.sign(third)) == Errc::quota_exceeded);
  const ObjectRef absurd{ref_of(object).id, std::uint64_t(-1)};
  const ObjectRef huge{ref_of(some_bytes(1, 3)).id, std::uint64_t(1) << 62};
  CHECK(outcome(custody, session, scribe.sign(scribe.draft(Act::seal, {absurd}))) == Errc::quota_exceeded);
  CHECK(outcome(custody, session, scribe.sign(scribe.draft(Act::seal, {huge}))) == Errc::quota_exceeded);
  CHECK(outcome(custody, session, scribe.sign(scribe.draft(Act::seal, {absurd, huge}))) ==
        Errc::quota_exceeded);
  CHECK(upload(custody, session, object));
  CHECK_FALSE(outcome(custody, session, scribe.sign(third)));
  scribe.advance(third);
  const Statement more = scribe.draft(Act::seal, {ref_of(some_bytes(9'000, 4))});
  CHECK(outcome(custody, session, scribe.sign(more)) == Errc::quota_exceeded);
  // A greater quota helps at once.
  REQUIRE(custody.grant(people.roster(custody.card().member), 60'000));
  CHECK_FALSE(outcome(custody, session, scribe.sign(more)));
}

TEST_CASE("only reviewers and counsel read") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  Custody custody = start(temp / "data", people);
  Session session = admit(custody, people, scribe);
  const Bytes object = some_bytes(100, 1);
  submit_one(custody, session, scribe.next(Act::genesis));
  submit_one(custody, session, scribe.next(Act::seal, {ref_of(object)}));
  const ObjectId id = ref_of(object).id;
  Session reviewer = enter(custody, people, people.reviewer.public_key());
  CHECK(custody.fetch(reviewer, Fetch{id, 0}).code() == Errc::not_found);  // named, not kept
  REQUIRE(upload(custody, session, object));

  CHECK(custody.list(session, List{0}).code() == Errc::refused);
  CHECK(custody.members(session).code() == Errc::refused);
  CHECK(custody.fetch(session, Fetch{id, 0}).code() == Errc::refused);
  CHECK(custody.read_object(session, id, 0).code() == Errc::refused);

  CHECK(custody.fetch(reviewer, Fetch{id, 100}));
  CHECK(custody.fetch(reviewer, Fetch{id, 101}).code() == Errc::malformed);
  CHECK(custody.read_object(reviewer, id, 99)->size() == 1);
  CHECK(custody.read_object(reviewer, id, 100)->empty());
  CHECK(custody.fetch(reviewer, Fetch{ObjectId{}, 0}).code() == Errc::not_found);
}

TEST_CASE("a data folder that cannot be used says why") {
  TempFolder temp;
  const People people;
  { start(temp / "data", people); }
  CHECK(Custody::create(temp / "data", clock_at(noon)).code() == Errc::already_exists);
  CHECK(Custody::open(temp / "nowhere", clock_at(noon)).code() == Errc::not_found);
  const Path key = temp / "data/db.key";
  const Bytes good = read_file(key, 100).value();
  REQUIRE(write_file_durably(key, some_bytes(32, 1)));
  CHECK(Custody::open(temp / "data", clock_at(noon)).code() == Errc::wrong_key);
  REQUIRE(write_file_durably(key, some_bytes(31, 1)));
  CHECK(Custody::open(temp / "data", clock_at(noon)).code() == Errc::wrong_key);
  REQUIRE(write_file_durably(key, good));
  CHECK(Custody::open(temp / "data", clock_at(noon)));
  REQUIRE(remove_file_durably(temp / "data/log/checkpoint"));
  CHECK(Custody::open(temp / "data", clock_at(noon)).code() == Errc::damaged_store);
}

TEST_CASE("an interrupted creation is finished by the next") {
  TempFolder temp;
  { Custody::create(temp / "data", clock_at(noon)).value(); }
  // As if the power went before store.db got its name.
  for (const char* name : {"store.db", "objects", "partial"})
    std::filesystem::remove_all(temp / "data" / name);
  CHECK(Custody::open(temp / "data", clock_at(noon)).code() == Errc::not_found);
  CHECK(Custody::create(temp / "data", clock_at(noon)));
  // But never where there are objects.
  std::filesystem::remove(temp / "data/store.db");
  CHECK(Custody::create(temp / "data", clock_at(noon)).code() == Errc::already_exists);
}

}  // namespace dokaz::server
