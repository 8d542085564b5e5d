// SPDX-License-Identifier: GPL-3.0-or-later
// Pulls from a server that runs: what it answers to a roster, and what it remembers of a key that was ended.
#include <catch2/catch.hpp>
#include <thread>

#include "casework/casefile/people.hpp"
#include "casework/casefile/pull.hpp"
#include "proto/format/roster_number.hpp"
#include "sync-server/net/listener.hpp"
#include "tests/unit/casework/small_server.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::Scratch;

namespace {

/// A server on a port that the system picks, and counsel's folder of a case that it knows.
struct Desk {
  Desk() : thread([this] { static_cast<void>(listener.run().has_value()); }) {
    must(custody.grant(counsel.roster_note(), std::uint64_t{1} << 30));
  }
  ~Desk() {
    listener.stop();
    thread.join();
  }
  CaseFile make() {
    return must(CaseFile::create(at / "case", passphrase(),
                                 {{"127.0.0.1", listener.port()}, custody.card(), Policy::log_only(custody.card().log)}, cheap));
  }
  Result<Pulled> pull(CaseFile& file, const PullOptions& options = {}) {
    const auto nobody = [](std::string_view, std::uint64_t, std::uint64_t) {};
    return dokaz::pull(file, file.server(), ClaimedTime{may_2, false}, nobody, options);
  }

  Scratch at;
  server::Custody custody = server::Custody::create(at / "server", [] { return may_2; }).value();
  server::Listener listener =
      server::Listener::open("127.0.0.1:0", custody.tls_certificate(), custody.tls_key(), custody).value();
  CaseFile counsel = make();
  std::thread thread;
};

}  // namespace

TEST_CASE("a roster that the server does not take ends no pull, and it is said why") {
  Desk desk;
  must(OwnChain(desk.counsel).state(Act::note, {Fact::text("note", "n")}, ClaimedTime{may_2, false}));
  REQUIRE(must(desk.pull(desk.counsel)).roster_put);
  must(desk.counsel.change_roster([](Roster& roster) -> Status {
    roster.number += 2 * longest_roster_jump;  // which no server takes
    return {};
  }));
  must(OwnChain(desk.counsel).state(Act::note, {Fact::text("note", "m")}, ClaimedTime{may_2, false}));
  const Pulled pulled = must(desk.pull(desk.counsel));
  CHECK_FALSE(pulled.roster_put);
  REQUIRE(pulled.roster_failure);
  CHECK(pulled.roster_failure->code == Errc::malformed);
  CHECK(pulled.own.logged == 1);  // on a connection that works
  CHECK(pulled.entries >= 1);
  CHECK_FALSE(pulled.own_failure);
}

TEST_CASE("a folder whose key was ended remembers it, until the server lets it in again") {
  Desk desk;
  REQUIRE(desk.pull(desk.counsel));
  const Note first = desk.counsel.roster_note();
  const PublicKey self = desk.counsel.member().public_key();
  const auto granted = [&](std::uint64_t number, std::vector<Revoked> revoked) {
    Roster roster = parse_roster(first).value();
    roster.number = number;
    roster.revoked = std::move(revoked);
    must(desk.custody.grant(must(sign_roster(roster, *desk.counsel.root())), std::uint64_t{1} << 30));
  };
  granted(2, {{self, 0}});
  CHECK_FALSE(must(desk.counsel.is_key_ended()));
  CHECK(desk.pull(desk.counsel).code() == Errc::key_revoked);
  CHECK(must(desk.counsel.is_key_ended()));
  granted(3, {});
  // Made elsewhere: it is shown when it is taken over.
  CHECK(desk.pull(desk.counsel).code() == Errc::wrong_root);
  const Pulled pulled = must(desk.pull(desk.counsel, {NewerRoster::adopt}));
  REQUIRE(pulled.roster_changes);
  CHECK(pulled.roster_changes->after == 3);
  CHECK_FALSE(must(desk.counsel.is_key_ended()));
}
