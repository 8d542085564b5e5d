// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/invitation.hpp"

#include "proto/format/line_reader.hpp"
#include "proto/format/network_line.hpp"
#include "proto/format/pin_lines.hpp"
#include "proto/format/secret_line.hpp"

namespace dokaz {
namespace {

constexpr std::string_view card_header = "dokaz/server-card/v1";
constexpr std::string_view invitation_header = "dokaz/invitation/v1";
constexpr std::size_t max_card_size = 4096;

Result<PublicKey> read_key(LineReader& lines, std::string_view key) {
  DOKAZ_LET(text, lines.value(key));
  return key_from_hex(text);
}

Result<std::string> read_recipient(LineReader& lines, std::string_view key) {
  DOKAZ_LET(text, lines.value(key));
  if (!is_recipient_form(text)) return fail(Errc::malformed, "recipient");
  return std::string(text);
}

Result<Bytes> read_base64(LineReader& lines, std::string_view key) {
  DOKAZ_LET(text, lines.value(key));
  return from_base64(text);
}

Result<Note> read_note(LineReader& lines, std::string_view key) {
  DOKAZ_LET(bytes, read_base64(lines, key));
  return Note::parse(bytes);
}

/// Both by the root that the roster names, and the ticket is the seed's.
Status check_notes(const Note& roster_note, const Note& ticket_note, const SigningKey& key) {
  DOKAZ_LET(roster, parse_roster(roster_note));
  const CaseRoot root(fingerprint_of(roster.root));
  DOKAZ_TRY(root.check_roster(roster_note));
  DOKAZ_LET(ticket, root.check_ticket(ticket_note));
  if (ticket->ticket != key.public_key()) return fail(Errc::bad_key, "another ticket's secret");
  return {};
}

}  // namespace

Bytes write_server_card(const ServerCard& card) {
  DOKAZ_CHECK(card.log != card.member && is_recipient_form(card.parcels));
  return to_bytes(std::string(card_header) + write_pins(card.pins()) + "\nlog " + hex(card.log) + "\nmember " +
                  hex(card.member) + "\nparcels " + card.parcels + '\n');
}

Result<ServerCard> read_server_card(ByteView bytes) {
  DOKAZ_LET(lines, LineReader::open(bytes, max_card_size, card_header));
  DOKAZ_LET(pins, read_pins(lines));
  DOKAZ_LET(log, read_key(lines, "log"));
  DOKAZ_LET(member, read_key(lines, "member"));
  DOKAZ_LET(parcels, read_recipient(lines, "parcels"));
  DOKAZ_TRY(lines.end());
  if (log == member) return fail(Errc::malformed, "one key twice");
  return ServerCard{pins.present, log, member, std::move(parcels), pins.next};
}

SecretBytes write_invitation(const Invitation& invitation) {
  const std::string before = std::string(invitation_header) + "\nserver " + format_server_address(invitation.server) +
                             write_network(invitation.network) + write_pins(invitation.pins()) + "\nparcels " + invitation.parcels + "\nsecret ";
  const std::string after = "\npolicy " + base64(invitation.policy) + "\nroster " + base64(invitation.roster.bytes()) +
                            "\nticket " + base64(invitation.ticket.bytes()) + '\n';
  return secret_line::write(before, invitation.ticket_key.seed(), after);
}

Result<Invitation> read_invitation(ByteView bytes) {
  DOKAZ_LET(lines, LineReader::open(bytes, max_invitation_size, invitation_header));
  DOKAZ_LET(server_text, lines.value("server"));
  DOKAZ_LET(server, parse_server_address(server_text));
  DOKAZ_LET(network, read_network(lines));
  DOKAZ_LET(pins, read_pins(lines));
  DOKAZ_LET(parcels, read_recipient(lines, "parcels"));
  DOKAZ_LET(secret_text, lines.value("secret"));
  DOKAZ_LET(secret, secret_line::read(secret_text));
  DOKAZ_LET(policy, read_base64(lines, "policy"));
  DOKAZ_TRY(Policy::parse(policy));
  DOKAZ_LET(roster, read_note(lines, "roster"));
  DOKAZ_LET(ticket, read_note(lines, "ticket"));
  DOKAZ_TRY(lines.end());
  SigningKey key = SigningKey::from_seed(secret);
  DOKAZ_TRY(check_notes(roster, ticket, key));
  return Invitation{std::move(server), pins.present,      std::move(key),     std::move(policy),
                    std::move(roster), std::move(ticket), std::move(parcels), pins.next,
                    network};
}

}  // namespace dokaz
