// SPDX-License-Identifier: GPL-3.0-or-later
// Parcels at the server: what is taken in, what is refused with nothing left, beside and without a running server.
#include "sync-server/parcel/local_door.hpp"
#include "tests/unit/sync-server/packing.hpp"

using namespace dokaz;
using namespace dokaz::server;
using namespace dokaz::server::test;

namespace {

const ParcelProgress unwatched = [](std::uint64_t, std::uint64_t) { return Status(); };

File file_of(const TempFolder& temp, const Bytes& bytes) {
  static int number = 0;
  const Path path = temp / ("file" + std::to_string(++number));
  REQUIRE(write_file_durably(path, bytes));
  return File::open(path, File::Access::read).value();
}

std::size_t files_in(const Path& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) ++count;
  return count;
}

/// A server, and a member's parcel with one item of one object.
struct OneItem {
  TempFolder temp;
  People people;
  Custody custody = start(temp / "data", people);
  Scribe scribe{1};
  Packing packing{people, scribe.key()};
  Bytes object;

  explicit OneItem(std::size_t size) : object(some_bytes(size, 1)) {
    packing.add(scribe.next(Act::genesis));
    packing.add(scribe.next(Act::seal, {ref_of(object)}));
    packing.add(object);
  }
};

std::uint64_t size_of_log(const Custody& custody) { return custody.checkpoint().head.size; }

}  // namespace

TEST_CASE("a parcel has the effect of a sync, once, and its answer holds the receipts") {
  TempFolder temp;
  const People people;
  Custody custody = start(temp / "data", people);
  Scribe scribe(1);
  Packing packing(people, scribe.key());
  const Bytes small = some_bytes(100, 1), large = some_bytes(3 * max_chunk + 5, 2);
  const Submit::Item genesis = scribe.next(Act::genesis);
  const Submit::Item seal = scribe.next(Act::seal, {ref_of(small), ref_of(large)});
  const Submit::Item again = scribe.next(Act::seal, {ref_of(small)}, "m");
  for (const auto& item : {genesis, seal, again}) packing.add(item);
  packing.add(large);
  packing.add(small);
  const File parcel = file_of(temp, sealed_for(custody, packing.plain()));

  for (const int round : {1, 2}) {
    const auto received = receive_parcel(custody, parcel, unwatched);
    REQUIRE(received.has_value());
    CHECK(received->figures.logged == 3);
    CHECK(received->figures.stored == 2);
    CHECK(received->figures.kept == 2);
    const ParcelAnswer answer = packing.open(received->answer);
    CHECK(answer.parcel == packing.parcel.id);
    CHECK(answer.missing.empty());
    const Membership members = all_members(custody, people);
    REQUIRE(answer.outcomes.size() == 3);
    CHECK(check(genesis, answer.outcomes[0].tlog_proof, members, custody.card().log));
    for (const std::size_t at : {1U, 2U}) {
      const auto& stored = answer.outcomes[at].stored;
      REQUIRE(stored);
      const Statement statement = Statement::parse(packing.parcel.items[at].statement).value();
      CHECK(check_stored(statement,
                         {Statement::parse(stored->receive).value(), Fact::parse(stored->answered).value(),
                          read_tlog_proof(stored->tlog_proof).value()},
                         members, Policy::log_only(custody.card().log)));
    }
    CHECK_FALSE(answer.outcomes[0].stored);
    CAPTURE(round);
    CHECK(custody.counts().log_size == 6);  // three, the server's genesis, two receives
  }
  Session session = enter(custody, people, scribe.key().public_key());
  CHECK(custody.offer(session, Offer{ref_of(large).id})->complete);
}

TEST_CASE("volumes may arrive in any order; the last one completes the item") {
  TempFolder temp;
  const People people;
  Custody custody = start(temp / "data", people);
  Scribe scribe(1);
  const Bytes one = some_bytes(5000, 1), two = some_bytes(6000, 2);
  Packing first(people, scribe.key()), second(people, scribe.key());
  for (const auto& item : {scribe.next(Act::genesis), scribe.next(Act::seal, {ref_of(one), ref_of(two)})}) {
    first.add(item);
    second.add(item);
  }
  first.add(one);
  second.add(two);
  const auto later = receive_parcel(custody, file_of(temp, sealed_for(custody, second.plain())), unwatched);
  CHECK(later->figures.stored == 0);
  const auto last = receive_parcel(custody, file_of(temp, sealed_for(custody, first.plain())), unwatched);
  CHECK(last->figures.stored == 1);
  CHECK(first.open(last->answer).outcomes[1].stored);
}

TEST_CASE("one bad statement of a parcel leaves the others alone") {
  TempFolder temp;
  const People people;
  Custody custody = start(temp / "data", people);
  Scribe scribe(1), stranger(2);
  Packing packing(people, scribe.key());
  const Bytes object = some_bytes(700, 1), lost = some_bytes(800, 2);
  packing.add(scribe.next(Act::genesis));
  Submit::Item forged = stranger.next(Act::genesis);
  packing.add(forged);
  packing.add(Submit::Item{to_bytes(std::string_view("no statement")), {}});
  packing.add(scribe.next(Act::seal, {ref_of(object)}));
  Submit::Item unsigned_one = scribe.next(Act::seal, {ref_of(lost)});
  unsigned_one.signature.raw()[0] ^= 1;
  packing.add(unsigned_one);
  packing.add(object);
  packing.add(lost);
  const auto received = receive_parcel(custody, file_of(temp, sealed_for(custody, packing.plain())), unwatched);
  REQUIRE(received.has_value());
  const ParcelAnswer answer = packing.open(received->answer);
  CHECK_FALSE(answer.outcomes[0].refused);
  CHECK(answer.outcomes[1].refused == Errc::bad_signature);  // another member's, in this one's parcel
  CHECK(answer.outcomes[2].refused == Errc::malformed);
  CHECK(answer.outcomes[3].stored);
  CHECK(answer.outcomes[4].refused == Errc::bad_signature);
  REQUIRE(answer.missing.size() == 1);
  CHECK(answer.missing[0].object == ref_of(lost).id);
  CHECK(answer.missing[0].reason == Errc::not_found);
}

TEST_CASE("what is no whole parcel for this server leaves nothing") {
  OneItem scene(200'000);
  auto& [temp, people, custody, scribe, packing, object] = scene;
  const Bytes plain = packing.plain();
  const Bytes good = sealed_for(custody, plain);
  const std::size_t before = files_in(temp / "data");
  const auto refused = [&](const Bytes& file) {
    const auto received = receive_parcel(custody, file_of(temp, file), unwatched);
    REQUIRE_FALSE(received.has_value());
    CHECK(files_in(temp / "data") == before);
    CHECK(size_of_log(custody) == 0);
    return received.code();
  };
  // Cut anywhere, longer, changed.
  for (std::size_t length = 0; length < good.size(); length += 4099) {
    const Errc code = refused(to_bytes(ByteView(good).first(length)));
    CHECK((code == Errc::age_header || code == Errc::age_payload || code == Errc::age_hmac));
  }
  Bytes longer = good;
  longer.push_back(0);
  CHECK(refused(longer) == Errc::age_payload);
  for (std::size_t at = 0; at < good.size(); at += 4099) {
    Bytes changed = good;
    changed[at] ^= 1;
    refused(changed);
  }
  // For somebody else; by somebody who has no place here.
  const age::Recipient other = age::Identity::generate().recipient();
  CHECK(refused(age::encrypt(plain, std::span(&other, 1)).value()) == Errc::age_no_match);
  Packing elsewhere = std::move(packing);
  elsewhere.parcel.case_id = Fingerprint();
  CHECK(refused(sealed_for(custody, elsewhere.plain())) == Errc::refused);
  elsewhere.parcel.case_id = people.case_id();
  elsewhere.parcel.admission.reset();
  CHECK(refused(sealed_for(custody, elsewhere.plain())) == Errc::refused);
  // Of the right form, with an object that is another one.
  Bytes swapped = plain;
  const auto at = std::search(swapped.begin(), swapped.end(), object.begin(), object.end());
  REQUIRE(at != swapped.end());
  *at ^= 1;
  CHECK(refused(sealed_for(custody, swapped)) == Errc::hash_mismatch);
  CHECK(refused(sealed_for(custody, ByteView(plain).first(plain.size() - 1))) == Errc::malformed);
  CHECK(refused(sealed_for(custody, to_bytes(std::string_view("dokaz/parcel/v2\n\n")))) == Errc::unsupported_version);
  CHECK(refused(sealed_for(custody, Bytes(9 << 20, 'a'))) == Errc::malformed);
  CHECK(receive_parcel(custody, file_of(temp, good), unwatched).has_value());
}

TEST_CASE("a parcel that is interrupted goes on when it is given again") {
  OneItem scene(4 * max_chunk);
  auto& [temp, people, custody, scribe, packing, object] = scene;
  const File parcel = file_of(temp, sealed_for(custody, packing.plain()));
  const auto cut = receive_parcel(custody, parcel, [](std::uint64_t done, std::uint64_t total) {
    return done * 4 > total * 3 ? Status(Errc::interrupted) : Status();
  });
  CHECK(cut.code() == Errc::interrupted);
  CHECK(receive_parcel(custody, parcel, unwatched)->figures.stored == 1);
}

TEST_CASE("an object that somebody else is sending just now makes no final answer") {
  OneItem scene(4 * max_chunk);
  auto& [temp, people, custody, scribe, packing, object] = scene;
  const File parcel = file_of(temp, sealed_for(custody, packing.plain()));
  bool taken_over = false;
  const auto received = receive_parcel(custody, parcel, [&](std::uint64_t done, std::uint64_t total) {
    if (done * 4 < total * 3 || taken_over) return Status();
    Session other = enter(custody, people, scribe.key().public_key());  // let in by the parcel
    CHECK(custody.offer(other, {ref_of(object).id}));
    taken_over = true;
    return Status();
  });
  CHECK(taken_over);
  CHECK(received.code() == Errc::busy);
  CHECK(receive_parcel(custody, parcel, unwatched)->figures.stored == 1);
}

TEST_CASE("a running server takes a parcel through its local door") {
  OneItem scene(5000);
  auto& [temp, people, custody, scribe, packing, object] = scene;
  const Bytes good = sealed_for(custody, packing.plain());
  const File parcel = file_of(temp, good);
  CHECK(bring_to_door(temp / "data", parcel).code() == Errc::not_found);
  {
    LocalDoor door = LocalDoor::open(temp / "data", custody).value();
    door.start();
    CHECK(bring_to_door(temp / "data", file_of(temp, to_bytes(ByteView(good).first(900)))).code() == Errc::age_payload);
    const auto received = bring_to_door(temp / "data", parcel);
    REQUIRE(received.has_value());
    CHECK(received->figures.stored == 1);
    CHECK(packing.open(received->answer).outcomes.size() == 2);
  }
  CHECK_FALSE(std::filesystem::exists(temp / "data/door"));
  CHECK(bring_to_door(temp / "data", parcel).code() == Errc::not_found);
}
