// SPDX-License-Identifier: GPL-3.0-or-later
// The server changes its TLS key, and those who know the two pins do not notice.
#include "sync-server/store/inspection.hpp"
#include "tests/unit/sync-server/net_running.hpp"

using namespace dokaz;
using namespace dokaz::server;
using namespace dokaz::server::test;

namespace {

/// How a client that accepts these pins fares with the server of this folder.
Errc visit(const Path& data, const People& people, const TlsPins& pins) {
  Custody custody = reopen(data);
  Listener listener =
      Listener::open("127.0.0.1:0", custody.tls_certificate(), custody.tls_key(), custody, patient()).value();
  std::thread thread([&] { REQUIRE(listener.run()); });
  const auto client =
      Client::connect({"127.0.0.1", listener.port()}, pins, {people.case_id(), &people.counsel, std::nullopt}, 0);
  listener.stop();
  thread.join();
  return client ? Errc::usage : client.code();
}

}  // namespace

TEST_CASE("a client that knows both pins is served before and after the switch, and no other key will do") {
  TempFolder folder;
  const People people;
  const Path data = folder / "data";
  { Custody custody = start(data, people); }
  const ServerCard first = Inspection::open(data).value().card();
  CHECK_FALSE(first.next_pin);
  CHECK(Inspection::open(data).value().switch_key().code() == Errc::not_found);

  Inspection inspection = Inspection::open(data).value();
  REQUIRE(inspection.make_next_key());
  const ServerCard both = inspection.card();
  REQUIRE(both.next_pin);
  CHECK(both.pin == first.pin);
  CHECK(inspection.make_next_key().code() == Errc::already_exists);
  CHECK(Inspection::open(data).value().card().next_pin == both.next_pin);
  CHECK(visit(data, people, both.pins()) == Errc::usage);
  CHECK(visit(data, people, first.pins()) == Errc::usage);

  REQUIRE(inspection.switch_key());
  CHECK(inspection.card().pin == *both.next_pin);
  CHECK_FALSE(inspection.card().next_pin);
  CHECK(inspection.card().log == first.log);
  CHECK(visit(data, people, both.pins()) == Errc::usage);
  CHECK(visit(data, people, first.pins()) == Errc::wrong_pin);
}
