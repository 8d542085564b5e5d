// SPDX-License-Identifier: GPL-3.0-or-later
// One member works against the others: what is theirs is stored all the same.
#include "scene.hpp"
#include "sync-server/store/inspection.hpp"

namespace dokaz::server {

using namespace test;

namespace {

/// Two documenters of one case; the first is the victim.
struct Two {
  TempFolder temp;
  People people;
  Scribe victim{1};
  Scribe attacker{2};
  Custody custody;
  Session theirs;
  Session hostile;

  explicit Two(std::uint64_t quota = some_quota)
      : custody(start(temp / "data", people, quota)), theirs(admit(custody, people, victim)), hostile([&] {
          const SigningKey ticket = Scribe::key_of(204);
          const PublicKey& key = attacker.key().public_key();
          const Ticket text{people.root.public_key(), ticket.public_key(), "field-2", Role::documenter,
                            {noon + 60, false}};
          const AdmissionNotes notes{
              sign_ticket(text, people.root).value().bytes(),
              sign_admission({people.root.public_key(), ticket.public_key(), key}, ticket, attacker.key()).bytes()};
          return custody.greet(people.hello(key, notes)).value().session;
        }()) {
    submit_one(custody, theirs, victim.next(Act::genesis));
    submit_one(custody, hostile, attacker.next(Act::genesis));
  }
};

ObjectRef invented(std::uint8_t number, std::uint64_t size) { return {ref_of(some_bytes(9, number)).id, size}; }

/// Of the statement that bytes hold, with one more obj line at its place.
Submit::Item with_another_object(const Scribe& scribe, const Statement& statement, const ObjectRef& object) {
  std::string text = to_text(statement.bytes());
  const std::string line = "obj " + hex(object.id) + " " + std::to_string(object.size) + "\n";
  std::size_t at = text.find("obj ");
  while (text.compare(at, 4, "obj ") == 0 && text.compare(at, line.size(), line) < 0) at = text.find('\n', at) + 1;
  text.insert(at, line);
  const Bytes bytes = to_bytes(std::string_view(text));
  // The leaf message of format.md section 9: Statement does not let such a text be made.
  Bytes message = to_bytes(std::string_view("sigsum.org/v1/tree-leaf"));
  message.push_back(0);
  append(message, sha256(sha256(bytes).view()).view());
  return {bytes, scribe.key().sign(message)};
}

}  // namespace

TEST_CASE("a statement too long to be answered is not taken in, and the victim's object is stored") {
  Two scene;
  const Bytes object = some_bytes(5'000, 1);
  const Submit::Item sealed = scene.victim.next(Act::seal, {ref_of(object)});
  submit_one(scene.custody, scene.theirs, sealed);

  std::vector<ObjectRef> objects = {ref_of(object)};
  for (std::uint8_t i = 1; objects.size() < max_statement_objects; ++i) objects.push_back(invented(i, 1));
  const Statement longest = scene.attacker.draft(Act::seal, objects);
  const Submit::Item longer = with_another_object(scene.attacker, longest, invented(200, 1));
  CHECK(submit_one(scene.custody, scene.hostile, longer).failure == Errc::malformed);
  CHECK_FALSE(submit_one(scene.custody, scene.hostile, scene.attacker.sign(longest)).failure);

  REQUIRE(upload(scene.custody, scene.theirs, object));
  CHECK(scene.custody.collect(scene.theirs, Collect{StatementHash(sha256(sealed.statement).raw())}));
}

TEST_CASE("the longest statement gets its answer, and there is room for objects of the greatest size") {
  Two scene;
  std::vector<ObjectRef> objects;
  std::vector<Bytes> bytes;
  for (std::uint8_t i = 0; i < max_statement_objects; ++i) {
    bytes.push_back(some_bytes(100, i));
    objects.push_back(ref_of(bytes.back()));
  }
  const Submit::Item sealed = scene.victim.next(Act::seal, objects);
  CHECK_FALSE(submit_one(scene.custody, scene.theirs, sealed).failure);
  for (const Bytes& object : bytes) REQUIRE(upload(scene.custody, scene.theirs, object));
  CHECK(scene.custody.collect(scene.theirs, Collect{StatementHash(sha256(sealed.statement).raw())}));

  StatementFields fields = scene.victim.draft(Act::receive).fields();
  fields.seq = fields.seen.size = std::uint64_t(-1);
  fields.objects = objects;
  for (ObjectRef& object : fields.objects) object.size = std::uint64_t(-1);
  CHECK(Statement::make(fields));
}

TEST_CASE("a statement that cannot be answered holds up neither the object nor the other statements") {
  Two scene;
  const Bytes object = some_bytes(5'000, 1);
  // The first to name the object, so that it is answered first.
  const Statement broken = scene.attacker.draft(Act::seal, {ref_of(object)});
  submit_one(scene.custody, scene.hostile, scene.attacker.sign(broken));
  const Submit::Item sealed = scene.victim.next(Act::seal, {ref_of(object)});
  submit_one(scene.custody, scene.theirs, sealed);
  {
    Database database = open_database({scene.temp / "data"}).value();
    REQUIRE(database.run("UPDATE statements SET bytes = ? WHERE hash = ?", Bytes{1}, broken.hash()));
  }
  REQUIRE(upload(scene.custody, scene.theirs, object));
  CHECK(scene.custody.offer(scene.theirs, Offer{ref_of(object).id})->complete);
  CHECK(scene.custody.collect(scene.theirs, Collect{StatementHash(sha256(sealed.statement).raw())}));
  CHECK(scene.custody.collect(scene.hostile, Collect{broken.hash()}).code() == Errc::damaged_store);
}

TEST_CASE("sizes that are declared and never sent leave room for the others") {
  constexpr std::uint64_t quota = 1'000'000;
  Two scene(quota);
  std::uint64_t declared = 0;
  std::uint8_t number = 0;
  for (std::uint64_t size = quota; size > 200;) {
    const Statement greedy = scene.attacker.draft(Act::seal, {invented(number, size)});
    if (submit_one(scene.custody, scene.hostile, scene.attacker.sign(greedy)).failure) {
      size /= 2;
      continue;
    }
    scene.attacker.advance(greedy);
    declared += size;
    ++number;
  }
  CHECK(declared > quota / 3);
  CHECK(declared <= quota / 2);
  CHECK(Inspection::open(scene.temp / "data")->figures()->bytes_reserved == declared);

  // The victim has half of the rest, again and again as the objects come.
  for (std::uint8_t i = 100; i < 103; ++i) {
    const Bytes object = some_bytes(100'000, i);
    CHECK_FALSE(submit_one(scene.custody, scene.theirs, scene.victim.next(Act::seal, {ref_of(object)})).failure);
    REQUIRE(upload(scene.custody, scene.theirs, object));
  }
  const Statement too_much = scene.victim.draft(Act::seal, {invented(99, 150'000)});
  CHECK(submit_one(scene.custody, scene.theirs, scene.victim.sign(too_much)).failure == Errc::quota_exceeded);
  const auto figures = Inspection::open(scene.temp / "data")->figures().value();
  CHECK(figures.bytes_reserved == declared);
  CHECK(figures.bytes_kept == 300'000);
}

TEST_CASE("with the quota used up a member can still say something") {
  Two scene(1'200);
  const auto failure = [&](const Statement& statement) {
    return submit_one(scene.custody, scene.theirs, scene.victim.sign(statement)).failure;
  };
  for (int i = 0; i < 8; ++i) {
    const Statement note = scene.victim.draft(Act::note);
    REQUIRE_FALSE(failure(note));
    scene.victim.advance(note);
  }
  CHECK(failure(scene.victim.draft(Act::seal, {invented(1, 1)})) == Errc::quota_exceeded);
  // Up to the reserve, in statements as long as they may be.
  StatementFields fields = scene.victim.draft(Act::note).fields();
  while (fields.facts.size() < 340) fields.facts.push_back(FactDigest(sha256(std::to_string(fields.facts.size())).raw()));
  for (int accepted = 0;; ++accepted) {
    fields.seq = scene.victim.seq();
    fields.previous = scene.victim.draft(Act::note).fields().previous;
    const Statement wordy = Statement::make(fields).value();
    if (const auto refused = failure(wordy)) {
      CHECK(*refused == Errc::quota_exceeded);
      CHECK(accepted == 64);
      break;
    }
    REQUIRE(accepted < 70);
    scene.victim.advance(wordy);
  }
  CHECK_FALSE(submit_one(scene.custody, scene.hostile, scene.attacker.next(Act::note)).failure);
}

TEST_CASE("what another member writes or offers does not touch one's own upload") {
  Two scene;
  const Bytes object = some_bytes(3'000, 1);
  Bytes wrong = object;
  wrong[0] ^= 1;
  const auto part = [](const Bytes& of, std::size_t from, std::size_t length) {
    return Data{from, to_bytes(ByteView(of).subspan(from, length))};
  };
  Custody& custody = scene.custody;
  submit_one(custody, scene.theirs, scene.victim.next(Act::seal, {ref_of(object)}));
  submit_one(custody, scene.hostile, scene.attacker.next(Act::seal, {ref_of(object)}));
  REQUIRE(custody.offer(scene.theirs, Offer{ref_of(object).id})->offset == 0);
  REQUIRE(custody.data(scene.theirs, part(object, 0, 1'000)));
  // The attacker has an upload of its own, and its wrong bytes are thrown away.
  REQUIRE(custody.offer(scene.hostile, Offer{ref_of(object).id})->offset == 0);
  REQUIRE(custody.data(scene.hostile, part(wrong, 0, 2'000)));
  REQUIRE(custody.data(scene.hostile, part(wrong, 2'000, 1'000)).code() == Errc::hash_mismatch);
  REQUIRE(custody.offer(scene.hostile, Offer{ref_of(object).id})->offset == 0);
  REQUIRE(custody.data(scene.hostile, part(wrong, 0, 1'000)));
  const auto kept = custody.data(scene.theirs, part(object, 1'000, 2'000));
  REQUIRE(kept);
  CHECK(kept->has_value());
  CHECK(custody.offer(scene.hostile, Offer{ref_of(object).id})->complete);
}

}  // namespace dokaz::server
