// SPDX-License-Identifier: GPL-3.0-or-later
// The whole way over TLS, by the client that the programs use.
#include "tests/unit/sync-server/net_running.hpp"

using namespace dokaz;
using namespace dokaz::server;
using namespace dokaz::server::test;

TEST_CASE("where it cannot listen it says why") {
  Running running;
  const auto open = [&](std::string_view address) {
    auto listener = Listener::open(address, running.custody.tls_certificate(), running.custody.tls_key(), running.custody);
    return listener ? Errc::internal : listener.code();
  };
  for (const char* wrong : {"", ":1", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:01", "::1:7", "a..b:1"}) {
    INFO(wrong);
    CHECK(open(wrong) == Errc::usage);
  }
  CHECK(open("127.0.0.1:" + std::to_string(running.address().port)) == Errc::busy);
  CHECK(Listener::open("127.0.0.1:0", {}, running.custody.tls_key(), running.custody).code() == Errc::malformed);
}

TEST_CASE("from a ticket to a stored receipt, and back to the reader's disk") {
  Running running;
  Scribe scribe(1);
  const Bytes team = some_bytes(2'500'000, 1);
  const Bytes legal = some_bytes(700, 2);
  const auto genesis = scribe.next(Act::genesis);
  std::vector<ObjectRef> objects = {ref_of(team), ref_of(legal)};
  std::sort(objects.begin(), objects.end());
  const auto seal = scribe.next(Act::seal, objects);
  const auto statement = Statement::parse(seal.statement).value();

  auto client = running.connect(scribe.key(), running.people.admission(scribe.key())).value();
  CHECK(client.welcome().chains.empty());
  const auto logged = client.submit({{genesis, seal}}).value();
  REQUIRE(logged.outcomes.size() == 2);
  CHECK_FALSE(logged.outcomes[1].failure);
  CHECK(client.collect(statement.hash()).code() == Errc::missing_part);
  CHECK(client.list(0).code() == Errc::refused);  // a documenter may not read
  for (const Bytes& object : {team, legal}) {
    REQUIRE(client.offer(ref_of(object).id).value().offset == 0);
    REQUIRE(client.send(0, object));
    CHECK(client.kept().value().object == ref_of(object).id);
  }
  CHECK(client.offer(ref_of(team).id).value().complete);
  const auto stored = client.collect(statement.hash()).value();

  auto counsel = running.connect(running.people.counsel).value();
  const auto members = members_of(running.people, counsel.members().value());
  CHECK(check(seal, logged.outcomes[1].tlog_proof, members, running.custody.card().log));
  CHECK(check_stored(statement,
                     {Statement::parse(stored.receive).value(), Fact::parse(stored.answered).value(),
                      read_tlog_proof(stored.tlog_proof).value()},
                     members, Policy::log_only(running.custody.card().log)));
  const auto entries = counsel.list(0).value();
  CHECK(entries.entries.size() >= 3);
  Bytes back;
  CHECK(counsel.fetch(ref_of(team).id, 0, [&](ByteView part) { return append(back, part), Status(); }).value() ==
        team.size());
  CHECK(back == team);
  CHECK(counsel.fetch(ref_of(legal).id, 700, [](ByteView) { return Status(Errc::internal); }).value() == 700);

  auto again = running.connect(scribe.key()).value();
  REQUIRE(again.welcome().chains.size() == 1);
  CHECK(again.welcome().chains[0].next_seq == 2);
  CHECK(again.welcome().chains[0].head == statement.hash());
}

TEST_CASE("an upload that was cut goes on from what is durable") {
  Running running;
  Scribe scribe(1);
  const Bytes object = some_bytes(3'000'000, 3);
  auto first = running.connect(scribe.key(), running.people.admission(scribe.key()));
  REQUIRE(first);
  REQUIRE(first->submit({{scribe.next(Act::genesis), scribe.next(Act::seal, {ref_of(object)})}}));
  REQUIRE(first->offer(ref_of(object).id));
  REQUIRE(first->send(0, ByteView(object).first(2 * max_chunk)));
  first = Errc::connection_lost;  // gone

  auto second = running.connect(scribe.key()).value();
  const auto offset = second.offer(ref_of(object).id).value().offset;
  CHECK(offset <= 2 * max_chunk);
  REQUIRE(second.send(offset, ByteView(object).subspan(offset)));
  CHECK(second.kept().value().object == ref_of(object).id);
}

TEST_CASE("stopping closes every connection and ends run") {
  Running running;
  auto client = running.connect(running.people.counsel).value();
  auto silent = running.raw();
  running.stop();
  CHECK(running.ended);
  CHECK(client.list(0).code() == Errc::connection_lost);
  CHECK(silent.handshake().code() == Errc::connection_lost);
  CHECK(running.connect(running.people.counsel).code() == Errc::unreachable);
}
