// SPDX-License-Identifier: GPL-3.0-or-later
// One case with fixed keys: its roster, ticket, admission, policy and invitation.
#pragma once

#include "crypto/encoding.hpp"
#include "proto/format/invitation.hpp"
#include "tests/unit/proto/format_samples.hpp"

namespace dokaz::test {

inline SigningKey ticket_key() { return key_of(33); }
inline SigningKey log_key() { return key_of(34); }
inline SigningKey witness_key(Byte n) { return key_of(static_cast<Byte>(50 + n)); }

/// "w1" …
inline std::string witness_name(Byte n) { return {'w', static_cast<char>('0' + n)}; }

/// Of the form only: nobody holds its key.
inline std::string recipient(char letter) { return "age1" + std::string(58, letter); }

inline Roster sample_roster() {
  return {root_key().public_key(),
          1,
          {{"clerk", Role::counsel, key_of(41).public_key()},
           {"anna", Role::reviewer, key_of(42).public_key()},
           {"vault", Role::server, key_of(40).public_key()}},
          {{Group::team, recipient('q')}, {Group::legal, recipient('q')}, {Group::team, recipient('p')}}};
}

inline Ticket sample_ticket() {
  return {root_key().public_key(), ticket_key().public_key(), "dora", Role::documenter, {1780272000, false}};
}

inline Admission sample_admission() {
  return {root_key().public_key(), ticket_key().public_key(), member_key().public_key()};
}

inline std::string sample_policy_text() {
  std::string out = "log " + hex(log_key().public_key()) + "\n";
  for (Byte n = 1; n <= 3; ++n) out += "witness " + witness_name(n) + " " + hex(witness_key(n).public_key()) + "\n";
  return out + "group two-of-three 2 w1 w2 w3\nquorum two-of-three\n";
}

inline TreeHead sample_head() { return {5, id_of<TreeHash>(0x66)}; }

inline Invitation sample_invitation() {
  return {{"example.org", 7443},
          id_of<TlsPin>(0x77),
          ticket_key(),
          to_bytes(sample_policy_text()),
          sign_roster(sample_roster(), root_key()).value(),
          sign_ticket(sample_ticket(), root_key()).value(),
          recipient('z')};
}

}  // namespace dokaz::test
