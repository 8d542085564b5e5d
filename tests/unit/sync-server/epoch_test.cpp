// SPDX-License-Identifier: GPL-3.0-or-later
// Key epochs: whose key lets in, whose key signs where, and what an old key is good for.
#include "crypto/sealed_db.hpp"
#include "rotating.hpp"
#include "sync-server/audit/audit.hpp"

namespace dokaz::server {

using namespace test;

namespace {

struct Stage {
  TempFolder temp;
  People people;
  Custody custody = start(temp / "data", people);
  Rotating dora{1};

  Session enter(const Rotating& who) { return custody.greet(who.hello(people)).value().session; }
  std::optional<Errc> give(Session& session, const Submit::Item& item) {
    return submit_one(custody, session, item).failure;
  }
  AuditReport audit() { return dokaz::server::audit(temp / "data").value(); }
};

}  // namespace

TEST_CASE("a device that rotated offline is let in by its new key, and brings statements of both epochs") {
  Stage stage;
  Submit request;
  request.items = {stage.dora.next(Act::genesis), stage.dora.next(Act::note), stage.dora.rotate(Scribe::key_of(11)),
                   stage.dora.next(Act::note), stage.dora.rotate(Scribe::key_of(12)), stage.dora.next(Act::close)};
  Session session = stage.enter(stage.dora);
  CHECK(session.member.key == stage.dora.first().public_key());
  const auto answer = stage.custody.submit(session, request).value();
  Membership members = all_members(stage.custody, stage.people);
  for (std::size_t i = 0; i < request.items.size(); ++i) {
    INFO(i);
    REQUIRE_FALSE(answer.outcomes[i].failure);
    const auto logged = check(request.items[i], answer.outcomes[i].tlog_proof, members, stage.custody.card().log);
    REQUIRE(logged);
    if (logged->statement.statement.fields().next_key) REQUIRE(members.learn(members.check(logged->statement).value()));
  }
  // The same again gives the same receipts, whatever the epoch, as after a cut before they came.
  Session later = stage.enter(stage.dora);
  for (const auto& item : request.items) CHECK_FALSE(stage.give(later, item));
  CHECK(stage.custody.counts().statements_accepted == request.items.size());
  CHECK(stage.audit().faults == 0);
}

TEST_CASE("once a key-rotate is logged the old key is good for nothing") {
  Stage stage;
  Session before = stage.enter(stage.dora);
  REQUIRE_FALSE(stage.give(before, stage.dora.next(Act::genesis)));
  Rotating thief(stage.dora);  // a copy of the vault
  Session open_one = stage.enter(thief);
  Session session = stage.enter(stage.dora);
  const Submit::Item rotation = stage.dora.rotate(Scribe::key_of(11));
  REQUIRE_FALSE(stage.give(session, rotation));

  CHECK(stage.custody.greet(thief.hello(stage.people)).code() == Errc::wrong_epoch);
  CHECK(stage.custody.submit(open_one, Submit{{thief.next(Act::note)}}).code() == Errc::wrong_epoch);
  CHECK(stage.custody.submit(session, Submit{{rotation}}).code() == Errc::wrong_epoch);  // it was the old key's
  CHECK(stage.custody.offer(before, Offer{ObjectId(sha256("x").raw())}).code() == Errc::wrong_epoch);

  Session fresh = stage.enter(stage.dora);
  CHECK_FALSE(stage.give(fresh, rotation));  // its receipt again
  CHECK_FALSE(stage.give(fresh, stage.dora.next(Act::note)));
}

TEST_CASE("a statement by the key of another epoch is refused by that name, and what follows it too") {
  Stage stage;
  Session session = stage.enter(stage.dora);
  REQUIRE_FALSE(stage.give(session, stage.dora.next(Act::genesis)));
  REQUIRE_FALSE(stage.give(session, stage.dora.rotate(Scribe::key_of(11))));
  Session fresh = stage.enter(stage.dora);
  Rotating old_key(stage.dora), later_key(stage.dora);
  CHECK(stage.give(fresh, old_key.sign(old_key.draft(Act::note), stage.dora.first())) == Errc::wrong_epoch);
  CHECK(stage.give(fresh, old_key.next(Act::note)) == Errc::broken_chain);
  CHECK(stage.give(fresh, later_key.sign(later_key.draft(Act::note), Scribe::key_of(12))) == Errc::bad_signature);
  // Nor together with what it follows.
  Submit both{{stage.dora.next(Act::note)}};
  Rotating copy(stage.dora);
  both.items.push_back(copy.sign(copy.draft(Act::note), stage.dora.first()));
  const auto answer = stage.custody.submit(fresh, both).value();
  CHECK_FALSE(answer.outcomes[0].failure);
  CHECK(answer.outcomes[1].failure == Errc::wrong_epoch);
  CHECK(stage.audit().faults == 0);
}

TEST_CASE("what is shown to be let in must lead from the newest key that is known") {
  Stage stage;
  Session session = stage.enter(stage.dora);
  REQUIRE_FALSE(stage.give(session, stage.dora.next(Act::genesis)));

  Rotating forger(2);  // somebody else, who says to be dora
  forger.next(Act::genesis);
  forger.rotate(Scribe::key_of(22));
  Hello forged = stage.people.hello(stage.dora.first().public_key());
  forged.rotations = forger.hello(stage.people).rotations;
  CHECK(stage.custody.greet(forged).code() == Errc::refused);

  Rotating cut(stage.dora);
  cut.rotate(Scribe::key_of(31));
  cut.rotate(Scribe::key_of(32));
  Hello gap = cut.hello(stage.people);
  gap.rotations.erase(gap.rotations.begin());
  CHECK(stage.custody.greet(gap).code() == Errc::refused);
  CHECK(stage.custody.greet(cut.hello(stage.people)));

  Rotating unknown(7);  // whom nobody admitted: the notes alone admit nobody else's key
  unknown.next(Act::genesis);
  unknown.rotate(Scribe::key_of(71));
  Hello stolen_notes = unknown.hello(stage.people);
  stolen_notes.rotations[0].signature = Signature();
  CHECK(stage.custody.greet(stolen_notes).code() == Errc::refused);
}

TEST_CASE("a backup that rotated by itself is told that it is behind, and forks nothing") {
  Stage stage;
  Session session = stage.enter(stage.dora);
  REQUIRE_FALSE(stage.give(session, stage.dora.next(Act::genesis)));
  Rotating backup(stage.dora);
  REQUIRE_FALSE(stage.give(session, stage.dora.rotate(Scribe::key_of(11))));
  CHECK(stage.custody.greet(backup.hello(stage.people)).code() == Errc::wrong_epoch);
  backup.rotate(Scribe::key_of(12));
  CHECK(stage.custody.greet(backup.hello(stage.people)).code() == Errc::wrong_epoch);
  // Also after more changes than a Hello shows.
  for (std::uint8_t key = 20; key < 32; ++key) {
    Session now = stage.enter(stage.dora);
    REQUIRE_FALSE(stage.give(now, stage.dora.rotate(Scribe::key_of(key))));
  }
  Rotating late(stage.dora);
  Session now = stage.enter(stage.dora);
  REQUIRE_FALSE(stage.give(now, stage.dora.rotate(Scribe::key_of(40))));
  late.rotate(Scribe::key_of(41));
  CHECK(stage.custody.greet(late.hello(stage.people)).code() == Errc::wrong_epoch);
  CHECK(stage.custody.counts().forks_found == 0);
}

TEST_CASE("of two key-rotates at one place the log has the first, and both stories are kept") {
  Stage stage;
  Session session = stage.enter(stage.dora);
  REQUIRE_FALSE(stage.give(session, stage.dora.next(Act::genesis)));
  Rotating copy(stage.dora);
  // The copy writes first, with the key of this epoch; the device has rotated at the same place, offline.
  REQUIRE_FALSE(stage.give(session, copy.next(Act::note, "by the copy")));
  const Submit::Item rotation = stage.dora.rotate(Scribe::key_of(11));
  const Submit::Item after = stage.dora.next(Act::note, "behind the fork");
  Session device = stage.enter(stage.dora);
  CHECK(stage.give(device, rotation) == Errc::forked_chain);
  CHECK(stage.give(device, after) == Errc::forked_chain);
  Rotating wrong(stage.dora);
  CHECK(stage.give(device, wrong.sign(wrong.draft(Act::note, "x"), stage.dora.first())) == Errc::wrong_epoch);
  CHECK(stage.custody.counts().forks_found == 1);
  CHECK(stage.audit().faults == 0);
  CHECK(stage.audit().forks == 2);
}

TEST_CASE("nobody takes a key that is somebody's, and nobody has keys without end") {
  Stage stage;
  Session session = stage.enter(stage.dora);
  REQUIRE_FALSE(stage.give(session, stage.dora.next(Act::genesis)));
  const auto to = [&](SigningKey key, const SigningKey* consents = nullptr) {
    Rotating trial(stage.dora);
    return stage.give(session, trial.rotate(std::move(key), consents));
  };
  const SigningKey other = Scribe::key_of(99);
  CHECK(to(Scribe::key_of(201)) == Errc::bad_key);  // counsel's
  CHECK(to(Scribe::key_of(200)) == Errc::bad_key);  // the case root's
  CHECK(to(Scribe::key_of(203)) == Errc::bad_key);  // the ticket's
  CHECK(to(SigningKey::from_seed(stage.dora.first().seed())) == Errc::bad_key);
  CHECK(to(Scribe::key_of(98), &other) == Errc::bad_signature);

  Submit request;
  std::uint32_t epochs = 1;
  const auto flush = [&]() -> std::optional<Errc> {
    Session now = stage.enter(stage.dora);
    const auto answer = stage.custody.submit(now, std::exchange(request, {})).value();
    return answer.outcomes.back().failure;
  };
  while (epochs < max_epochs) {
    request.items.push_back(stage.dora.rotate(SigningKey::generate()));
    if (++epochs % max_shown_rotations == 0 || epochs == max_epochs) REQUIRE_FALSE(flush());
  }
  CHECK_FALSE([&] {
    request.items.push_back(stage.dora.next(Act::note));
    return flush();
  }());
  Session now = stage.enter(stage.dora);
  CHECK(stage.give(now, stage.dora.rotate(SigningKey::generate())) == Errc::broken_chain);
  CHECK(stage.audit().faults == 0);
}

TEST_CASE("a parcel by an earlier key brings what the log has named, and nothing else") {
  Stage stage;
  Session session = stage.enter(stage.dora);
  REQUIRE_FALSE(stage.give(session, stage.dora.next(Act::genesis)));
  const Bytes object = some_bytes(3000, 1);
  StatementFields fields = stage.dora.draft(Act::seal);
  fields.objects = {ref_of(object)};
  const Submit::Item sealed = stage.dora.sign(std::move(fields), stage.dora.key());
  REQUIRE_FALSE(stage.give(session, sealed));
  Rotating before(stage.dora);
  REQUIRE_FALSE(stage.give(session, stage.dora.rotate(Scribe::key_of(11))));

  Session late = stage.custody.greet_packer(before.hello(stage.people)).value().session;
  CHECK_FALSE(stage.give(late, sealed));
  CHECK(stage.give(late, before.next(Act::note)) == Errc::wrong_epoch);
  CHECK(stage.custody.counts().forks_found == 0);
  CHECK(upload(stage.custody, late, object));
  CHECK(stage.custody.collect(late, Collect{StatementHash(sha256(sealed.statement).raw())}));
  CHECK(stage.audit().faults == 0);
  Rotating stranger(9);
  stranger.next(Act::genesis);
  CHECK(stage.custody.greet_packer(stage.people.hello(stranger.first().public_key())).code() == Errc::refused);
}

TEST_CASE("a key that a member changed to is nobody's to be admitted with, and no chain goes on by an earlier one") {
  Stage stage;
  Session session = stage.enter(stage.dora);
  REQUIRE_FALSE(stage.give(session, stage.dora.next(Act::genesis)));
  REQUIRE_FALSE(stage.give(session, stage.dora.rotate(Scribe::key_of(11))));
  const SigningKey taken = Scribe::key_of(11), other_ticket = Scribe::key_of(204);
  const Ticket text{stage.people.root.public_key(), other_ticket.public_key(), "field-2", Role::documenter, {noon + 60, false}};
  const AdmissionNotes notes{sign_ticket(text, stage.people.root).value().bytes(),
                             sign_admission({stage.people.root.public_key(), other_ticket.public_key(), taken.public_key()},
                                            other_ticket, taken).bytes()};
  CHECK(stage.custody.greet(stage.people.hello(taken.public_key(), notes)).code() == Errc::refused);
  CHECK(stage.custody.grant(stage.people.roster(stage.custody.card().member, 2, {{"field-3", Role::documenter, taken.public_key()}}),
                            some_quota).code() == Errc::bad_key);
}

TEST_CASE("an audit finds a key that no key-rotate names, and a statement of another epoch") {
  for (const char* change : {"UPDATE epochs SET key = (SELECT member FROM statements LIMIT 1)",
                             "DELETE FROM epochs",
                             "UPDATE statements SET signer = member WHERE seq = 2"}) {
    INFO(change);
    TempFolder temp;
    const People people;
    {
      Custody custody = start(temp / "data", people);
      Rotating dora(1);
      Session session = custody.greet(dora.hello(people)).value().session;
      for (const auto& item : {dora.next(Act::genesis), dora.rotate(Scribe::key_of(11))})
        REQUIRE_FALSE(submit_one(custody, session, item).failure);
      Session fresh = custody.greet(dora.hello(people)).value().session;
      REQUIRE_FALSE(submit_one(custody, fresh, dora.next(Act::note)).failure);
    }
    {
      const Bytes bytes = read_file(temp / "data/db.key", 32).value();
      auto database = Database::open(temp / "data/store.db", Secret<32>::copy_of(ByteView(bytes).first<32>())).value();
      REQUIRE(database.exec(change));
    }
    CHECK(dokaz::server::audit(temp / "data").value().faults > 0);
  }
}

}  // namespace dokaz::server
