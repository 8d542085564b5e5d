// SPDX-License-Identifier: GPL-3.0-or-later
// The whole way of an item through the server, and that the server then knows nothing about it.
#include "scene.hpp"

namespace dokaz::server {

using namespace test;

TEST_CASE("an item is logged, stored, listed and fetched") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  Custody custody = start(temp / "data", people);
  const ServerCard card = custody.card();

  // The documenter comes with a ticket, twice.
  auto greeting =
      custody.greet(people.hello(scribe.key().public_key(), people.admission(scribe.key())));
  REQUIRE(greeting);
  CHECK(greeting->session.member.pseudonym == "field-1");
  CHECK(greeting->welcome.chains.empty());
  const auto first = parse_checkpoint(Note::parse(greeting->welcome.checkpoint).value()).value();
  CHECK(first.head == TreeHead{0, empty_root()});
  Session session = admit(custody, people, scribe);
  const Membership members = all_members(custody, people);

  // Statements first.
  const Bytes small = some_bytes(3000, 1);
  const Bytes large = some_bytes(2'500'000, 2);
  const auto genesis = scribe.next(Act::genesis);
  const auto seal = scribe.next(Act::seal, {ref_of(small), ref_of(large)});
  const auto submitted = custody.submit(session, Submit{{genesis, seal}});
  REQUIRE(submitted);
  REQUIRE(submitted->outcomes.size() == 2);
  const auto logged = check(seal, submitted->outcomes[1].tlog_proof, members, card.log);
  REQUIRE(logged);
  CHECK(logged->index == 1);
  REQUIRE(check(genesis, submitted->outcomes[0].tlog_proof, members, card.log));

  // Not stored yet.
  const Statement sealed = Statement::parse(seal.statement).value();
  CHECK(custody.collect(session, Collect{sealed.hash()}).code() == Errc::missing_part);
  REQUIRE(upload(custody, session, small));
  CHECK(custody.collect(session, Collect{sealed.hash()}).code() == Errc::missing_part);

  // Cut in the middle of the second object; it goes on at the byte.
  REQUIRE(custody.offer(session, Offer{ref_of(large).id})->offset == 0);
  REQUIRE(custody.data(session, Data{0, to_bytes(ByteView(large).first(700'001))}).value() == std::nullopt);
  { const Custody gone = std::move(custody); }
  custody = reopen(temp / "data");
  session = enter(custody, people, scribe.key().public_key());
  const auto resume = custody.offer(session, Offer{ref_of(large).id});
  REQUIRE(resume);
  CHECK(resume->offset == 700'001);
  CHECK_FALSE(resume->complete);
  REQUIRE(upload(custody, session, large));
  CHECK(custody.offer(session, Offer{ref_of(large).id})->complete);

  // Stored.
  const auto stored = custody.collect(session, Collect{sealed.hash()});
  REQUIRE(stored);
  const StoredReceipt receipt{Statement::parse(stored->receive).value(),
                              Fact::parse(stored->answered).value(),
                              read_tlog_proof(stored->tlog_proof).value()};
  REQUIRE(check_stored(sealed, receipt, members, Policy::log_only(card.log)));
  CHECK(receipt.receive.fields().seen.size == 2);
  CHECK(custody.collect(session, Collect{Statement::parse(genesis.statement)->hash()}).code() ==
        Errc::not_found);

  // The same statement again: the same place.
  const auto again = submit_one(custody, session, seal);
  CHECK(check(seal, again.tlog_proof, members, card.log)->index == 1);

  // The legal team reads.
  Session counsel = enter(custody, people, people.counsel.public_key());
  const auto entries = custody.list(counsel, List{0});
  REQUIRE(entries);
  CHECK_FALSE(entries->more);
  REQUIRE(entries->entries.size() == 4);  // genesis, seal; the server's genesis and receive
  for (const auto& entry : entries->entries)
    CHECK(check_receipt(Statement::parse(entry.statement).value(), read_tlog_proof(entry.tlog_proof).value(),
                        members, Policy::log_only(card.log)));
  CHECK(entries->entries[1].answered.empty());
  CHECK(entries->entries[3].answered == stored->answered);
  CHECK(custody.list(counsel, List{3})->entries.size() == 1);
  CHECK(custody.list(counsel, List{4})->entries.empty());

  const auto content = custody.fetch(counsel, Fetch{ref_of(large).id, 0});
  REQUIRE(content);
  CHECK(content->size == large.size());
  Bytes fetched;
  while (true) {
    const auto part = custody.read_object(counsel, ref_of(large).id, fetched.size());
    REQUIRE(part);
    if (part->empty()) break;
    append(fetched, *part);
  }
  CHECK(fetched == large);

  // The documenter sees her chain's head and that the log only grew.
  const auto back = custody.greet(people.hello(scribe.key().public_key(), std::nullopt, 2));
  REQUIRE(back);
  REQUIRE(back->welcome.chains.size() == 1);
  CHECK(back->welcome.chains[0].next_seq == 2);
  CHECK(back->welcome.chains[0].head == sealed.hash());
  const auto now = parse_checkpoint(Note::parse(back->welcome.checkpoint).value()).value();
  CHECK(now.head.size == 4);
  CHECK(verify_consistency(logged->checkpoint.checkpoint.head, now.head, back->welcome.consistency));
  // Somebody who has seen more than there is gets the present checkpoint and judges.
  CHECK(
      custody.greet(people.hello(scribe.key().public_key(), std::nullopt, 99))->welcome.consistency.empty());
}

TEST_CASE("more entries than one answer holds come in pages") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  Custody custody = start(temp / "data", people);
  Session session = admit(custody, people, scribe);
  for (int batch = 0; batch < 3; ++batch) {
    Submit submit;
    for (int i = 0; i < 50; ++i)
      submit.items.push_back(scribe.next(scribe.seq() == 0 ? Act::genesis : Act::note));
    REQUIRE(custody.submit(session, submit));
  }
  Session counsel = enter(custody, people, people.counsel.public_key());
  std::uint64_t next = 0;
  std::size_t count = 0;
  for (bool more = true; more;) {
    const auto page = custody.list(counsel, List{next});
    REQUIRE(page);
    for (const auto& entry : page->entries) CHECK(entry.index == count++);
    next = count;
    more = page->more;
  }
  CHECK(count == 150);
}

TEST_CASE("an object that the case keeps already is stored with the statement") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  Custody custody = start(temp / "data", people);
  Session session = admit(custody, people, scribe);
  const Bytes object = some_bytes(100, 3);
  submit_one(custody, session, scribe.next(Act::genesis));
  submit_one(custody, session, scribe.next(Act::seal, {ref_of(object)}));
  REQUIRE(upload(custody, session, object));
  const auto second = scribe.next(Act::derive, {ref_of(object)});
  submit_one(custody, session, second);
  const auto stored = custody.collect(session, Collect{Statement::parse(second.statement)->hash()});
  REQUIRE(stored);
  CHECK(Statement::parse(stored->receive)->fields().seq == 2);
}

TEST_CASE("the data folder holds nothing of the plaintext and nothing to confirm it with") {
  const std::string marker = "SECRET-PLACE-AND-NAME-7f31";
  const std::string plaintext = marker + " what somebody told";
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  {
    Custody custody = start(temp / "data", people);
    Session session = admit(custody, people, scribe);
    // An envelope's stand-in: ciphertext whose hash says nothing of the plaintext.
    Bytes object = some_bytes(plaintext.size() + 64, 5);
    for (std::size_t i = 0; i < plaintext.size(); ++i) object[i] ^= static_cast<Byte>(plaintext[i]);
    submit_one(custody, session,
               scribe.next(Act::genesis, {}, Fact::text("pseudonym", "field-1").disclosure()));
    submit_one(custody, session,
               scribe.next(Act::seal, {ref_of(object)},
                           Fact::text("original.sha256", hex(sha256(plaintext))).disclosure()));
    REQUIRE(upload(custody, session, object));
  }
  const Sha256 hash = sha256(plaintext);
  // The case itself must not show either: not its root, its members' names nor its statements.
  const std::vector<std::string> needles = {
      marker,    to_text(hash.view()), hex(hash),         base64(hash.view()), base64url(hash.view()),
      "field-1", "custody/v1",         "dokaz/roster/v1", "counsel",           hex(people.case_id())};
  std::size_t files = 0;
  for (const auto& each : std::filesystem::recursive_directory_iterator(temp / "data")) {
    if (!each.is_regular_file()) continue;
    ++files;
    const Bytes content = read_file(each.path(), 1 << 26).value();
    for (const auto& needle : needles) {
      CHECK(text_of(content).find(needle) == std::string_view::npos);
      CHECK(each.path().string().find(needle) == std::string::npos);
    }
    CHECK((each.status().permissions() & std::filesystem::perms::mask) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  }
  CHECK(files >= 6);  // lock, key, database, checkpoint, tile, bundle, object
}

}  // namespace dokaz::server
