// SPDX-License-Identifier: GPL-3.0-or-later
// Ed25519 (RFC 8032) by libsodium, with one strict answer everywhere: docs/format.md section 2.
#pragma once

#include <memory>

#include "crypto/bytes.hpp"
#include "crypto/hash.hpp"
#include "crypto/result.hpp"
#include "crypto/secret.hpp"

namespace dokaz {

using Signature = FixedBytes<struct SignatureTag, 64>;
/// SHA-256 of a public key: how logs and Sigsum proofs name a key.
using KeyHash = FixedBytes<struct KeyHashTag, 32>;

/// A public key that passed the checks: canonical, on the curve, not of small order.
class PublicKey {
 public:
  static constexpr std::size_t size = 32;

  /// `bad_key` if y >= p, not a point of the prime-order group, or of small order.
  static Result<PublicKey> from(ByteView bytes);
  static Result<PublicKey> from_hex(std::string_view text);

  ByteView view() const { return bytes_; }
  KeyHash hash() const;

  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;

 private:
  explicit PublicKey(const std::array<Byte, 32>& bytes) : bytes_(bytes) {}
  std::array<Byte, 32> bytes_;
};

std::string hex(const PublicKey& key);

/// `bad_signature` unless S < L, R is canonical and not of small order, and the equation holds.
Status verify(const PublicKey& key, ByteView message, const Signature& signature);

/// A signing key, held as its 32-byte seed in guarded memory.
class SigningKey {
 public:
  static SigningKey generate();
  static SigningKey from_seed(const Secret<32>& seed);

  const PublicKey& public_key() const { return public_key_; }
  Signature sign(ByteView message) const;
  /// A copy of the seed, to be stored sealed.
  Secret<32> seed() const;

 private:
  SigningKey(Secret<64> secret, PublicKey public_key)
      : secret_(std::move(secret)), public_key_(public_key) {}
  Secret<64> secret_;
  PublicKey public_key_;
};

}  // namespace dokaz
