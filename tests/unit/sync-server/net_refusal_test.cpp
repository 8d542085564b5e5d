// SPDX-License-Identifier: GPL-3.0-or-later
// What the door refuses: strangers, replays, silence and everything that the protocol does not allow.
#include <cstdio>

#include "tests/unit/sync-server/net_running.hpp"

using namespace dokaz;
using namespace dokaz::server;
using namespace dokaz::server::test;

namespace {

Hello hello_for(const Running& running, const peers::RawClient& client, const SigningKey& member) {
  return sign_hello(running.people.case_id(), member, client.channel(), running.pin(), std::nullopt, 0);
}

/// Says Hello as somebody; what comes back, byte for byte.
Bytes answer_to(Running& running, const std::function<Hello(const peers::RawClient&)>& hello) {
  auto client = running.raw();
  REQUIRE(client.handshake());
  REQUIRE(client.send(Request(hello(client))));
  const auto frame = client.read();
  REQUIRE(frame);
  if (frame->type == FrameType::failure) CHECK(client.read().code() == Errc::connection_lost);
  return serialize(*frame);
}

void greet(const Running& running, peers::RawClient& client) {
  REQUIRE(client.handshake());
  REQUIRE(client.send(Request(hello_for(running, client, running.people.counsel))));
  REQUIRE(client.read().value().type == FrameType::welcome);
}

std::string s_client(const Running& running, const std::string& options) {
  const std::string command = "openssl s_client -connect 127.0.0.1:" + std::to_string(running.address().port) + " " +
                              options + " < /dev/null 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe);
  std::string out;
  for (int c; (c = std::fgetc(pipe)) != EOF;) out.push_back(static_cast<char>(c));
  pclose(pipe);
  return out;
}

const Bytes refused = serialize(encode(Response(Failure{Errc::refused})).value());

}  // namespace

TEST_CASE("whoever is not let in gets one and the same answer") {
  Running running;
  const SigningKey stranger = Scribe::key_of(77);
  const SigningKey& counsel = running.people.counsel;
  const auto good = [&](const peers::RawClient& client) { return hello_for(running, client, counsel); };
  CHECK(answer_to(running, good).at(4) == static_cast<Byte>(FrameType::welcome));

  CHECK(answer_to(running, [&](const auto& client) { return hello_for(running, client, stranger); }) == refused);
  CHECK(answer_to(running, [&](const auto& client) {
          return sign_hello(Fingerprint(), counsel, client.channel(), running.pin(), std::nullopt, 0);
        }) == refused);
  CHECK(answer_to(running, [&](const auto& client) {
          Hello other = good(client);
          other.member = running.people.reviewer.public_key();
          return other;
        }) == refused);
  CHECK(answer_to(running, [&](const auto& client) {
          return sign_hello(running.people.case_id(), counsel, client.channel(), TlsPin(), std::nullopt, 0);
        }) == refused);
  CHECK(answer_to(running, [&](const auto& client) {
          Hello other = good(client);
          other.max_version = 2;  // changed on the way
          return other;
        }) == refused);
}

TEST_CASE("a Hello of one connection is worth nothing on another") {
  Running running;
  std::optional<Hello> overheard;
  const auto good = [&](const peers::RawClient& client) {
    overheard = hello_for(running, client, running.people.counsel);
    return *overheard;
  };
  CHECK(answer_to(running, good).at(4) == static_cast<Byte>(FrameType::welcome));
  CHECK(answer_to(running, [&](const auto&) { return *overheard; }) == refused);
}

TEST_CASE("only who holds a genuine ticket learns that it is too late") {
  Running running;
  const SigningKey first = Scribe::key_of(11);
  const SigningKey second = Scribe::key_of(12);
  CHECK(running.connect(first, running.people.admission(first, noon - 1)).code() == Errc::ticket_expired);
  CHECK(running.connect(first, running.people.admission(first)));
  CHECK(running.connect(second, running.people.admission(second)).code() == Errc::ticket_used);
  CHECK(answer_to(running, [&](const auto&) {  // the same ticket under a signature that does not hold
          return running.people.hello(second.public_key(), running.people.admission(second));
        }) == refused);
}

TEST_CASE("versions that do not meet are named to members only") {
  Running running;
  const auto from_2 = [&](const SigningKey& member) {
    return [&](const peers::RawClient& client) {
      return sign_hello(running.people.case_id(), member, client.channel(), running.pin(), std::nullopt, 0, 2, 9);
    };
  };
  CHECK(answer_to(running, from_2(Scribe::key_of(77))) == refused);
  CHECK(answer_to(running, from_2(running.people.counsel)) ==
        serialize(encode(Response(Failure{Errc::unsupported_version})).value()));
}

TEST_CASE("what is no Hello is answered by nothing") {
  Running running;
  Bytes unknown_field = encode(Request(running.people.hello(running.people.counsel.public_key())))->payload;
  append(unknown_field, Bytes{0x78, 0x01});
  const std::vector<Bytes> wrong = {
      to_bytes(std::string_view("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")),
      {0, 0, 0x40, 1, 1},
      {0xff, 0xff, 0xff, 0xff, 1},
      {0, 0, 0, 0, 1},
      serialize(encode(Request(List{1})).value()),
      serialize({FrameType::hello, unknown_field}),
      serialize(encode(Response(Failure{Errc::refused})).value()),
  };
  for (const Bytes& bytes : wrong) {
    auto client = running.raw();
    REQUIRE(client.handshake());
    REQUIRE(client.send(bytes));
    CHECK(client.read().code() == Errc::connection_lost);
  }
  running.stop();
  CHECK(running.events() == std::vector<std::string>{"out_of_turn", "frame_too_large", "frame_too_large", "malformed",
                                                     "out_of_turn", "unknown_field", "out_of_turn"});
}

TEST_CASE("a member who breaks the protocol is told how, and is closed") {
  struct Case {
    Bytes sent;
    Errc named;
  };
  Running running;
  const std::vector<Case> cases = {
      {{0, 0x11, 0, 1, 2}, Errc::frame_too_large},
      {{0, 0, 0, 1, 7}, Errc::frame_too_large},
      {{0, 0, 0, 2, 6, 0x78, 0x01}, Errc::unknown_field},
      {{0, 0, 0, 2, 6, 0x08, 0x00}, Errc::malformed},
      {{0, 0, 0, 0, 2}, Errc::malformed},
      {{0, 0, 0, 0, 0x42}, Errc::out_of_turn},
      {serialize(encode(Request(Data{0, Bytes(5)})).value()), Errc::out_of_turn},
      {serialize(encode(Request(running.people.hello(running.people.counsel.public_key()))).value()), Errc::out_of_turn},
  };
  for (const Case& c : cases) {
    auto client = running.raw();
    greet(running, client);
    REQUIRE(client.send(c.sent));
    CHECK(client.failure() == c.named);
    CHECK(client.read().code() == Errc::connection_lost);
  }
}

TEST_CASE("the silent and the slow are cut") {
  SECTION("before TLS") {
    Limits limits = patient();
    limits.handshake = 30ms;
    Running running(limits);
    asio::io_context io;
    Tcp::socket socket(io);
    socket.connect({asio::ip::make_address(running.address().host), running.address().port});
    Bytes scratch(100);
    boost::system::error_code error;
    CHECK(socket.read_some(asio::buffer(scratch), error) == 0);
    CHECK(error);
  }
  SECTION("before Hello, to whom nothing was said") {
    Limits limits = patient();
    limits.hello = 30ms;
    Running running(limits);
    auto client = running.raw();
    REQUIRE(client.handshake());
    CHECK(client.read().code() == Errc::connection_lost);
    running.stop();
    CHECK(running.events() == std::vector<std::string>{"timed_out"});
  }
  SECTION("in the middle of a frame") {
    Limits limits = patient();
    limits.frame = 30ms;
    Running running(limits);
    auto client = running.raw();
    REQUIRE(client.handshake());
    REQUIRE(client.send(Bytes{0, 0}));
    CHECK(client.read().code() == Errc::connection_lost);
  }
  SECTION("idle") {
    Limits limits = patient();
    limits.idle = 30ms;
    Running running(limits);
    auto client = running.raw();
    greet(running, client);
    CHECK(client.read().code() == Errc::connection_lost);
  }
}

TEST_CASE("TLS older than 1.3, or without ALPN h2, is refused") {
  Running running;
  const std::string good = s_client(running, "-tls1_3 -alpn h2");
  CHECK(good.find("ALPN protocol: h2") != std::string::npos);
  CHECK(good.find("TLSv1.3") != std::string::npos);
  CHECK(good.find("Session-ID:") == std::string::npos);  // no ticket came
  CHECK(s_client(running, "-tls1_2 -alpn h2").find("alert protocol version") != std::string::npos);
  CHECK(s_client(running, "-tls1_3 -alpn http/1.1").find("alert no application protocol") != std::string::npos);
}
