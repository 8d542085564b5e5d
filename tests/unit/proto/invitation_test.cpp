// SPDX-License-Identifier: GPL-3.0-or-later
// Invitations and server cards: what belongs together, and addresses in one spelling.
#include <catch2/catch.hpp>

#include "crypto/encoding.hpp"
#include "tests/unit/proto/case_samples.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

Bytes text_of_invitation(const Invitation& invitation) {
  return write_invitation(invitation).reveal([](ByteView text) { return to_bytes(text); });
}

}  // namespace

TEST_CASE("an invitation whose parts do not belong together is refused") {
  Invitation other_root = sample_invitation();
  Ticket ticket = sample_ticket();
  ticket.root = key_of(60).public_key();
  other_root.ticket = sign_ticket(ticket, key_of(60)).value();
  CHECK(read_invitation(text_of_invitation(other_root)).code() == Errc::wrong_root);

  Invitation other_secret = sample_invitation();
  other_secret.ticket_key = key_of(61);
  CHECK(read_invitation(text_of_invitation(other_secret)).code() == Errc::bad_key);

  Invitation forged = sample_invitation();
  forged.roster = Note::sign(forged.roster.text(), "dokaz-case", key_of(62));
  CHECK(read_invitation(text_of_invitation(forged)).code() == Errc::bad_signature);

  Invitation other_policy = sample_invitation();
  other_policy.policy.pop_back();
  CHECK(read_invitation(text_of_invitation(other_policy)).code() == Errc::malformed);
}

TEST_CASE("an invitation is read as it was written") {
  const Bytes text = text_of_invitation(sample_invitation());
  const auto read = read_invitation(text);
  REQUIRE(read.has_value());
  CHECK(text_of_invitation(*read) == text);
  CHECK(read->server == ServerAddress{"example.org", 7443});
  CHECK(read->ticket_key.public_key() == ticket_key().public_key());
}

TEST_CASE("one changed byte in an invitation's secret, roster or ticket refuses it") {
  const Bytes text = text_of_invitation(sample_invitation());
  const std::size_t secret = text_of(text).find("\nsecret ");
  for (std::size_t i = 0; i < text.size(); i += i < secret ? 1 : 3) {
    Bytes changed = text;
    changed[i] ^= 1;
    const auto read = read_invitation(changed);
    if (read) CHECK(text_of_invitation(*read) == changed);  // server, pin and policy are nobody's signature
    if (read) CHECK((i < secret || (i > text_of(text).find("\npolicy ") && i < text_of(text).find("\nroster "))));
  }
}

TEST_CASE("an address has one spelling") {
  for (const char* bad : {"", ":", "host", "host:", ":1", "host:0", "host:65536", "host:01", "host:+1", "HOST:1", "a..b:1",
                          ".a:1", "a.:1", "-a:1", "a-:1", "a_b:1", "a b:1", "256.1.1.1:1", "1.2.3:1", "01.2.3.4:1", "1:2:3",
                          "::1:80", "[]:1", "[::1]", "[0:0::1]:1", "[::1%eth0]:1", "[::G]:1", "[2001:DB8::1]:1", "[1.2.3.4]:1",
                          "a:1 ", "a/b:1"})
    CHECK(parse_server_address(bad).code() == Errc::malformed);
  CHECK(parse_server_address(std::string(64, 'a') + ":1").code() == Errc::malformed);
  for (const char* good : {"localhost:1", "example.org:65535", "xn--e1afmkfd.example:443", "127.0.0.1:80", "[::1]:80",
                           "[2001:db8::1]:443", "3com.example:1"})
    CHECK(format_server_address(parse_server_address(good).value()) == good);
  CHECK(parse_server_address("[::1]:80")->host == "::1");
}

TEST_CASE("a server card is read as it was written, and every byte matters to it") {
  const Bytes card = write_server_card({id_of<TlsPin>(1), log_key().public_key(), key_of(40).public_key(), recipient('z')});
  CHECK(write_server_card(read_server_card(card).value()) == card);
  for (std::size_t i = 0; i < card.size(); ++i)
    for (int flip : {0x01, 0x02, 0x20, 0x80}) {
      Bytes changed = card;
      changed[i] = static_cast<Byte>(changed[i] ^ flip);
      const auto read = read_server_card(changed);
      if (read) CHECK(write_server_card(*read) == changed);
    }
}
