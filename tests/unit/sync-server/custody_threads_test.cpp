// SPDX-License-Identifier: GPL-3.0-or-later
// Many threads at one Custody: nobody's work is lost, mixed up or held up by another's.
#include <atomic>
#include <chrono>
#include <set>
#include <thread>

#include "scene.hpp"
#include "sync-server/audit/audit.hpp"

namespace dokaz::server {

using namespace test;

namespace {

constexpr std::uint8_t writers = 8;

/// A case in which that many documenters are members from the beginning.
Custody start_with_writers(const Path& folder, const People& people) {
  Custody custody = Custody::create(folder, clock_at(noon)).value();
  std::vector<Member> members;
  for (std::uint8_t i = 0; i < writers; ++i)
    members.push_back({"writer-" + std::to_string(i), Role::documenter, Scribe::key_of(i + 1).public_key()});
  REQUIRE(custody.grant(people.roster(custody.card().member, 1, members), 1ULL << 40));
  return custody;
}

/// The test's own thread checks; the others only say whether all was well.
template <class F>
bool in_threads(std::uint8_t count, F work) {
  std::atomic<bool> well{true};
  std::vector<std::thread> threads;
  for (std::uint8_t i = 0; i < count; ++i)
    threads.emplace_back([&well, &work, i] {
      if (!work(i)) well = false;
    });
  for (auto& thread : threads) thread.join();
  return well;
}

void expect_sound(const Path& folder) {
  const auto report = audit(folder);
  REQUIRE(report);
  for (const Finding& finding : report->findings) FAIL(finding.part << ": " << finding.what);
}

}  // namespace

TEST_CASE("threads write chains and objects at once and each gets what is hers") {
  TempFolder temp;
  const People people;
  Custody custody = start_with_writers(temp / "data", people);
  const PublicKey log = custody.card().log;
  const Membership members = all_members(custody, people);
  std::array<std::vector<std::uint64_t>, writers> places;

  const bool well = in_threads(writers, [&](std::uint8_t i) {
    Scribe scribe(i + 1);
    auto greeting = custody.greet(people.hello(scribe.key().public_key()));
    if (!greeting) return false;
    Session& session = greeting->session;
    for (std::uint8_t round = 0; round < 6; ++round) {
      const Bytes object = some_bytes(3000 + i, static_cast<std::uint8_t>(16 * round + i));
      Submit submit;
      submit.items.push_back(scribe.next(scribe.seq() == 0 ? Act::genesis : Act::note));
      submit.items.push_back(scribe.next(Act::seal, {ref_of(object)}));
      // One of somebody else's chain: refused alone.
      submit.items.push_back(Scribe(static_cast<std::uint8_t>((i + 1) % writers + 1)).next(Act::genesis));
      const auto answer = custody.submit(session, submit);
      if (!answer || answer->outcomes.size() != 3 || !answer->outcomes[2].failure) return false;
      for (std::size_t n = 0; n < 2; ++n) {
        const auto logged = check(submit.items[n], answer->outcomes[n].tlog_proof, members, log);
        if (!logged) return false;
        places[i].push_back(logged->index);
      }
      if (!upload(custody, session, object, 1024)) return false;
      const auto stored = custody.collect(session, {Statement::parse(submit.items[1].statement)->hash()});
      if (!stored || !check({stored->receive, read_tlog_proof(stored->tlog_proof)->signature}, stored->tlog_proof,
                            members, log))
        return false;
    }
    return true;
  });
  REQUIRE(well);

  std::set<std::uint64_t> all;
  for (const auto& each : places) {
    CHECK(std::is_sorted(each.begin(), each.end()));
    all.insert(each.begin(), each.end());
  }
  CHECK(all.size() == writers * 12);
  const Counts counts = custody.counts();
  CHECK(counts.log_size == writers * (12 + 6) + 1);  // and the answers, and the server's genesis
  CHECK(counts.statements_accepted == writers * 12);
  CHECK(counts.statements_refused == writers * 6);
  CHECK(counts.objects_kept == writers * 6);
  expect_sound(temp / "data");
}

TEST_CASE("readers see one consistent log while it grows") {
  TempFolder temp;
  const People people;
  Custody custody = start_with_writers(temp / "data", people);
  const Membership members = all_members(custody, people);
  std::atomic<bool> writing{true};
  const bool well = in_threads(4, [&](std::uint8_t i) {
    if (i == 0) {
      Scribe scribe(1);
      auto greeting = custody.greet(people.hello(scribe.key().public_key()));
      bool fine = greeting.has_value();
      for (int round = 0; fine && round < 30; ++round) {
        Submit submit;
        for (int n = 0; n < 20; ++n) submit.items.push_back(scribe.next(scribe.seq() == 0 ? Act::genesis : Act::note));
        fine = custody.submit(greeting->session, submit).has_value();
      }
      writing = false;
      return fine;
    }
    TreeHead before = custody.checkpoint().head;
    do {
      auto greeting = custody.greet(people.hello(people.counsel.public_key(), std::nullopt, before.size));
      if (!greeting) return false;
      const auto head = parse_checkpoint(Note::parse(greeting->welcome.checkpoint).value())->head;
      if (!verify_consistency(before, head, greeting->welcome.consistency)) return false;
      const auto page = custody.list(greeting->session, List{before.size});
      if (!page) return false;
      for (const auto& entry : page->entries)
        if (!check({entry.statement, entry.signature}, entry.tlog_proof, members, custody.card().log)) return false;
      before = head;
    } while (writing);
    return true;
  });
  CHECK(well);
  CHECK(custody.checkpoint().head.size == 600);
}

TEST_CASE("a newer offer of an object takes the upload over") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  Custody custody = start(temp / "data", people);
  Session older = admit(custody, people, scribe);
  Session newer = enter(custody, people, scribe.key().public_key());
  const Bytes object = some_bytes(10'000, 1);
  submit_one(custody, older, scribe.next(Act::genesis));
  submit_one(custody, older, scribe.next(Act::seal, {ref_of(object)}));
  const auto part = [&](std::uint64_t from, std::uint64_t to) {
    return Data{from, to_bytes(ByteView(object).subspan(from, to - from))};
  };

  REQUIRE(custody.offer(older, Offer{ref_of(object).id})->offset == 0);
  REQUIRE(custody.data(older, part(0, 4000)));
  REQUIRE(custody.offer(newer, Offer{ref_of(object).id})->offset == 4000);
  // Not a byte more, neither where it stood nor anywhere else, also when the newer one has not written yet.
  CHECK(custody.data(older, part(4000, 5000)).code() == Errc::busy);
  CHECK(custody.data(older, part(4000, 5000)).code() == Errc::out_of_turn);  // it must offer again
  REQUIRE(custody.data(newer, part(4000, 9000)));
  // And back: the offset is that of all who wrote.
  REQUIRE(custody.offer(older, Offer{ref_of(object).id})->offset == 9000);
  CHECK(custody.data(newer, part(9000, 10'000)).code() == Errc::busy);
  const auto kept = custody.data(older, part(9000, 10'000));
  REQUIRE(kept);
  CHECK(kept->has_value());
  CHECK(custody.offer(newer, Offer{ref_of(object).id})->complete);
  expect_sound(temp / "data");
}

TEST_CASE("two sessions fighting for one upload end with the object whole") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  Custody custody = start(temp / "data", people);
  Session first = admit(custody, people, scribe);
  const Bytes object = some_bytes(60'000, 1);
  submit_one(custody, first, scribe.next(Act::genesis));
  submit_one(custody, first, scribe.next(Act::seal, {ref_of(object)}));
  const bool well = in_threads(3, [&](std::uint8_t i) {
    auto greeting = custody.greet(people.hello(scribe.key().public_key()));
    if (!greeting) return false;
    for (;;) {
      const auto kept = upload(custody, greeting->session, object, 500 + 100 * std::size_t{i});
      if (kept) return true;
      if (kept.code() != Errc::busy) return false;
    }
  });
  CHECK(well);
  Session counsel = enter(custody, people, people.counsel.public_key());
  CHECK(custody.read_object(counsel, ref_of(object).id, 0).value() == object);
  CHECK(custody.counts().log_size <= 5);
}

TEST_CASE("what nobody waits for reaches the log by itself") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  Custody custody = start(temp / "data", people);
  Session session = admit(custody, people, scribe);
  const Bytes object = some_bytes(100, 1);
  submit_one(custody, session, scribe.next(Act::genesis));
  submit_one(custody, session, scribe.next(Act::seal, {ref_of(object)}));
  REQUIRE(upload(custody, session, object));
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (custody.checkpoint().head.size < 4 && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
  CHECK(custody.checkpoint().head.size == 4);  // the server's genesis, and its answer
}

TEST_CASE("uploads leave the room that statements and the log need") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  const Bytes object = some_bytes(100, 1);
  { start(temp / "data", people); }
  {
    Custody custody = Custody::open(temp / "data", clock_at(noon), {}, Spare{1ULL << 62, 0, 0}).value();
    Session session = admit(custody, people, scribe);
    submit_one(custody, session, scribe.next(Act::genesis));
    submit_one(custody, session, scribe.next(Act::seal, {ref_of(object)}));
    REQUIRE(custody.offer(session, Offer{ref_of(object).id})->offset == 0);
    CHECK(custody.data(session, Data{0, object}).code() == Errc::server_full);
    Session counsel = enter(custody, people, people.counsel.public_key());
    CHECK(custody.list(counsel, List{0})->entries.size() == 2);
  }
  {
    Custody custody = Custody::open(temp / "data", clock_at(noon), {}, Spare{1ULL << 62, 1ULL << 62, 0}).value();
    Session session = enter(custody, people, scribe.key().public_key());
    const auto refused = custody.submit(session, Submit{{scribe.sign(scribe.draft(Act::note))}});
    CHECK(refused.code() == Errc::server_full);
    CHECK(custody.counts().log_size == 2);
    // A roster may revoke whoever filled the disk.
    Session counsel = enter(custody, people, people.counsel.public_key());
    CHECK(custody.put_roster(counsel, {people.roster(custody.card().member, 2).bytes()})->number == 2);
  }
  Custody custody = reopen(temp / "data");
  Session session = enter(custody, people, scribe.key().public_key());
  submit_one(custody, session, scribe.next(Act::note));
  CHECK(upload(custody, session, object));
}

}  // namespace dokaz::server
