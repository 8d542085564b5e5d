// SPDX-License-Identifier: GPL-3.0-or-later
// Witnesses have seen another history: writing stops, reading goes on, and no start forgets it.
#include "scene.hpp"
#include "sync-server/audit/audit.hpp"
#include "sync-server/store/contradiction.hpp"
#include "sync-server/store/inspection.hpp"

namespace dokaz::server {

using namespace test;

namespace {

Errc refusal(Custody& custody, Session& session, const Submit::Item& item) {
  const auto answer = custody.submit(session, Submit{{item}});
  REQUIRE_FALSE(answer);
  return answer.code();
}

}  // namespace

TEST_CASE("a contradiction stops writing at once and after every start, until the operator has looked at it") {
  TempFolder temp;
  const People people;
  Scribe scribe{1};
  std::optional<Custody> custody = start(temp / "data", people);
  Session session = admit(*custody, people, scribe);
  submit_one(*custody, session, scribe.next(Act::genesis));
  const auto later = scribe.next(Act::note);

  REQUIRE(custody->stop_writes({"north", "west"}));
  for (int starts = 0; starts < 3; ++starts) {
    CAPTURE(starts);
    CHECK(custody->counts().writes_stopped);
    CHECK(refusal(*custody, session, later) == Errc::writes_stopped);
    CHECK(custody->keep_beside([] { return Status(); }).code() == Errc::writes_stopped);
    Session counsel = enter(*custody, people, people.counsel.public_key());
    CHECK(custody->list(counsel, List{0})->entries.size() == 1);
    const auto figures = Inspection::open(temp / "data")->figures();
    REQUIRE(figures);
    CHECK(figures->writes_stopped);
    REQUIRE(figures->contradiction);
    CHECK(figures->contradiction->witnesses == std::vector<std::string>{"north", "west"});
    CHECK(figures->contradiction->time == noon);
    // The operator may still suspend a case: the disk is well.
    CHECK(Inspection::open(temp / "data")->set_quota(people.case_id(), some_quota));

    custody.reset();
    custody = reopen(temp / "data");
    std::string said;
    custody->on_event([&](std::string_view event) { said += event; });
    CHECK(said == contradicted_event);
    session = enter(*custody, people, scribe.key().public_key());
  }
  custody.reset();
  REQUIRE(forget_contradiction(temp / "data"));
  CHECK(forget_contradiction(temp / "data").code() == Errc::not_found);
  custody = reopen(temp / "data");
  session = enter(*custody, people, scribe.key().public_key());
  CHECK_FALSE(submit_one(*custody, session, later).failure);
  CHECK(audit(temp / "data")->findings.empty());
}

TEST_CASE("a mark that cannot be read stops writing, too") {
  TempFolder temp;
  const People people;
  { const Custody custody = start(temp / "data", people); }
  REQUIRE(write_file_durably(temp / "data/contradicted", bytes_of("dokaz-contra")));
  Custody custody = reopen(temp / "data");
  CHECK(custody.counts().writes_stopped);
  const auto figures = Inspection::open(temp / "data")->figures();
  REQUIRE(figures->contradiction);
  CHECK(figures->contradiction->witnesses.empty());
}

TEST_CASE("doubts are a figure and stop nothing") {
  TempFolder temp;
  const People people;
  Custody custody = start(temp / "data", people);
  custody.doubt(1);
  CHECK(custody.counts().contradicting == 1);
  CHECK_FALSE(custody.counts().writes_stopped);
  CHECK_FALSE(is_contradicted(temp / "data"));
}

}  // namespace dokaz::server
