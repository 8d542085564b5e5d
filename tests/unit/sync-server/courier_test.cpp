// SPDX-License-Identifier: GPL-3.0-or-later
// Couriers at the server: whom a pass lets in, and what they can reach with it.
#include <atomic>
#include <thread>

#include "sync-server/parcel/courier_files.hpp"
#include "sync-server/parcel/couriers.hpp"
#include "sync-server/store/inspection.hpp"
#include "tests/unit/sync-server/packing.hpp"
#include "tests/unit/sync-server/rotating.hpp"

using namespace dokaz;
using namespace dokaz::server;
using namespace dokaz::server::test;

namespace {

ObjectId id_of(const Bytes& parcel) { return ObjectId(sha256(parcel).raw()); }

/// A server, a documenter's parcel and the pass for it.
struct Way {
  TempFolder temp;
  People people;
  Custody custody = start(temp / "data", people);
  Scribe scribe{1};
  Packing packing{people, scribe.key()};
  Bytes object = some_bytes(20'000, 1);
  Bytes parcel = small_parcel(packing, scribe, custody, object);
  SigningKey courier = SigningKey::generate();
  std::atomic<std::int64_t> now = noon;
  PassLimits limits = [] {
    PassLimits out;
    out.settling = std::chrono::seconds(0);
    return out;
  }();

  Couriers open() {
    Couriers out = Couriers::open(temp / "data", custody, [this] { return now.load(); }, {}, limits).value();
    out.start();
    return out;
  }
  CourierPass pass() const {
    return {people.case_id(), scribe.key().public_key(), courier.public_key(), ParcelHash(sha256(parcel).raw()),
            parcel.size(), {noon + 1000, false}};
  }
  Bytes sealed(const Note& note) const {
    const AdmissionNotes notes = people.admission(scribe.key());
    return sealed_for(custody, write_pass_papers({note, {notes.ticket, notes.admission}}));
  }
  Hello hello(const CourierPass& of, const SigningKey& signer) const {
    Hello out{Fingerprint(), of.courier, {}, std::nullopt};
    out.pass = sealed(sign_pass(of, signer));
    return out;
  }
  Hello hello() const { return hello(pass(), scribe.key()); }
};

/// Sends from where the server wants it; `until` cuts it there.
Result<std::optional<Kept>> bring(Couriers& couriers, const PublicKey& who, Session& session, const Bytes& parcel,
                                  std::size_t piece = 4096, std::size_t until = SIZE_MAX) {
  DOKAZ_LET(resume, couriers.offer(who, session, {id_of(parcel)}));
  if (resume.complete) return std::optional(Kept{id_of(parcel)});
  for (std::uint64_t at = resume.offset;;) {
    if (at >= until) return std::optional<Kept>();
    const std::size_t length = std::min<std::size_t>({piece, parcel.size() - at, until - at});
    DOKAZ_LET(kept, couriers.data(who, session, {at, to_bytes(ByteView(parcel).subspan(at, length))}));
    at += length;
    if (kept) return kept;
  }
}

/// What Fetch says when the parcel is no longer being taken in.
Result<Content> fetched(Couriers& couriers, const PublicKey& who, const Bytes& parcel) {
  while (true) {
    auto content = couriers.fetch(who, {id_of(parcel), 0});
    if (content || content.code() != Errc::busy) return content;
    std::this_thread::yield();
  }
}

Bytes answer_of(Couriers& couriers, const PublicKey& who, std::uint64_t size) {
  Bytes out;
  while (out.size() < size) append(out, couriers.read_answer(who, out.size()).value());
  return out;
}

std::size_t files_in(const Path& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) count += entry.is_regular_file() ? 1 : 0;
  return count;
}

}  // namespace

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
