// SPDX-License-Identifier: GPL-3.0-or-later
// The second statement of a fork is kept, and handed to whoever may read the case.
#include <algorithm>

#include "proto/format/fact.hpp"
#include "proto/format/second_statements.hpp"
#include "scene.hpp"
#include "sync-server/store/inspection.hpp"

namespace dokaz::server {

using namespace test;

TEST_CASE("counsel fetches the second statement of a fork, and what followed it") {
  Begun scene;
  auto& [temp, people, custody, scribe, session] = scene;
  Scribe copy(scribe);
  const auto logged = scribe.next(Act::note, {}, "one");
  submit_one(custody, session, logged);
  const auto other = copy.next(Act::note, {}, "other");
  REQUIRE(submit_one(custody, session, other).failure == Errc::forked_chain);

  Session counsel = enter(custody, people, people.counsel.public_key());
  submit_one(custody, session, scribe.next(Act::note));  // behind the fork-found, so that this is in the log, too
  const auto entries = custody.list(counsel, List{0}).value().entries;
  const auto found = std::ranges::find_if(entries, [](const Entries::Entry& entry) { return !entry.answered.empty(); });
  REQUIRE(found != entries.end());
  const Fact fact = Fact::parse(found->answered).value();
  REQUIRE(fact.name() == "fork");
  const ForkPlace place = read_fork(fact.value_json()).value();
  CHECK(place.chain == scribe.chain());
  CHECK(place.seq == 1);
  CHECK(place.logged == Statement::parse(logged.statement)->hash());
  const ObjectId named(place.other.raw());

  const auto fetch_all = [&] {
    const std::uint64_t size = custody.fetch(counsel, Fetch{named, 0}).value().size;
    Bytes text = custody.read_object(counsel, named, 0).value();
    CHECK(text.size() == size);
    CHECK(custody.read_object(counsel, named, size).value().empty());
    CHECK(custody.fetch(counsel, Fetch{named, size + 1}).code() == Errc::malformed);
    return text;
  };
  const Bytes first = fetch_all();
  REQUIRE(read_second_statements(first)->size() == 1);
  CHECK(read_second_statements(first)->front().statement.bytes() == other.statement);
  CHECK(read_second_statements(first)->front().signature == other.signature);

  const auto after = copy.next(Act::note, {}, "after");
  REQUIRE(submit_one(custody, session, after).failure == Errc::forked_chain);
  const Bytes second = fetch_all();
  CHECK(read_second_statements(second)->size() == 2);
  CHECK(std::equal(first.begin(), first.end(), second.begin()));  // it grows at its end

  // Nobody else gets it, and nothing else is got by it.
  CHECK(custody.fetch(session, Fetch{named, 0}).code() == Errc::refused);
  CHECK(custody.read_object(session, named, 0).code() == Errc::refused);
  for (const Submit::Item& item : {logged, after}) {
    const ObjectId hash(Statement::parse(item.statement)->hash().raw());
    CHECK(custody.fetch(counsel, Fetch{hash, 0}).code() == Errc::not_found);
  }
}

TEST_CASE("two histories are kept also where the case is full") {
  Begun scene;
  auto& [temp, people, custody, scribe, session] = scene;
  Scribe copy(scribe);
  submit_one(custody, session, scribe.next(Act::note, {}, "one"));
  REQUIRE(Inspection::open(temp / "data")->set_quota(people.case_id(), 1));
  CHECK(submit_one(custody, session, copy.next(Act::note, {}, "other")).failure == Errc::forked_chain);
  CHECK(custody.counts().forks_found == 1);
  // One for each place; what follows it must have room.
  CHECK(submit_one(custody, session, copy.next(Act::note, {}, "after")).failure == Errc::quota_exceeded);
}

}  // namespace dokaz::server
