// SPDX-License-Identifier: GPL-3.0-or-later
// How far a client may send: no further than it was told, and never so little that an upload stands still.
#include "sync-server/net/credit.hpp"
#include "tests/unit/sync-server/net_running.hpp"

using namespace dokaz;
using namespace dokaz::server;
using namespace dokaz::server::test;

namespace {

Limits small() {
  Limits limits = patient();
  limits.credit = 64 << 10;
  limits.least_credit = 16 << 10;
  limits.credit_of_all = 96 << 10;
  return limits;
}

/// A connection of the one documenter, with an object of hers to upload.
struct Uploader {
  /// Submits a statement that names the object, in a chain of its own.
  Uploader(const Running& running, std::uint32_t chain, std::size_t size)
      : scribe(1, Scribe::root_number, chain), object(some_bytes(size, static_cast<std::uint8_t>(chain))),
        client(running.raw()) {
    REQUIRE(client.handshake());
    REQUIRE(client.send(Request(sign_hello(running.people.case_id(), scribe.key(), client.channel(), running.pin(),
                                           running.people.admission(scribe.key()), 0))));
    REQUIRE(std::holds_alternative<Welcome>(read()));
    REQUIRE(client.send(Request(Submit{{scribe.next(Act::genesis), scribe.next(Act::seal, {ref_of(object)})}})));
    const auto logged = std::get<Submitted>(read());
    for (const auto& outcome : logged.outcomes) REQUIRE_FALSE(outcome.failure);
  }
  Response read() { return decode_response(client.read().value()).value(); }
  Resume offer() {
    REQUIRE(client.send(Request(Offer{ref_of(object).id})));
    return std::get<Resume>(read());
  }
  void send(std::uint64_t from, std::uint64_t to) {
    REQUIRE(client.send(Request(Data{from, to_bytes(ByteView(object).subspan(from, to - from))})));
  }
  /// All that is left, as credit comes.
  void finish(std::uint64_t from, std::uint64_t until) {
    send(from, until);
    Response said = read();
    for (const More* more = nullptr; (more = std::get_if<More>(&said)) != nullptr; said = read())
      send(std::exchange(until, more->until), more->until);
    CHECK(std::get<Kept>(said).object == ref_of(object).id);
  }

  Scribe scribe;
  Bytes object;
  peers::RawClient client;
};

}  // namespace

TEST_CASE("the client is told how far to send, and further as the server reads") {
  Running running(small());
  Uploader her(running, 1, 200'000);
  CHECK(her.offer().until == 64 << 10);
  her.send(0, 16 << 10);  // not half of it yet: nothing is said
  her.send(16 << 10, 48 << 10);
  CHECK(std::get<More>(her.read()).until == 112 << 10);
  her.send(48 << 10, 112 << 10);
  CHECK(std::get<More>(her.read()).until == 176 << 10);
  her.send(112 << 10, 176 << 10);
  CHECK(std::get<More>(her.read()).until == 200'000);
  her.send(176 << 10, 200'000);
  CHECK(std::get<Kept>(her.read()).object == ref_of(her.object).id);
}

TEST_CASE("who sends past the credit is named and closed, and nothing of it is kept") {
  Running running(small());
  Uploader her(running, 1, 200'000);
  const Resume resume = her.offer();
  her.send(0, resume.until + 1);
  CHECK(her.client.failure() == Errc::out_of_turn);
  CHECK(her.client.read().code() == Errc::connection_lost);
  auto again = running.connect(her.scribe.key()).value();
  CHECK(again.offer(ref_of(her.object).id).value().offset == 0);
}

TEST_CASE("what is sent again after a cut is within the credit") {
  Running running(small());
  Uploader her(running, 1, 200'000);
  const Resume resume = her.offer();
  her.send(0, resume.until);
  const std::uint64_t until = std::get<More>(her.read()).until;
  auto again = running.connect(her.scribe.key()).value();
  const Resume next = again.offer(ref_of(her.object).id).value();
  CHECK(next.offset == resume.until);
  CHECK(until - next.offset <= small().credit);
}

TEST_CASE("many uploads share what there is, and one too many waits for another to end") {
  Limits limits = small();
  limits.credit_of_all = 96 << 10;
  limits.least_credit = 32 << 10;
  Running running(limits);
  Uploader first(running, 1, 200'000);
  Uploader second(running, 2, 200'000);
  Uploader third(running, 3, 60'000);
  CHECK(first.offer().until == 64 << 10);
  CHECK(second.offer().until == 32 << 10);
  REQUIRE(third.client.send(Request(Offer{ref_of(third.object).id})));  // nothing is left
  // The first shrinks to its share as it goes on (a third once the third waits), and the third gets the rest.
  first.send(0, 64 << 10);
  const std::uint64_t until = std::get<More>(first.read()).until;
  CHECK(until >= (64 + 32) << 10);
  CHECK(until <= (64 + 48) << 10);
  second.finish(0, 32 << 10);
  CHECK(std::get<Resume>(third.read()).until >= 32 << 10);
}

TEST_CASE("an offer that waits too long for credit is told to come later") {
  Limits limits = small();
  limits.credit_of_all = 64 << 10;
  limits.credit_wait = 20ms;
  Running running(limits);
  Uploader first(running, 1, 200'000);
  Uploader second(running, 2, 200'000);
  CHECK(first.offer().until == 64 << 10);
  REQUIRE(second.client.send(Request(Offer{ref_of(second.object).id})));
  CHECK(second.client.failure() == Errc::busy);
  REQUIRE(second.client.send(Request(Offer{ref_of(second.object).id})));  // and the connection stays
  CHECK(second.client.failure() == Errc::busy);
}

TEST_CASE("each session of a member has a greater number than those before") {
  Running running;
  std::uint64_t before = 0;
  for (int i = 0; i < 3; ++i) {
    const auto client = running.connect(running.people.counsel).value();
    CHECK(client.welcome().session > before);
    before = client.welcome().session;
  }
}

TEST_CASE("reservations never exceed the bound, whatever happens") {
  const Limits limits = small();
  Credit credit(limits);
  std::vector<Credit::Allowance> open;
  std::vector<std::uint64_t> told, left;
  std::uint32_t state = 7;
  const auto random = [&] { return state = state * 1664525U + 1013904223U, state >> 16; };
  for (int round = 0; round < 20'000; ++round) {
    if (random() % 4 == 0) {
      const std::uint64_t size = random() % 100'000 + 1;
      if (auto allowance = credit.open(size)) {
        open.push_back(std::move(*allowance));
        told.push_back(open.back().raise(size));
        left.push_back(size - told.back());
        REQUIRE(told.back() > 0);
      } else {
        REQUIRE_FALSE(open.empty());
      }
    }
    if (open.empty()) continue;
    const std::size_t i = random() % open.size();
    const std::uint64_t bytes = told[i] == 0 ? 0 : random() % told[i] + 1;
    open[i].used(bytes);
    told[i] -= bytes;
    const std::uint64_t more = open[i].raise(left[i]);
    told[i] += more;
    left[i] -= more;
    REQUIRE((told[i] > 0 || left[i] == 0));  // it never stands still
    std::uint64_t sum = 0;
    for (const std::uint64_t each : told) sum += each;
    REQUIRE(sum <= limits.credit_of_all);
    if (told[i] > 0) continue;
    // The last one takes the place of the one that ended.
    std::vector<Credit::Allowance> rest;
    for (std::size_t k = 0; k < open.size(); ++k)
      if (k != i) rest.push_back(std::move(open[k]));
    open.swap(rest);
    told.erase(told.begin() + static_cast<std::ptrdiff_t>(i));
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
  }
}
