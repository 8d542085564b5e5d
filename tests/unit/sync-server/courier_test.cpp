// SPDX-License-Identifier: GPL-3.0-or-later
// Couriers at the server: whom a pass lets in, and what they can reach with it.
#include "tests/unit/sync-server/courier_way.hpp"

using namespace dokaz;
using namespace dokaz::server;
using namespace dokaz::server::test;

TEST_CASE("a courier brings a parcel, cut at any byte, and gets the answer of its sender") {
  Way errand;
  const PublicKey& who = errand.courier.public_key();
  for (std::size_t cut = 1; cut < errand.parcel.size(); cut += 1777) {
    Couriers couriers = errand.open();  // the server is started again between any two pieces
    Session session = couriers.greet(errand.hello())->greeting.session;
    CHECK(couriers.fetch(who, {id_of(errand.parcel), 0}).code() == Errc::missing_part);
    CHECK_FALSE(bring(couriers, who, session, errand.parcel, 1000, cut)->has_value());
    CHECK(couriers.offer(who, session, {id_of(errand.parcel)})->offset == cut);
  }
  Couriers couriers = errand.open();
  Session session = couriers.greet(errand.hello())->greeting.session;
  CHECK(bring(couriers, who, session, errand.parcel)->has_value());
  const auto content = fetched(couriers, who, errand.parcel);
  REQUIRE(content.has_value());
  const Bytes answer = answer_of(couriers, who, content->size);
  const ParcelAnswer opened = errand.packing.open(answer);
  REQUIRE(opened.outcomes.size() == 2);
  CHECK(opened.outcomes[1].stored);

  // The same pass again, also after a restart: nothing new happens, and the answer is the same.
  CHECK(couriers.offer(who, session, {id_of(errand.parcel)})->complete);
  CHECK(answer_of(couriers, who, fetched(couriers, who, errand.parcel)->size) == answer);
  CHECK(errand.custody.checkpoint().head.size == 4);
}

TEST_CASE("every pass that does not hold is refused alike") {
  Way errand;
  Couriers couriers = errand.open();
  const auto refused = [&](const Hello& hello) { return couriers.greet(hello).code() == Errc::refused; };
  // Forged: by the courier, by another member, for another case.
  const Note forged = Note::sign(sign_pass(errand.pass(), errand.scribe.key()).text(), "dokaz-member", errand.courier);
  Hello hello = errand.hello();
  hello.pass = errand.sealed(forged);
  CHECK(refused(hello));
  const Scribe stranger(9);
  CourierPass of_stranger = errand.pass();
  of_stranger.member = stranger.key().public_key();
  CHECK(refused(errand.hello(of_stranger, stranger.key())));
  CourierPass elsewhere = errand.pass();
  elsewhere.case_id = Fingerprint();
  CHECK(refused(errand.hello(elsewhere, errand.scribe.key())));
  // For another key; over; not sealed for this server; not a pass; none.
  Hello other_key = errand.hello();
  other_key.member = Scribe::key_of(77).public_key();
  CHECK(refused(other_key));
  errand.now = noon + 1001;
  CHECK(refused(errand.hello()));
  errand.now = noon;
  // Good for ever: what was brought would be kept for ever.
  CourierPass endless = errand.pass();
  endless.until = {noon + longest_pass + 1, false};
  CHECK(refused(errand.hello(endless, errand.scribe.key())));
  const age::Recipient other = age::Identity::generate().recipient();
  hello.pass = age::encrypt(bytes_of("x"), std::span(&other, 1)).value();
  CHECK(refused(hello));
  hello.pass = sealed_for(errand.custody, bytes_of("dokaz/pass-papers/v1\n"));
  CHECK(refused(hello));
  hello.pass.reset();
  CHECK(refused(hello));
  CHECK(files_in(errand.temp / "data/couriers") == 0);
  CHECK(couriers.greet(errand.hello()).has_value());
}

TEST_CASE("a pass is good for its parcel alone") {
  Way errand;
  Couriers couriers = errand.open();
  const PublicKey& who = errand.courier.public_key();
  Session session = couriers.greet(errand.hello())->greeting.session;
  const Bytes other = some_bytes(errand.parcel.size(), 7);
  CHECK(bring(couriers, who, session, other).code() == Errc::not_found);
  CHECK(couriers.fetch(who, {id_of(other), 0}).code() == Errc::not_found);
  CHECK(couriers.fetch(who, {ref_of(errand.object).id, 0}).code() == Errc::not_found);
  // Other bytes under the right name.
  REQUIRE(couriers.offer(who, session, {id_of(errand.parcel)}).has_value());
  CHECK(couriers.data(who, session, {0, other})->has_value());
  CHECK(fetched(couriers, who, errand.parcel).code() == Errc::hash_mismatch);
  CHECK(couriers.offer(who, session, {id_of(errand.parcel)})->offset == 0);
  // More bytes than the pass says, a gap, nothing.
  CHECK(couriers.data(who, session, {0, Bytes(errand.parcel.size() + 1)}).code() == Errc::malformed);
  REQUIRE(couriers.offer(who, session, {id_of(errand.parcel)}).has_value());
  CHECK(couriers.data(who, session, {1, Bytes(1)}).code() == Errc::malformed);
  CHECK(couriers.data(who, session, {0, Bytes(1)}).code() == Errc::out_of_turn);
  // The same key with a pass for another parcel.
  CourierPass second = errand.pass();
  second.parcel = ParcelHash(sha256(other).raw());
  CHECK(couriers.greet(errand.hello(second, errand.scribe.key())).code() == Errc::refused);
  CHECK(bring(couriers, who, session, errand.parcel)->has_value());
  CHECK(fetched(couriers, who, errand.parcel).has_value());
}

TEST_CASE("two connections of one courier do not mix their bytes") {
  Way errand;
  Couriers couriers = errand.open();
  const PublicKey& who = errand.courier.public_key();
  Session first = couriers.greet(errand.hello())->greeting.session, second = couriers.greet(errand.hello())->greeting.session;
  const auto piece = [&](std::size_t at, std::size_t length) {
    return Data{at, to_bytes(ByteView(errand.parcel).subspan(at, length))};
  };
  REQUIRE(couriers.offer(who, first, {id_of(errand.parcel)}).has_value());
  REQUIRE(couriers.offer(who, second, {id_of(errand.parcel)}).has_value());
  CHECK(couriers.data(who, first, piece(0, 100)).has_value());
  CHECK(couriers.data(who, second, piece(0, 50)).code() == Errc::out_of_turn);
  CHECK(couriers.data(who, first, piece(100, 100)).has_value());
  CHECK(bring(couriers, who, second, errand.parcel)->has_value());
  CHECK(couriers.data(who, first, piece(200, 100)).code() == Errc::out_of_turn);
  CHECK(fetched(couriers, who, errand.parcel).has_value());
}

TEST_CASE("couriers' parcels have no more room than the case, and go when their time is over") {
  Way errand;
  {
    Couriers couriers = errand.open();
    CourierPass huge = errand.pass();
    huge.size = some_quota;
    Session session = couriers.greet(errand.hello(huge, errand.scribe.key()))->greeting.session;
    CHECK(couriers.offer(errand.courier.public_key(), session, {id_of(errand.parcel)}).code() == Errc::quota_exceeded);
    CHECK(files_in(errand.temp / "data/couriers") == 0);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < PassLimits().of_member + 3; ++i) {
      CourierPass small = errand.pass();
      small.courier = SigningKey::generate().public_key();
      small.size = 1000;
      Session of_one = couriers.greet(errand.hello(small, errand.scribe.key()))->greeting.session;
      if (couriers.offer(small.courier, of_one, {id_of(errand.parcel)})) ++kept;
    }
    CHECK(kept == PassLimits().of_member);
    // Nor more than the disk has beside what the log and the database need.
    CHECK(errand.custody.may_bring(1));
    CHECK(errand.custody.may_bring(std::uint64_t{1} << 60).code() == Errc::server_full);
  }
  CHECK(files_in(errand.temp / "data/couriers") == PassLimits().of_member);
  errand.now = noon + 1001;
  const Couriers couriers = errand.open();
  CHECK(files_in(errand.temp / "data/couriers") == 0);
}

TEST_CASE("a clock that is far ahead when the server starts removes nothing") {
  Way errand;
  {
    Couriers couriers = errand.open();
    REQUIRE(couriers.greet(errand.hello()).has_value());
  }
  errand.limits = {};
  errand.now = noon + std::int64_t{70} * 365 * 86'400;
  { const Couriers couriers = errand.open(); }
  CHECK(files_in(errand.temp / "data/couriers") == 1);
  errand.limits.settling = std::chrono::seconds(0);
  { const Couriers couriers = errand.open(); }
  CHECK(files_in(errand.temp / "data/couriers") == 0);
}

TEST_CASE("a parcel that was brought whole is taken in after a restart") {
  Way errand;
  const PublicKey& who = errand.courier.public_key();
  {
    Couriers couriers = errand.open();
    Session session = couriers.greet(errand.hello())->greeting.session;
    CHECK(bring(couriers, who, session, errand.parcel)->has_value());
  }
  Couriers couriers = errand.open();
  CHECK(fetched(couriers, who, errand.parcel).has_value());
}

TEST_CASE("what is no parcel is said to be malformed, and may be brought again") {
  Way errand;
  errand.parcel = some_bytes(5000, 3);
  Couriers couriers = errand.open();
  const PublicKey& who = errand.courier.public_key();
  Session session = couriers.greet(errand.hello())->greeting.session;
  CHECK(bring(couriers, who, session, errand.parcel)->has_value());
  CHECK(fetched(couriers, who, errand.parcel).code() == Errc::malformed);
  CHECK(files_in(errand.temp / "data/couriers") == 1);  // the pass
  CHECK(errand.custody.checkpoint().head.size == 0);
}

TEST_CASE("a parcel of another member than the pass is no parcel") {
  Way errand;
  const Scribe other(2);
  Packing packing(errand.people, other.key());
  Scribe writer(2);
  errand.parcel = small_parcel(packing, writer, errand.custody, errand.object);
  Couriers couriers = errand.open();
  const PublicKey& who = errand.courier.public_key();
  Session session = couriers.greet(errand.hello())->greeting.session;
  CHECK(bring(couriers, who, session, errand.parcel)->has_value());
  CHECK(fetched(couriers, who, errand.parcel).code() == Errc::malformed);
  CHECK(couriers.offer(who, session, {id_of(errand.parcel)})->offset == 0);
  CHECK(errand.custody.checkpoint().head.size == 0);
}

TEST_CASE("a parcel that ended the server three times is not the first thing of the next start") {
  Way errand;
  const PublicKey& who = errand.courier.public_key();
  const Path trying = errand.temp / ("data/couriers/" + hex(sha256(who.view())) + ".trying");
  {
    // Brought whole, and never begun.
    Couriers couriers = Couriers::open(errand.temp / "data", errand.custody, clock_at(noon)).value();
    Session session = couriers.greet(errand.hello())->greeting.session;
    CHECK(bring(couriers, who, session, errand.parcel)->has_value());
  }
  REQUIRE(write_file_durably(trying, Bytes(3, 1)));
  std::vector<std::string> events;
  {
    Couriers couriers = Couriers::open(errand.temp / "data", errand.custody, clock_at(noon),
                                       [&](std::string_view event) { events.emplace_back(event); })
                            .value();
    couriers.start();
    CHECK(couriers.fetch(who, {id_of(errand.parcel), 0}).code() == Errc::internal);
    CHECK(events.size() == 1);
  }
  CHECK(errand.custody.checkpoint().head.size == 0);
  // Twice may have been something else.
  REQUIRE(write_file_durably(trying, Bytes(2, 1)));
  Couriers couriers = errand.open();
  CHECK(fetched(couriers, who, errand.parcel).has_value());
  CHECK_FALSE(std::filesystem::exists(trying));
}

TEST_CASE("nothing is taken in before the start, and the pass and parcel of an unreadable file stay") {
  Way errand;
  const PublicKey& who = errand.courier.public_key();
  const Path pass = errand.temp / ("data/couriers/" + hex(sha256(who.view())) + ".pass");
  const auto closed = [&] { return Couriers::open(errand.temp / "data", errand.custody, clock_at(noon)).value(); };
  {
    Couriers couriers = closed();
    Session session = couriers.greet(errand.hello())->greeting.session;
    CHECK(bring(couriers, who, session, errand.parcel)->has_value());
    CHECK(couriers.fetch(who, {id_of(errand.parcel), 0}).code() == Errc::busy);
  }
  const Bytes good = read_file(pass, 1 << 16).value();
  REQUIRE(write_file_durably(pass, to_bytes(ByteView(good).first(good.size() / 2))));
  { const Couriers couriers = closed(); }
  REQUIRE(write_file_durably(pass, good));
  CHECK(errand.custody.checkpoint().head.size == 0);
  Couriers couriers = errand.open();
  CHECK(fetched(couriers, who, errand.parcel).has_value());
}

TEST_CASE("the longest pass is still good") {
  Way errand;
  Couriers couriers = errand.open();
  CourierPass longest = errand.pass();
  longest.until = {noon + longest_pass, false};
  CHECK(couriers.greet(errand.hello(longest, errand.scribe.key())).has_value());
}

TEST_CASE("what lies in the folder names neither case nor member, nor says who admitted them") {
  Way errand;
  Couriers couriers = errand.open();
  const auto greeting = couriers.greet(errand.hello());
  REQUIRE(greeting.has_value());
  CHECK(greeting->case_id == errand.people.case_id());
  CHECK(greeting->sender == errand.scribe.key().public_key());
  Session session = greeting->greeting.session;
  CHECK_FALSE(bring(couriers, errand.courier.public_key(), session, errand.parcel, 4096, 4096)->has_value());
  for (const auto& entry : std::filesystem::directory_iterator(errand.temp / "data/couriers")) {
    const std::string text = entry.path().filename().string() + std::string(text_of(read_file(entry.path(), 1 << 20).value()));
    for (const std::string& secret : {hex(errand.people.case_id()), hex(errand.scribe.key().public_key()),
                                      hex(errand.courier.public_key()), std::string("dokaz/courier-pass")})
      CHECK(text.find(secret) == std::string::npos);
  }
}

TEST_CASE("a case that is suspended meanwhile brings nothing more") {
  Way errand;
  Couriers couriers = errand.open();
  Session session = couriers.greet(errand.hello())->greeting.session;
  REQUIRE(couriers.offer(errand.courier.public_key(), session, {id_of(errand.parcel)}).has_value());
  REQUIRE(Inspection::open(errand.temp / "data")->set_access(errand.people.case_id(), Access::reading));
  CHECK(couriers.offer(errand.courier.public_key(), session, {id_of(errand.parcel)}).code() == Errc::case_suspended);
  CHECK(couriers.greet(errand.hello()).code() == Errc::case_suspended);
}
