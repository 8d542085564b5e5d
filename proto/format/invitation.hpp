// SPDX-License-Identifier: GPL-3.0-or-later
// Server card and invitation: format.md section 8. An invitation holds a secret.
#pragma once

#include "proto/format/case.hpp"
#include "proto/format/policy.hpp"

namespace dokaz {

/// What an operator tells counsel about a server.
struct ServerCard {
  TlsPin pin;
  PublicKey log;
  PublicKey member;
  std::string parcels;  // "age1…": for whom parcels are sealed (section 17); checked for its form only
  std::optional<TlsPin> next_pin = {};  // of the key that comes after, where one is ready

  TlsPins pins() const { return {pin, next_pin}; }
};
/// Bug: log and member of one key, one pin twice, a recipient of another form.
Bytes write_server_card(const ServerCard& card);
/// malformed, unsupported_version, bad_key.
Result<ServerCard> read_server_card(ByteView bytes);

/// "host:port"; host is a DNS name in lower case, IPv4, or IPv6 in brackets (RFC 5952); port 1 to 65535.
struct ServerAddress {
  std::string host;  // without the brackets
  std::uint16_t port = 0;
  friend bool operator==(const ServerAddress&, const ServerAddress&) = default;
};
/// malformed
Result<ServerAddress> parse_server_address(std::string_view text);
std::string format_server_address(const ServerAddress& address);

inline constexpr std::size_t max_invitation_size = 262144;

/// How the server may be reached.
enum class Network { any, tor_only };

struct Invitation {
  ServerAddress server;
  TlsPin pin;
  SigningKey ticket_key;
  Bytes policy;  // the policy file, byte for byte
  Note roster;
  Note ticket;
  std::string parcels;  // as in the card
  std::optional<TlsPin> next_pin = {};
  Network network = Network::any;

  TlsPins pins() const { return {pin, next_pin}; }
};
/// The text as guarded memory, since it holds the ticket's seed. Checks nothing: read it back before it is given
/// to anybody.
SecretBytes write_invitation(const Invitation& invitation);
/// Strict; also checks roster and ticket against one root and the seed against the ticket:
/// malformed, unsupported_version, wrong_root, bad_signature, bad_key.
Result<Invitation> read_invitation(ByteView bytes);

}  // namespace dokaz
