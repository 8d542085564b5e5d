// SPDX-License-Identifier: GPL-3.0-or-later
// Statements that name one object with several sizes: docs/protocol.md section 6.
#include <fstream>

#include "scene.hpp"

namespace dokaz::server {

using namespace test;

namespace {

/// By this process so far, from wherever.
std::uint64_t bytes_read() {
  std::ifstream io("/proc/self/io");
  std::string name;
  std::uint64_t count = 0;
  io >> name >> count;
  return count;
}

/// One member who names an object of 300,000 bytes as they like.
struct Named : Begun {
  Bytes object = some_bytes(300'000, 1);
  ObjectId id = ref_of(object).id;

  Submitted::Outcome name_with(std::uint64_t size) {
    const Statement statement = scribe.draft(Act::seal, {{id, size}});
    Submitted::Outcome outcome = submit_one(custody, session, scribe.sign(statement));
    if (!outcome.failure) scribe.advance(statement);
    last = statement.hash();
    return outcome;
  }
  StatementHash last;
};

}  // namespace

TEST_CASE("an object comes whatever sizes its member named before, and the true one alone is answered") {
  Named scene;
  auto& [temp, people, custody, scribe, session] = static_cast<Begun&>(scene);
  for (const std::uint64_t wrong : {299'999, 1'000, 300'001, 400'000}) REQUIRE_FALSE(scene.name_with(wrong).failure);
  const StatementHash wrong = scene.last;
  REQUIRE_FALSE(scene.name_with(scene.object.size()).failure);
  const StatementHash right = scene.last;

  SECTION("in one go") { REQUIRE(upload(custody, session, scene.object)); }
  SECTION("in pieces that end at what was claimed, across restarts") {
    std::uint64_t at = 0;
    for (const std::size_t piece : {1'000, 298'999, 1}) {
      const auto resume = custody.offer(session, Offer{scene.id});
      REQUIRE(resume);
      REQUIRE(resume->offset == at);
      REQUIRE(custody.data(session, Data{at, to_bytes(ByteView(scene.object).subspan(at, piece))}));
      at += piece;
      { const Custody gone = std::move(custody); }
      custody = reopen(temp / "data");
      session = enter(custody, people, scribe.key().public_key());
    }
    REQUIRE(custody.offer(session, Offer{scene.id})->complete);
  }
  SECTION("in its place, but not acknowledged") {
    const std::string name = hex(scene.id);
    const Path folder = temp / "data" / "objects" / name.substr(0, 2);
    REQUIRE(make_private_folder(folder));
    REQUIRE(write_file_durably(folder / name, scene.object));
    REQUIRE(custody.offer(session, Offer{scene.id})->complete);
  }
  CHECK(custody.collect(session, {right}));
  CHECK(custody.collect(session, {wrong}).code() == Errc::missing_part);
  CHECK(custody.offer(session, Offer{scene.id})->complete);
  Session counsel = enter(custody, people, people.counsel.public_key());
  CHECK(custody.fetch(counsel, Fetch{scene.id, 0})->size == scene.object.size());
  CHECK(std::filesystem::is_empty(temp / "data" / "partial"));

  // From now on the size is known: no statement claims another one, and nothing that was logged is lost.
  CHECK(scene.name_with(1).failure == Errc::malformed);
  CHECK_FALSE(scene.name_with(scene.object.size()).failure);
  CHECK(custody.collect(session, {scene.last}));
  CHECK(custody.list(counsel, List{0})->entries.size() == 1 + 5 + 1 + 3);
}

TEST_CASE("bytes that fit none of the sizes are thrown away at the largest") {
  Named scene;
  auto& [temp, people, custody, scribe, session] = static_cast<Begun&>(scene);
  REQUIRE_FALSE(scene.name_with(200'000).failure);
  REQUIRE_FALSE(scene.name_with(250'000).failure);
  REQUIRE(custody.offer(session, Offer{scene.id}));
  const auto part = [&](std::size_t from, std::size_t length) { return to_bytes(ByteView(scene.object).subspan(from, length)); };
  REQUIRE(custody.data(session, Data{0, part(0, 200'000)}).value() == std::nullopt);
  CHECK(custody.data(session, Data{200'000, part(200'000, 50'001)}).code() == Errc::malformed);
  REQUIRE(custody.offer(session, Offer{scene.id})->offset == 200'000);
  // It was read once, and is not read again for each Offer.
  const auto read_before = bytes_read();
  for (int i = 0; i < 20; ++i) REQUIRE(custody.offer(session, Offer{scene.id})->offset == 200'000);
  CHECK(bytes_read() - read_before < 200'000);
  CHECK(custody.data(session, Data{200'000, part(200'000, 50'000)}).code() == Errc::hash_mismatch);
  CHECK(custody.offer(session, Offer{scene.id})->offset == 0);
}

TEST_CASE("who named an object with wrong sizes alone is told so once another member has brought it") {
  Named scene;
  auto& [temp, people, custody, scribe, session] = static_cast<Begun&>(scene);
  REQUIRE_FALSE(scene.name_with(400'000).failure);
  REQUIRE(custody.offer(session, Offer{scene.id}));
  REQUIRE(custody.data(session, Data{0, scene.object}).value() == std::nullopt);

  const SigningKey ticket = Scribe::key_of(77);
  const Scribe first(2);
  const Ticket text{people.root.public_key(), ticket.public_key(), "field-2", Role::documenter, {noon + 60, false}};
  const AdmissionNotes notes{
      sign_ticket(text, people.root).value().bytes(),
      sign_admission({people.root.public_key(), ticket.public_key(), first.key().public_key()}, ticket, first.key()).bytes()};
  Session other = custody.greet(people.hello(first.key().public_key(), notes)).value().session;
  Scribe second(first);
  submit_one(custody, other, second.next(Act::genesis));
  const auto sealed = second.next(Act::seal, {ref_of(scene.object)});
  REQUIRE_FALSE(submit_one(custody, other, sealed).failure);
  REQUIRE(upload(custody, other, scene.object));
  CHECK(custody.collect(other, {Statement::parse(sealed.statement)->hash()}));

  // The upload that was under way ends, and nothing of it stays in the way.
  CHECK_FALSE(custody.data(session, Data{300'000, Bytes(10)}));
  CHECK(custody.offer(session, Offer{scene.id}).code() == Errc::hash_mismatch);
  CHECK(custody.collect(session, {scene.last}).code() == Errc::missing_part);
}

}  // namespace dokaz::server
