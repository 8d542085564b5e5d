// SPDX-License-Identifier: GPL-3.0-or-later
// What is said to a proxy, byte for byte as in RFC 1928 and RFC 1929, and what no proxy can do by lying.
#include <catch2/catch.hpp>

#include "proto/transport/route.hpp"
#include "proto/transport/socks_dialogue.hpp"

using namespace dokaz;

namespace {

const ProxyLogin login{"user", "pw"};

SocksDialogue to(const std::string& host) { return {host, 443, login}; }

/// The proxy's answers in turn; what was said after each.
Result<std::vector<Bytes>> talk(SocksDialogue& dialogue, const std::vector<Bytes>& answers) {
  std::vector<Bytes> said{dialogue.greeting()};
  for (const Bytes& answer : answers) {
    REQUIRE(dialogue.wants() == answer.size());
    DOKAZ_LET(next, dialogue.answered(answer));
    said.push_back(next);
  }
  return said;
}

}  // namespace

TEST_CASE("A name goes to the proxy as a name, under a login of its own") {
  SocksDialogue dialogue = to("abc.onion");
  const auto said = talk(dialogue, {{5, 2}, {1, 0}, {5, 0, 0, 1, 127}, {0, 0, 1, 0x12, 0x34}});
  REQUIRE(said);
  CHECK((*said)[0] == Bytes{5, 2, 2, 0});
  CHECK((*said)[1] == Bytes{1, 4, 'u', 's', 'e', 'r', 2, 'p', 'w'});
  CHECK((*said)[2] == Bytes{5, 1, 0, 3, 9, 'a', 'b', 'c', '.', 'o', 'n', 'i', 'o', 'n', 1, 187});
  CHECK((*said)[3].empty());
  CHECK(dialogue.wants() == 0);
}

TEST_CASE("Addresses in numbers go as numbers, and each kind of answer is read to its exact end") {
  SocksDialogue four = to("192.0.2.1");
  const auto said = talk(four, {{5, 0}, {5, 0, 0, 4, 0}, Bytes(17)});
  REQUIRE(said);
  CHECK((*said)[1] == Bytes{5, 1, 0, 1, 192, 0, 2, 1, 1, 187});
  CHECK(four.wants() == 0);

  SocksDialogue six = to("2001:db8::1");
  const auto also = talk(six, {{5, 0}, {5, 0, 0, 3, 255}, Bytes(257)});
  REQUIRE(also);
  CHECK((*also)[1] == Bytes{5, 1, 0, 4, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 187});
  CHECK(six.wants() == 0);
}

TEST_CASE("What is no proxy, or one that refuses, is proxy_failed") {
  const std::vector<std::vector<Bytes>> answers = {
      {{4, 0}},                                  // SOCKS4
      {{'H', 'T'}},                              // HTTP
      {{5, 1}},                                  // GSSAPI was not offered
      {{5, 0xff}},                               // no method
      {{5, 2}, {5, 0}},                          // another version of the login
      {{5, 2}, {1, 1}},                          // login refused
      {{5, 0}, {4, 0, 0, 1, 0}},                 // another version in the reply
      {{5, 0}, {5, 0, 7, 1, 0}},                 // reserved
      {{5, 0}, {5, 0, 0, 2, 0}},                 // no such kind of address
      {{5, 0}, {5, 1, 0, 1, 0}}, {{5, 0}, {5, 2, 0, 1, 0}}, {{5, 0}, {5, 3, 0, 1, 0}}, {{5, 0}, {5, 4, 0, 1, 0}},
      {{5, 0}, {5, 5, 0, 1, 0}}, {{5, 0}, {5, 6, 0, 1, 0}}, {{5, 0}, {5, 0xf0, 0, 1, 0}},
  };
  for (const auto& script : answers) {
    SocksDialogue dialogue = to("abc.onion");
    const auto said = talk(dialogue, script);
    REQUIRE_FALSE(said);
    CHECK(said.code() == Errc::proxy_failed);
    CHECK_FALSE(said.error().detail.empty());
  }
}

TEST_CASE("No byte that a proxy can send makes the dialogue want more than 257 bytes, or never end") {
  for (int kind = 0; kind < 256; ++kind)
    for (const int first : {0, 1, 255}) {
      SocksDialogue dialogue = to("abc.onion");
      REQUIRE(dialogue.answered(Bytes{5, 0}));
      const auto next = dialogue.answered(Bytes{5, 0, 0, static_cast<Byte>(kind), static_cast<Byte>(first)});
      if (!next) continue;
      CHECK(dialogue.wants() <= 257);
      REQUIRE(dialogue.answered(Bytes(dialogue.wants(), 0xff)));
      CHECK(dialogue.wants() == 0);
    }
}

TEST_CASE("Two logins are never the same") {
  const ProxyLogin a = ProxyLogin::random(), b = ProxyLogin::random();
  CHECK(a.user != b.user);
  CHECK(a.password != b.password);
  CHECK(a.user.size() == 32);
}

TEST_CASE("A proxy is named by its address in numbers, so that nobody is asked for it") {
  CHECK(format_proxy(parse_proxy("socks5h://127.0.0.1:9050").value()) == "socks5h://127.0.0.1:9050");
  CHECK(format_proxy(parse_proxy("socks5h://localhost:9050").value()) == "socks5h://127.0.0.1:9050");
  CHECK(format_proxy(parse_proxy("socks5h://[::1]:9150").value()) == "socks5h://[::1]:9150");
  for (const char* bad : {"socks5://127.0.0.1:9050", "socks5h://proxy.example:9050", "127.0.0.1:9050", "socks5h://127.0.0.1",
                          "socks5h://a:b@127.0.0.1:9050", "socks5h://127.0.0.1:0", "socks5h://127.1:9050", "socks5h://", ""})
    CHECK_FALSE(parse_proxy(bad));
}

TEST_CASE("Without a proxy, no onion address and nothing under proxy only") {
  const ProxyAddress proxy = parse_proxy("socks5h://127.0.0.1:9050").value();
  const ServerAddress clear{"server.example", 443}, onion{"abc.onion", 443};
  CHECK(check_route({}, clear));
  CHECK(check_route({}, onion).code() == Errc::proxy_failed);
  CHECK(check_route({std::nullopt, true}, clear).code() == Errc::proxy_failed);
  CHECK(check_route({proxy, true}, clear));
  CHECK(check_route({proxy, false}, onion));
  CHECK_FALSE(is_onion({"onion.example", 443}));
}
