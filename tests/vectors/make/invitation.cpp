// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of section 8: server cards and invitations. The invitations' secrets are no secrets.
#include "tests/unit/proto/case_samples.hpp"
#include "tests/vectors/make/format_vector.hpp"

namespace dokaz::format_vectors {
namespace {

using namespace dokaz::test;

std::vector<Vector> card_vectors() {
  Maker make("server-card");
  const ServerCard card{id_of<TlsPin>(0x77), log_key().public_key(), key_of(40).public_key(), recipient('z')};
  const std::string good = to_text(write_server_card(card));
  make.good("card", "Lines in this order", good);
  make.bad_lines(good, "dokaz/server-card/v1\n");
  ServerCard both = card;
  both.next_pin = id_of<TlsPin>(0x78);
  const std::string two = to_text(write_server_card(both));
  make.good("next-pin", "next-pin: zero or one", two);
  const std::string next = line_of(two, "next-pin");
  make.bad("next-pin-twice", "next-pin: zero or one", edited(two, next, next + next));
  make.bad("next-pin-first", "Lines in this order", edited(edited(two, next, ""), "pin ", next + "pin "));
  make.bad("next-pin-the-same", "next-pin differs from pin", edited(two, next, "next-" + line_of(good, "pin")));
  make.bad("next-pin-short", "next-pin is 64 hex digits", edited(two, next, next.substr(0, next.size() - 3) + "\n"));
  const std::string pin = line_of(good, "pin"), log = line_of(good, "log"), member = line_of(good, "member");
  make.bad("pin-short", "pin is 64 hex digits", edited(good, pin, pin.substr(0, pin.size() - 3) + "\n"));
  make.bad("pin-in-capitals", "Hexadecimal is lower case", edited(good, pin, "pin " + std::string(64, 'A') + "\n"));
  make.bad("wrong-order", "Lines in this order", edited(edited(good, pin, ""), log, log + pin));
  make.bad("log-not-on-the-curve", "bad_key", "A key that is not on the curve is bad_key",
           edited(good, log, "log 02" + std::string(62, '0') + "\n"));
  const std::string parcels = line_of(good, "parcels");
  make.bad("parcels-missing", "Lines in this order", edited(good, parcels, ""));
  make.bad("parcels-in-capitals", "A recipient is age1 and 58 letters of Bech32",
           edited(good, parcels, "parcels AGE1" + parcels.substr(12)));
  make.bad("one-key-twice", "A key has one role", edited(good, member, "member" + log.substr(3)));
  return make.take();
}

std::string text_of_invitation(const Invitation& invitation) {
  return write_invitation(invitation).reveal([](ByteView text) { return to_text(text); });
}

void add_bad_parts(Maker& make) {
  Invitation changed = sample_invitation();
  Ticket ticket = sample_ticket();
  ticket.root = key_of(90).public_key();
  changed.ticket = sign_ticket(ticket, key_of(90)).value();
  make.bad("ticket-of-another-root", "wrong_root", "Roster and ticket against the same root", text_of_invitation(changed));
  changed = sample_invitation();
  changed.ticket_key = key_of(91);
  make.bad("secret-of-another-ticket", "bad_key", "The secret makes the ticket's key", text_of_invitation(changed));
  changed = sample_invitation();
  changed.roster = Note::sign(changed.roster.text(), "dokaz-case", key_of(90));
  make.bad("roster-forged", "bad_signature", "The roster is signed by the root", text_of_invitation(changed));
  changed = sample_invitation();
  changed.ticket = Note::sign(changed.ticket.text(), "dokaz-case", key_of(90));
  make.bad("ticket-forged", "bad_signature", "The ticket is signed by the root", text_of_invitation(changed));
  changed = sample_invitation();
  changed.policy.push_back('\n');
  make.bad("policy-malformed", "policy is a policy file", text_of_invitation(changed));
  changed = sample_invitation();
  std::swap(changed.roster, changed.ticket);
  make.bad("roster-and-ticket-swapped", "Lines in this order", text_of_invitation(changed));
}

std::vector<Vector> invitation_texts() {
  Maker make("invitation");
  const std::string good = text_of_invitation(sample_invitation());
  make.good("name", "server is <host>:<port>", good);
  for (const auto& [name, server] : std::vector<std::pair<std::string, std::string>>{
           {"ipv4", "192.0.2.7:443"}, {"ipv6", "[2001:db8::7]:443"}, {"largest-port", "example.org:65535"}})
    make.good(name, "server is <host>:<port>", edited(good, line_of(good, "server"), "server " + server + "\n"));
  make.bad_lines(good, "dokaz/invitation/v1\n");
  Invitation both = sample_invitation();
  both.next_pin = id_of<TlsPin>(0x78);
  const std::string two = text_of_invitation(both), next = line_of(two, "next-pin");
  make.good("next-pin", "next-pin: zero or one", two);
  make.bad("next-pin-twice", "next-pin: zero or one", edited(two, next, next + next));
  make.bad("next-pin-the-same", "next-pin differs from pin", edited(two, next, "next-" + line_of(good, "pin")));
  Invitation by_tor = sample_invitation();
  by_tor.network = Network::tor_only;
  const std::string tor = text_of_invitation(by_tor), network = line_of(tor, "network");
  make.good("network-tor-only", "network tor-only: zero or one", tor);
  make.bad("network-other", "network is tor-only or not there", edited(tor, network, "network any\n"));
  make.bad("network-twice", "network tor-only: zero or one", edited(tor, network, network + network));
  make.bad("network-after-pin", "Lines in this order", edited(edited(tor, network, ""), "parcels ", network + "parcels "));
  for (const auto& [name, server] : std::vector<std::pair<std::string, std::string>>{
           {"no-port", "example.org"}, {"port-0", "example.org:0"}, {"port-65536", "example.org:65536"},
           {"port-leading-zero", "example.org:0443"}, {"no-host", ":443"}, {"host-in-capitals", "Example.org:443"},
           {"host-empty-label", "example..org:443"}, {"host-underscore", "my_host:443"}, {"ipv4-part-256", "192.0.2.256:443"},
           {"ipv4-leading-zero", "192.0.02.7:443"}, {"ipv4-short", "192.0.7:443"}, {"ipv6-without-brackets", "2001:db8::7:443"},
           {"ipv6-long-form", "[2001:db8:0:0::7]:443"}, {"ipv6-in-capitals", "[2001:DB8::7]:443"},
           {"ipv6-zone", "[fe80::1%eth0]:443"}, {"host-with-path", "example.org/x:443"}})
    make.bad(name, "server is <host>:<port>, one spelling for each address",
             edited(good, line_of(good, "server"), "server " + server + "\n"));
  const std::string secret = line_of(good, "secret"), pin = line_of(good, "pin"), policy = line_of(good, "policy");
  make.bad("secret-short", "secret is 64 hex digits", edited(good, secret, secret.substr(0, secret.size() - 3) + "\n"));
  make.bad("secret-in-capitals", "Hexadecimal is lower case", edited(good, secret, "secret " + std::string(64, 'A') + "\n"));
  make.bad("wrong-order", "Lines in this order", edited(edited(good, pin, ""), secret, secret + pin));
  make.bad("policy-missing", "Lines in this order", edited(good, policy, ""));
  const std::string parcels = line_of(good, "parcels");
  make.bad("parcels-missing", "Lines in this order", edited(good, parcels, ""));
  make.bad("parcels-short", "A recipient is age1 and 58 letters of Bech32",
           edited(good, parcels, parcels.substr(0, parcels.size() - 2) + "\n"));
  make.bad("policy-base64url", "Base64, not base64url", edited(good, policy, "policy -_-_\n"));
  make.bad("too-long", "An invitation is at most 262,144 bytes", edited(good, policy, "policy " + std::string(262144, 'A') + "\n"));
  add_bad_parts(make);
  return make.take();
}

}  // namespace

std::vector<Vector> invitation_vectors() {
  std::vector<Vector> out = card_vectors();
  for (Vector& vector : invitation_texts()) out.push_back(std::move(vector));
  return out;
}

}  // namespace dokaz::format_vectors
