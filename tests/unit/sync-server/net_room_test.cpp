// SPDX-License-Identifier: GPL-3.0-or-later
// Nobody keeps the others out by holding connections.
#include "sync-server/net/calm_events.hpp"
#include "sync-server/net/connection.hpp"
#include "sync-server/net/crowd.hpp"
#include "tests/unit/sync-server/net_running.hpp"
#include "tests/unit/sync-server/packing.hpp"

using namespace dokaz;
using namespace dokaz::server;
using namespace dokaz::server::test;

namespace {

/// Says Hello as a member, and is welcomed.
void greet(const Running& running, peers::RawClient& client, const SigningKey& member) {
  REQUIRE(client.send(
      Request(sign_hello(running.people.case_id(), member, client.channel(), running.pin(), std::nullopt, 0))));
  REQUIRE(client.read().value().type == FrameType::welcome);
}

bool is_served(peers::RawClient& client) {
  if (!client.send(Request(ListMembers{}))) return false;
  const auto frame = client.read();
  return frame && frame->type == FrameType::members;
}
bool is_closed(peers::RawClient& client) { return client.read().code() == Errc::connection_lost; }

/// A client whom the server has in its room.
struct Guest {
  explicit Guest(const Running& running) : client(running.raw()) { REQUIRE(client.handshake()); }
  Guest(const Running& running, const SigningKey& member) : Guest(running) { greet(running, client, member); }
  peers::RawClient client;
};

}  // namespace

TEST_CASE("a member's newest connections take over from the oldest") {
  Limits limits = patient();
  limits.per_member = 2;
  Running running(limits);
  Guest other(running, running.people.reviewer);
  Guest first(running, running.people.counsel);
  Guest second(running, running.people.counsel);
  Guest third(running, running.people.counsel);
  CHECK(is_closed(first.client));
  // The third was heard last but one now: the fourth takes its place.
  CHECK(is_served(third.client));
  CHECK(is_served(second.client));
  Guest fourth(running, running.people.counsel);
  CHECK(is_closed(third.client));
  CHECK(is_served(second.client));
  CHECK(is_served(fourth.client));
  CHECK(is_served(other.client));
}

TEST_CASE("strangers push out strangers, and no member") {
  Limits limits = patient();
  limits.strangers = 2;
  limits.connections = 1;
  Running running(limits);
  Guest member(running, running.people.counsel);
  Guest first(running);
  Guest second(running);
  Guest third(running);
  CHECK(is_closed(first.client));
  CHECK(is_served(member.client));
  // A stranger who is let in is none any more.
  greet(running, third.client, running.people.counsel);
  CHECK(is_closed(member.client));
  Guest fourth(running);
  CHECK(is_served(third.client));
  greet(running, second.client, running.people.reviewer);
  CHECK(is_served(second.client));
}

TEST_CASE("with all places taken, who has been quiet longest makes room") {
  Limits limits = patient();
  limits.connections = 2;
  Running running(limits);
  Guest counsel(running, running.people.counsel);
  Guest reviewer(running, running.people.reviewer);
  CHECK(is_served(counsel.client));
  Guest again(running, running.people.counsel);
  CHECK(is_closed(reviewer.client));
  CHECK(is_served(counsel.client));
  CHECK(is_served(again.client));
}

TEST_CASE("in a crowd the quiet are closed early") {
  Limits limits = patient();
  limits.connections = 4;
  limits.crowded_idle = 0ms;
  Running running(limits);
  Guest first(running, running.people.counsel);
  Guest second(running, running.people.reviewer);
  CHECK(is_served(first.client));
  CHECK(is_served(second.client));
  // More than half of the places: who is between two frames goes, and then it is no crowd any more.
  Guest third(running, running.people.counsel);
  CHECK(is_closed(first.client));
  CHECK(is_closed(second.client));
  CHECK(is_served(third.client));
}

TEST_CASE("couriers sit for whoever signed their passes, however many keys there are, and beside that one") {
  Limits limits = patient();
  limits.per_member = 2;
  Running running(limits);
  const SigningKey member = Scribe::key_of(1);
  const AdmissionNotes notes = running.people.admission(member);
  Guest sender(running);
  REQUIRE(sender.client.send(Request(
      sign_hello(running.people.case_id(), member, sender.client.channel(), running.pin(), notes, 0))));
  REQUIRE(sender.client.read().value().type == FrameType::welcome);

  const auto let_in = [&](Guest& guest, const SigningKey& courier) {
    const CourierPass pass{running.people.case_id(), member.public_key(), courier.public_key(),
                           ParcelHash(sha256("parcel").raw()), 1000, {noon + 1000, false}};
    Bytes sealed = sealed_for(running.custody, write_pass_papers({sign_pass(pass, member), {notes.ticket, notes.admission}}));
    REQUIRE(guest.client.send(
        Request(sign_courier_hello(courier, guest.client.channel(), running.pin(), std::move(sealed)))));
    REQUIRE(guest.client.read().value().type == FrameType::welcome);
  };
  Guest first(running), second(running), third(running);
  let_in(first, SigningKey::generate());
  let_in(second, SigningKey::generate());
  CHECK(running.counts().couriers == 2);
  let_in(third, SigningKey::generate());
  CHECK(is_closed(first.client));
  CHECK(running.counts().couriers == 2);
  CHECK(running.counts().members == 1);
  CHECK(running.counts().let_in == 4);
  CHECK(running.counts().pushed_out == 1);
  // Its own connections are the member's own.
  REQUIRE(sender.client.send(Request(Collect{StatementHash(sha256("none").raw())})));
  CHECK(sender.client.failure() == Errc::not_found);
}

TEST_CASE("a flood from one network, or from some, pushes out itself and nobody else") {
  Running running;
  Limits limits;
  Room room(limits);
  Credit credit(limits);
  StorePool store(1);
  asio::io_context io;
  const Door door{TlsContext::server(running.custody.tls_certificate(), running.custody.tls_key()).value(), running.pin(),
                  running.custody, store, room, credit, limits};
  std::list<Connection> all;
  const auto comes_from = [&](Prefix from) -> Connection& {
    Connection& connection = all.emplace_back(door, Tcp::socket(io));
    room.enter(connection, from);
    return connection;
  };
  Connection& honest = comes_from(7);
  for (int i = 0; i < 200; ++i) comes_from(9);
  CHECK(room.counts().strangers == 1 + limits.strangers_per_prefix);
  Connection& another = comes_from(8);
  for (int round = 0; round < 20; ++round)
    for (Prefix from = 100; from < 120; ++from) comes_from(from);
  CHECK(room.counts().strangers == limits.strangers);
  // Also where they come through the machine's own proxy.
  for (int i = 0; i < 200; ++i) comes_from(0);
  CHECK(room.counts().strangers == limits.strangers);
  CHECK(room.seat(honest, {running.people.case_id(), running.people.counsel.public_key()}));
  CHECK(room.seat(another, {running.people.case_id(), running.people.reviewer.public_key()}));
  store.join();
}

TEST_CASE("of a crowd the first of the largest network goes") {
  struct Waiting {
    int number;
    Prefix from;
  };
  std::list<Waiting> all = {{1, 5}, {2, 9}, {3, 7}, {4, 9}, {5, 7}, {6, 9}};
  const auto network_of = [](const Waiting& each) { return each.from; };
  CHECK(first_of_the_crowd(all, network_of)->number == 2);
  all.erase(first_of_the_crowd(all, network_of));
  CHECK(first_of_the_crowd(all, network_of)->number == 3);  // two of 7, two of 9: whoever came first
  all.clear();
  CHECK(first_of_the_crowd(all, network_of) == all.end());
}

TEST_CASE("of lines that anybody can cause some are told, and the others counted") {
  CalmEvents calm(std::chrono::minutes(1));
  const CalmEvents::Moment start{};
  CHECK(calm.say("timed_out", start) == "timed_out");
  for (int i = 0; i < 1000; ++i) CHECK_FALSE(calm.say("timed_out", start + std::chrono::seconds(i % 60)));
  CHECK(calm.say("malformed", start + std::chrono::seconds(1)) == "malformed");
  CHECK(calm.say("timed_out", start + std::chrono::seconds(61)) == "timed_out (and 1000 more since the last such line)");
  CHECK(calm.say("timed_out", start + std::chrono::seconds(122)) == "timed_out");
}
