// SPDX-License-Identifier: GPL-3.0-or-later
// Who of many couriers has a place, and whose parcel comes next.
#include "sync-server/parcel/courier_book.hpp"
#include "sync-server/parcel/courier_files.hpp"
#include "tests/unit/sync-server/packing.hpp"

using namespace dokaz;
using namespace dokaz::server;
using namespace dokaz::server::test;

namespace {

constexpr std::uint64_t much = std::uint64_t{1} << 40;

PublicKey key(std::uint8_t number) { return Scribe::key_of(number).public_key(); }
Fingerprint case_of(std::uint8_t number) { return Fingerprint(sha256(Bytes{number}).raw()); }

CourierPass pass(std::uint8_t courier, std::uint8_t member, std::uint8_t in_case, std::uint64_t size = 1000) {
  return {case_of(in_case), key(member), key(courier), ParcelHash(), size, {noon, false}};
}

}  // namespace

TEST_CASE("parcels wait in the order in which they became whole") {
  CourierBook book;
  std::vector<PublicKey> order;
  for (const std::uint8_t one : std::initializer_list<std::uint8_t>{7, 3, 9, 1, 5, 8}) {
    REQUIRE(book.admit(pass(one, 100, 1), much));
    order.push_back(key(one));
  }
  // Of these keys some are greater and some smaller than the one before.
  CHECK_FALSE(std::is_sorted(order.begin(), order.end()));
  CHECK_FALSE(std::is_sorted(order.rbegin(), order.rend()));
  for (const PublicKey& each : order) book.wait(*book.find(each));
  for (const PublicKey& each : order) CHECK(book.next() == each);
  CHECK_FALSE(book.next());
}

TEST_CASE("a pass by an earlier key takes nobody's place, and gives its own to one by the present key") {
  PassLimits limits{3, 5, 100};
  CourierBook book(limits);
  const auto earlier = [&](std::uint8_t courier) {
    auto admitted = book.admit(pass(courier, 101, 1), much, SignedBy::earlier_key);
    if (admitted) book.find(key(courier))->brought = 1;
    return admitted;
  };
  const auto answered = [&](std::uint8_t courier) {
    Errand* errand = book.find(key(courier));
    REQUIRE(errand != nullptr);
    errand->stage = Errand::Stage::answered;
  };
  REQUIRE(book.admit(pass(1, 101, 1), much));
  REQUIRE(earlier(2));
  REQUIRE(earlier(3));
  CHECK(earlier(4).code() == Errc::quota_exceeded);  // two at a time
  answered(1);
  // The answer to the present key's stays; what the earlier key signed leaves for the present key's next one.
  const auto admitted = book.admit(pass(5, 101, 1), much);
  REQUIRE(admitted);
  REQUIRE(admitted->leaves);
  CHECK((*admitted->leaves == key(2) || *admitted->leaves == key(3)));
  book.forget(*admitted->leaves);
  const auto again = book.admit(pass(6, 101, 1), much);
  REQUIRE(again);
  CHECK((again->leaves && *again->leaves != key(1)));
  book.forget(*again->leaves);
  CHECK(earlier(7).code() == Errc::quota_exceeded);  // no place, and nobody leaves for it
  CHECK(book.find(key(1)) != nullptr);
  CHECK(book.admit(pass(8, 101, 1), much)->leaves == key(1));
}

TEST_CASE("earlier keys' passes for which nothing was brought, or nothing for long, keep no other one out") {
  CourierBook book;
  const std::int64_t hour = PassLimits().stalled.count();
  const auto show = [&](std::uint8_t courier, std::int64_t now, std::uint64_t size = 1000) {
    auto admitted = book.admit(pass(courier, 101, 1, size), 10'000, SignedBy::earlier_key, now);
    if (admitted && admitted->leaves) book.forget(*admitted->leaves);
    return admitted;
  };
  // Shown as large as may be: the room is there for the next one all the same.
  REQUIRE(show(1, noon, 2'500));
  REQUIRE(show(2, noon, 2'500));
  CHECK(show(3, noon, 2'501).code() == Errc::quota_exceeded);
  const auto third = show(3, noon, 2'000);
  REQUIRE(third);
  CHECK(third->leaves == key(1));  // which was shown first
  book.find(key(3))->brought = 10;
  const auto fourth = show(4, noon, 500);
  REQUIRE(fourth);
  CHECK(fourth->leaves == key(2));
  book.find(key(4))->brought = 10;
  CHECK(show(5, noon + hour - 1, 500).code() == Errc::quota_exceeded);
  book.find(key(4))->grown = noon + hour;
  const auto fifth = show(5, noon + hour, 500);
  REQUIRE(fifth);
  CHECK(fifth->leaves == key(3));
  // Nor does one byte now and then help for longer than a day, or what was given up.
  book.find(key(4))->grown = book.find(key(5))->grown = noon + 24 * hour;
  book.find(key(5))->brought = 10;
  const auto sixth = show(6, noon + 24 * hour, 500);
  REQUIRE(sixth);
  CHECK(sixth->leaves == key(4));
  book.find(key(6))->brought = 10;
  CourierBook::give_up(*book.find(key(6)), Errc::malformed);
  const auto again = show(4, noon + 24 * hour, 500);
  REQUIRE(again);
  CHECK(again->leaves == key(6));
  book.find(key(4))->brought = 10;
  // What is whole stays, and so does what waits for its operator.
  book.find(key(5))->stage = Errand::Stage::waiting;
  book.find(key(4))->stage = Errand::Stage::answered;
  CHECK(show(6, noon + 100 * hour, 500).code() == Errc::quota_exceeded);
  CHECK(book.clear(noon + 100 * hour).empty());
}

TEST_CASE("what earlier keys bring, and what stays of it, has a room of its own") {
  CourierBook book;
  const auto by_earlier = [&](std::uint8_t courier, std::uint8_t member, std::uint64_t size, const CaseRoom& room) {
    auto admitted = book.admit(pass(courier, member, 1, size), room, SignedBy::earlier_key);
    if (admitted) book.find(key(courier))->brought = size;
    return admitted.has_value();
  };
  CHECK_FALSE(by_earlier(1, 101, 251, {1000}));
  CHECK_FALSE(by_earlier(1, 101, 101, {1000, 150, 150}));
  CHECK(by_earlier(1, 101, 100, {1000, 150, 150}));
  CHECK_FALSE(by_earlier(2, 102, 250, {1000, 151, 0}));
  CHECK(by_earlier(2, 102, 250, {1000, 150, 0}));
  // The present key's parcels have all that they had.
  CHECK(book.admit(pass(3, 101, 1, 500), {1000, 150, 150}));
  CHECK(book.admit(pass(4, 102, 1, 500), {1000, 150, 150}));
}

TEST_CASE("a case has no more than its share of passes") {
  PassLimits limits{3, 5, 100};
  CourierBook book(limits);
  for (std::uint8_t one = 1; one <= 5; ++one) CHECK(book.admit(pass(one, one + 100, 1), much));
  CHECK(book.admit(pass(6, 106, 1), much).code() == Errc::quota_exceeded);
  CHECK(book.admit(pass(7, 107, 2), much));
  // A member's own answered one makes room, and nobody else's.
  book.find(key(1))->stage = Errand::Stage::answered;
  CHECK(book.admit(pass(6, 106, 1), much).code() == Errc::quota_exceeded);
  const auto admitted = book.admit(pass(6, 101, 1), much);
  REQUIRE(admitted);
  CHECK(admitted->leaves == key(1));
  CHECK(book.find(key(1)) == nullptr);
  CHECK(book.admit(pass(1, 101, 1), much).code() == Errc::busy);  // until its files are gone
  book.forget(key(1));
}

TEST_CASE("no case keeps the others out by taking all places") {
  CourierBook book({100, 100, 6});
  for (std::uint8_t one = 1; one <= 6; ++one) CHECK(book.admit(pass(one, 101, 1), much));
  for (const std::uint8_t busy : std::initializer_list<std::uint8_t>{1, 2}) book.find(key(busy))->brought = 10;
  CHECK(book.admit(pass(7, 101, 1), much).code() == Errc::quota_exceeded);  // its own many help nobody
  std::set<PublicKey> gone;
  for (std::uint8_t one = 11; one <= 12; ++one) {
    const auto admitted = book.admit(pass(one, 102, 2), much);
    REQUIRE(admitted);
    REQUIRE(admitted->leaves);
    gone.insert(*admitted->leaves);
    book.forget(*admitted->leaves);
  }
  // Not those for which something was brought; and only until both have as many.
  CHECK(gone.size() == 2);
  CHECK(gone.count(key(1)) + gone.count(key(2)) == 0);
  CHECK(book.admit(pass(13, 102, 2), much));
  CHECK(book.admit(pass(14, 102, 2), much).code() == Errc::quota_exceeded);
}

TEST_CASE("the bytes of a case's parcels and answers stay within its room") {
  CourierBook book;
  CHECK(book.admit(pass(1, 101, 1, 501), 1000).code() == Errc::quota_exceeded);  // more than half for one member
  CHECK(book.admit(pass(1, 101, 1, 500), 1000));
  CHECK(book.admit(pass(2, 102, 1, 500), 1000));
  CHECK(book.admit(pass(3, 103, 1, 1), 1000).code() == Errc::quota_exceeded);
  Errand* answered = book.find(key(1));
  answered->stage = Errand::Stage::answered;
  answered->answer = 499;
  CHECK(book.admit(pass(3, 103, 1, 2), 1000).code() == Errc::quota_exceeded);
  CHECK(book.admit(pass(3, 103, 1, 1), 1000));
  CHECK(book.admit(pass(4, 101, 2, 500), 1000));  // another case's room is its own
}

TEST_CASE("what was brought whole in time outlives its pass, and nothing else does") {
  CourierBook book;
  for (std::uint8_t one = 1; one <= 4; ++one) REQUIRE(book.admit(pass(one, 101, 1), much));
  book.wait(*book.find(key(1)));
  book.wait(*book.find(key(2)));
  CHECK(book.next() == key(1));
  book.find(key(3))->stage = Errand::Stage::answered;
  CHECK(book.clear(noon).empty());
  CHECK(book.clear(noon + 1).size() == 2);
  CHECK(book.find(key(1)) != nullptr);
  CHECK(book.find(key(2)) != nullptr);
  CHECK(book.find(key(3)) == nullptr);
}

TEST_CASE("after a restart those whose parcels came first come first, and what cannot be read stays") {
  TempFolder temp;
  People people;
  Custody custody = start(temp / "data", people);
  const Path folder = temp / "data/couriers";
  auto files = CourierFiles::open(folder, custody);
  REQUIRE(files);
  const Scribe scribe{1};
  const AdmissionNotes notes = people.admission(scribe.key());
  std::vector<PublicKey> order;
  const auto now = std::filesystem::file_time_type::clock::now();
  for (const std::uint8_t one : std::initializer_list<std::uint8_t>{7, 3, 9, 2}) {
    CourierPass of = pass(one, 1, 1, 4);
    of.case_id = people.case_id();
    of.member = scribe.key().public_key();
    const Bytes sealed = sealed_for(custody, write_pass_papers({sign_pass(of, scribe.key()), {notes.ticket, notes.admission}}));
    REQUIRE(files->keep_pass(of.courier, sealed));
    REQUIRE(files->append(of.courier, 0, Bytes{1, 2, 3, 4}, true));
    const Path parcel = folder / (hex(sha256(of.courier.view())) + ".parcel");
    std::filesystem::last_write_time(parcel, now + std::chrono::seconds(order.size()));
    order.push_back(of.courier);
  }
  REQUIRE(write_file_durably(folder / "stranger.pass", bytes_of("x")));
  REQUIRE(write_file_durably(folder / "stranger.parcel", bytes_of("x")));
  REQUIRE(write_file_durably(folder / "empty.pass", Bytes()));
  const auto stock = CourierFiles::open(folder, custody)->take_stock();
  REQUIRE(stock);
  REQUIRE(stock->found.size() == order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    CHECK(stock->found[i].pass.courier == order[i]);
    CHECK(stock->found[i].brought == 4);
  }
  // What cannot be read now was acknowledged once, perhaps.
  CHECK(stock->unreadable == 2);
  CHECK(std::filesystem::exists(folder / "stranger.pass"));
  CHECK(std::filesystem::exists(folder / "stranger.parcel"));
  CHECK_FALSE(std::filesystem::exists(folder / "empty.pass"));
}

TEST_CASE("a parcel that cannot be taken in now is tried again by itself, later and later") {
  CourierBook book;
  REQUIRE(book.admit(pass(1, 101, 1), much));
  Errand& errand = *book.find(key(1));
  std::int64_t now = noon, pause = 0;
  for (int i = 0; i < 20; ++i) {
    book.put_off(errand, Errc::busy, now);
    CHECK(errand.again - now >= pause);
    pause = errand.again - now;
    CHECK(pause <= longest_pause);
    book.wake(errand.again - 1);
    CHECK_FALSE(book.next());
    now = errand.again;
    book.wake(now);
    CHECK(book.next() == key(1));
  }
  CHECK(pause == longest_pause);
  // It was whole in time, and its time may be over meanwhile. What can never be taken in goes.
  book.put_off(errand, Errc::busy, now);
  CHECK(book.clear(now + longest_pass).empty());
  CourierBook::give_up(errand, Errc::malformed);
  book.wake(now + longest_pass);
  CHECK_FALSE(book.next());
  CHECK(book.clear(now).size() == 1);
}
