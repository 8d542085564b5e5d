// SPDX-License-Identifier: GPL-3.0-or-later
// From a key that is known to the one that signs now, by the key-rotates between the two: format.md section 3. They
// travel with whatever a member signs for a server that may not have them yet.
#pragma once

#include <vector>

#include "proto/format/statement.hpp"

namespace dokaz {

/// So many of a chain's key-rotates may be unknown to the server.
inline constexpr std::size_t max_shown_rotations = 8;

/// A key-rotate as it came.
struct Rotation {
  Bytes statement;  // 1 to max_rotation_size bytes
  Signature signature;
  friend bool operator==(const Rotation&, const Rotation&) = default;
};

/// The key that the last of them names, and `first` where there is none. Verifies nothing: malformed unless each is a
/// readable key-rotate and they are not too many; bad_key.
Result<PublicKey> newest_key(const std::vector<Rotation>& rotations, const PublicKey& first);

/// The keys from `known` to the newest, both included: each is signed for by the one before, in a chain of the member
/// whose first key is `first`. Those that lead to `known` are not looked at. bad_signature, bad_key, broken_chain; the
/// failures of newest_key.
Result<std::vector<PublicKey>> keys_after(const PublicKey& known, const std::vector<Rotation>& rotations,
                                          const Fingerprint& of_case, const PublicKey& first);

}  // namespace dokaz
