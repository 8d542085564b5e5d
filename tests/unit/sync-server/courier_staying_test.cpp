// SPDX-License-Identifier: GPL-3.0-or-later
// Parcels that are the only copy of what they hold: they stay at the server until its operator removes them.
#include "tests/unit/sync-server/courier_way.hpp"

using namespace dokaz;
using namespace dokaz::server;
using namespace dokaz::server::test;

namespace {

/// As after a theft: the member was revoked, and what they sealed before the log had it comes by a courier.
struct Rescue : Way {
  std::vector<std::string> events;
  KeptParcels kept{temp / "data"};

  Rescue() {
    admit(custody, people, scribe);
    Roster roster = CaseRoot(people.case_id()).check_roster(people.roster(custody.card().member, 2)).value().operator*();
    roster.revoked = {{scribe.key().public_key(), 0}};
    REQUIRE(custody.grant(sign_roster(roster, people.root).value(), some_quota));
  }
  Couriers open_and_tell() {
    Couriers out = Couriers::open(temp / "data", custody, [this] { return now.load(); },
                                  [this](std::string_view event) { events.emplace_back(event); }, limits).value();
    out.start();
    return out;
  }
  Path file(const char* suffix) const { return temp / ("data/couriers/" + hex(sha256(courier.public_key().view())) + suffix); }
};

}  // namespace

TEST_CASE("a parcel that has to stay outlives its pass, and goes when its operator removes it") {
  Rescue errand;
  const PublicKey& who = errand.courier.public_key();
  {
    Couriers couriers = errand.open_and_tell();
    Session session = couriers.greet(errand.hello())->greeting.session;
    CHECK(bring(couriers, who, session, errand.parcel)->has_value());
    const auto content = fetched(couriers, who, errand.parcel);
    REQUIRE(content);
    const ParcelAnswer answer = errand.packing.open(answer_of(couriers, who, content->size));
    for (const ParcelAnswer::Outcome& outcome : answer.outcomes) CHECK(outcome.refused == Errc::key_revoked);
  }
  REQUIRE(errand.events.size() == 1);
  CHECK(errand.events[0].find("kept as number 1") != std::string::npos);
  errand.now = noon + 1001;
  { const Couriers couriers = errand.open(); }
  CHECK(files_in(errand.temp / "data/couriers") == 0);
  const auto listed = errand.kept.list();
  REQUIRE(listed);
  REQUIRE(listed->size() == 1);
  CHECK(listed->front().number == 1);
  CHECK(read_file(errand.temp / "data/kept-parcels/1.parcel", 1 << 20).value() == errand.parcel);
  CHECK(open_sealed_pass(errand.kept.pass(1).value(), errand.custody.parcel_key())->pass.case_id == errand.people.case_id());
  CHECK(errand.kept.remove(2).code() == Errc::not_found);
  CHECK(errand.kept.remove(1));
  CHECK(errand.kept.list()->empty());
  CHECK(files_in(errand.temp / "data/kept-parcels") == 1);  // which number was given last
}

TEST_CASE("a parcel that was being moved to those that stay is there once, whenever that was cut") {
  Rescue errand;
  const PublicKey& who = errand.courier.public_key();
  const Path kept = errand.temp / "data/kept-parcels";
  Bytes answer;
  {
    Couriers couriers = errand.open();
    Session session = couriers.greet(errand.hello())->greeting.session;
    CHECK(bring(couriers, who, session, errand.parcel)->has_value());
    answer = answer_of(couriers, who, fetched(couriers, who, errand.parcel)->size);
  }
  // As if the last step, or one before it, had not been done.
  std::filesystem::rename(kept / "1.parcel", errand.file(".parcel"));
  SECTION("before the parcel's name") {}
  SECTION("before the answer") { std::filesystem::remove(kept / "1.answer"); }
  SECTION("before all") { std::filesystem::remove_all(kept); }
  {
    errand.now = noon + 1001;  // and the pass is over
    Couriers couriers = errand.open_and_tell();
  }
  REQUIRE(errand.kept.list()->size() == 1);
  const std::string number = std::to_string(errand.kept.list()->front().number);
  CHECK(read_file(kept / (number + ".parcel"), 1 << 20).value() == errand.parcel);
  CHECK(read_file(kept / (number + ".answer"), 1 << 20).value() == answer);
  CHECK(files_in(kept) == 4);
}

TEST_CASE("whose key signed a pass is known after a restart, and they are no more than two") {
  Rescue errand;
  const auto shown = [&](Couriers& couriers, std::uint8_t number, std::uint64_t size) {
    CourierPass of = errand.pass();
    of.courier = Scribe::key_of(number).public_key();
    of.size = size;
    Session session = couriers.greet(errand.hello(of, errand.scribe.key()))->greeting.session;
    const auto offered = couriers.offer(of.courier, session, {id_of(errand.parcel)});
    if (!offered) return offered.code() == Errc::quota_exceeded ? false : throw std::runtime_error("offer");
    REQUIRE(couriers.data(of.courier, session, {0, Bytes(100)}));
    return true;
  };
  {
    Couriers couriers = errand.open();
    CHECK(shown(couriers, 31, 1000));
    CHECK(shown(couriers, 32, 1000));
    CHECK_FALSE(shown(couriers, 33, 1000));
  }
  {
    Couriers couriers = errand.open();
    CHECK_FALSE(shown(couriers, 33, 1000));
  }
}

TEST_CASE("a rescue may be as large as a quarter of what the case has left") {
  Rescue errand;
  const std::uint64_t quota = std::uint64_t{1} << 30;
  REQUIRE(Inspection::open(errand.temp / "data")->set_quota(errand.people.case_id(), quota));
  Couriers couriers = errand.open();
  CourierPass large = errand.pass();
  const auto offered = [&](std::uint64_t size) {
    large.courier = SigningKey::generate().public_key();
    large.size = size;
    Session session = couriers.greet(errand.hello(large, errand.scribe.key()))->greeting.session;
    return couriers.offer(large.courier, session, {id_of(errand.parcel)}).has_value();
  };
  CHECK(offered(std::uint64_t{200} << 20));
  CHECK_FALSE(offered(std::uint64_t{257} << 20));
}

TEST_CASE("of a member who is let in by the present key nothing stays, whatever the parcel holds") {
  Way errand;
  Rotating dora{1};
  Session session = errand.custody.greet(dora.hello(errand.people)).value().session;
  REQUIRE_FALSE(submit_one(errand.custody, session, dora.next(Act::genesis)).failure);
  REQUIRE_FALSE(submit_one(errand.custody, session, dora.rotate(Scribe::key_of(11))).failure);

  Packing packing(errand.people, dora.first());
  packing.parcel.rotations = dora.hello(errand.people).rotations;
  packing.add(Scribe(1, Scribe::root_number, 1).next(Act::genesis));  // another chain, by the key of before
  const Bytes text = write_parcel_text(packing.parcel, dora.key()).value();
  Bytes plain = text;
  plain.resize(plain.size() + parcel_padding(text.size(), packing.parcel.objects));
  errand.parcel = sealed_for(errand.custody, plain);

  Couriers couriers = errand.open();
  const PublicKey& who = errand.courier.public_key();
  Hello hello{Fingerprint(), who, {}, std::nullopt};
  const AdmissionNotes notes = errand.people.admission(dora.first());
  PassPapers papers{sign_pass(errand.pass(), dora.key()), {notes.ticket, notes.admission}};
  papers.rotations = packing.parcel.rotations;
  hello.pass = sealed_for(errand.custody, write_pass_papers(papers));
  Session of_courier = couriers.greet(hello)->greeting.session;
  CHECK(bring(couriers, who, of_courier, errand.parcel)->has_value());
  const auto content = fetched(couriers, who, errand.parcel);
  REQUIRE(content);
  const ParcelAnswer answer = packing.open(answer_of(couriers, who, content->size));
  REQUIRE(answer.outcomes.size() == 1);
  CHECK(answer.outcomes[0].refused == Errc::wrong_epoch);
  CHECK(KeptParcels(errand.temp / "data").list()->empty());
}

TEST_CASE("an answered parcel that need not stay is no rescue after a cut, and no number is given twice") {
  Rescue errand;
  const PublicKey& who = errand.courier.public_key();
  {
    Couriers couriers = errand.open();
    Session session = couriers.greet(errand.hello())->greeting.session;
    CHECK(bring(couriers, who, session, errand.parcel)->has_value());
    CHECK(fetched(couriers, who, errand.parcel));
  }
  REQUIRE(errand.kept.list()->size() == 1);
  REQUIRE(errand.kept.remove(1));
  // As if it had been an ordinary one, and the removal of its parcel were lost.
  REQUIRE(std::filesystem::remove(errand.file(".stays")));
  REQUIRE(write_file_durably(errand.file(".parcel"), errand.parcel));
  { const Couriers couriers = errand.open_and_tell(); }
  CHECK(errand.events.empty());
  CHECK(errand.kept.list()->empty());
  CHECK_FALSE(std::filesystem::exists(errand.file(".parcel")));
  // With the mark it is one, and gets the next number.
  REQUIRE(write_file_durably(errand.file(".stays"), {}));
  REQUIRE(write_file_durably(errand.file(".parcel"), errand.parcel));
  { const Couriers couriers = errand.open(); }
  REQUIRE(errand.kept.list()->size() == 1);
  CHECK(errand.kept.list()->front().number == 2);
}
