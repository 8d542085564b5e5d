// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/signature.hpp"

#include <sodium.h>

#include "crypto/encoding.hpp"

namespace dokaz {

Result<PublicKey> PublicKey::from(ByteView bytes) {
  if (bytes.size() != size) return fail(Errc::bad_key, "length");
  // Canonical, on the curve, in the main subgroup and not of small order.
  if (crypto_core_ed25519_is_valid_point(bytes.data()) != 1) return fail(Errc::bad_key);
  std::array<Byte, 32> copy{};
  std::copy(bytes.begin(), bytes.end(), copy.begin());
  return PublicKey(copy);
}

Result<PublicKey> PublicKey::from_hex(std::string_view text) {
  DOKAZ_LET(bytes, dokaz::from_hex(text));
  return from(bytes);
}

KeyHash PublicKey::hash() const { return KeyHash(sha256(view()).raw()); }

std::string hex(const PublicKey& key) { return hex(key.view()); }

Status verify(const PublicKey& key, ByteView message, const Signature& signature) {
  // libsodium refuses S >= L and R of small order; that R is canonical follows, since it compares encodings.
  if (crypto_sign_verify_detached(signature.raw().data(), message.data(), message.size(), key.view().data()) != 0)
    return Errc::bad_signature;
  return {};
}

SigningKey SigningKey::generate() { return from_seed(Secret<32>::random()); }

SigningKey SigningKey::from_seed(const Secret<32>& seed) {
  std::array<Byte, 32> public_bytes{};
  auto secret = Secret<64>::make([&](std::span<Byte, 64> out) {
    seed.reveal([&](std::span<const Byte, 32> bytes) {
      DOKAZ_CHECK(crypto_sign_seed_keypair(public_bytes.data(), out.data(), bytes.data()) == 0);
    });
  });
  return {std::move(secret), PublicKey::from(public_bytes).value()};
}

Signature SigningKey::sign(ByteView message) const {
  Signature out;
  secret_.reveal([&](std::span<const Byte, 64> key) {
    DOKAZ_CHECK(crypto_sign_detached(out.raw().data(), nullptr, message.data(), message.size(), key.data()) == 0);
  });
  return out;
}

Secret<32> SigningKey::seed() const {
  return secret_.reveal([](std::span<const Byte, 64> key) { return Secret<32>::copy_of(key.first<32>()); });
}

}  // namespace dokaz
