// SPDX-License-Identifier: GPL-3.0-or-later
// The ids of the formats. Two of different meaning do not compare or convert.
#pragma once

#include <optional>
#include <string>

#include "crypto/bytes.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/signature.hpp"

namespace dokaz {

/// H(statement): format.md section 3.
using StatementHash = FixedBytes<struct StatementHashTag, 32>;
/// H(object), of the ciphertext: section 5.
using ObjectId = FixedBytes<struct ObjectIdTag, 32>;
/// One member's chain in one case: section 3.
using ChainId = FixedBytes<struct ChainIdTag, 16>;
/// What a statement's sd line holds: section 4.
using FactDigest = FixedBytes<struct FactDigestTag, 32>;
/// H(case root public key), which also names the case: section 2.
using Fingerprint = FixedBytes<struct FingerprintTag, 32>;
/// H(SubjectPublicKeyInfo) of a server's TLS certificate: section 8.
using TlsPin = FixedBytes<struct TlsPinTag, 32>;
/// The pins that a client accepts: the present one, and that of the key which the server holds ready.
struct TlsPins {
  TlsPins(const TlsPin& only) : present(only) {}
  TlsPins(const TlsPin& now, const std::optional<TlsPin>& later) : present(now), next(later) {}
  bool accept(const TlsPin& pin) const { return pin == present || (next && pin == *next); }

  TlsPin present;
  std::optional<TlsPin> next;
};
/// A hash in the Merkle tree: section 9.
using TreeHash = FixedBytes<struct TreeHashTag, 32>;

/// H(key): the fingerprint of a case root.
inline Fingerprint fingerprint_of(const PublicKey& root) { return Fingerprint(sha256(root.view()).raw()); }

/// How lists name an item: the first 8 digits of its statement hash. Where two items of one list begin so, both
/// are named by more digits, so that every name of a list means one item.
inline constexpr std::size_t short_name_digits = 8;
inline std::string short_name(const StatementHash& item) { return hex(item).substr(0, short_name_digits); }

}  // namespace dokaz
