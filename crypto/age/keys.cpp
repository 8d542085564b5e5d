// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/age/keys.hpp"

#include <sodium.h>

#include "crypto/age/bech32.hpp"

namespace dokaz::age {
namespace {

constexpr std::string_view recipient_prefix = "age";
constexpr std::string_view identity_prefix = "AGE-SECRET-KEY-";

}  // namespace

Result<Recipient> Recipient::from(ByteView bytes) {
  if (bytes.size() != size) return fail(Errc::bad_key, "length");
  // Any scalar is a multiple of 8 after clamping, so a point of small order gives zero with every one.
  const std::array<Byte, 32> scalar{};
  std::array<Byte, 32> product{}, copy{};
  if (crypto_scalarmult_curve25519(product.data(), scalar.data(), bytes.data()) != 0)
    return fail(Errc::bad_key, "small order");
  std::copy(bytes.begin(), bytes.end(), copy.begin());
  return Recipient(copy);
}

Result<Recipient> Recipient::parse(std::string_view text) {
  DOKAZ_LET(decoded, bech32_decode(bytes_of(text)));
  if (decoded.prefix != recipient_prefix)
    return decoded.prefix.starts_with("age1") ? fail(Errc::age_unsupported)
                                              : fail(Errc::malformed, "recipient");
  return decoded.data.reveal([](ByteView bytes) { return from(bytes); });
}

std::string Recipient::format() const {
  return bech32_encode(recipient_prefix, bytes_, LetterCase::lower).reveal([](ByteView text) {
    return to_text(text);
  });
}

Identity Identity::generate() { return from(Secret<32>::random()); }

Identity Identity::from(Secret<32> secret) {
  std::array<Byte, 32> point{};
  secret.reveal([&](std::span<const Byte, 32> scalar) {
    DOKAZ_CHECK(crypto_scalarmult_curve25519_base(point.data(), scalar.data()) == 0);
  });
  return Identity(std::move(secret), Recipient(point));
}

Result<Identity> Identity::parse(ByteView text) {
  DOKAZ_LET(decoded, bech32_decode(text));
  if (decoded.prefix != identity_prefix)
    return decoded.prefix.starts_with("AGE-") ? fail(Errc::age_unsupported)
                                              : fail(Errc::malformed, "identity");
  if (decoded.data.size() != 32) return fail(Errc::malformed, "identity");
  return from(decoded.data.reveal([](ByteView bytes) { return Secret<32>::copy_of(bytes.first<32>()); }));
}

Result<std::vector<Identity>> Identity::parse_file(ByteView file) {
  std::vector<Identity> found;
  std::string_view rest = text_of(file);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    DOKAZ_LET(identity, parse(bytes_of(line)));
    found.push_back(std::move(identity));
  }
  if (found.empty()) return fail(Errc::malformed, "no identity");
  return found;
}

SecretBytes Identity::format() const {
  return secret_.reveal([](ByteView bytes) {
    return bech32_encode("age-secret-key-", bytes, LetterCase::upper);
  });
}

Passphrase::Passphrase(SecretBytes text, unsigned work, unsigned most_work)
    : text_(std::move(text)), work_(work), most_work_(most_work) {
  DOKAZ_CHECK(work >= 1 && work <= 30 && most_work <= 30);
}

}  // namespace dokaz::age
