// SPDX-License-Identifier: GPL-3.0-or-later
// The X25519 stanza.
#include <sodium.h>

#include "crypto/age/wrap.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::age {
namespace {

constexpr std::string_view kind = "X25519";

/// Empty when the shared secret is zero.
std::optional<Secret<32>> wrapping_key(const Secret<32>& scalar, ByteView point, ByteView share,
                                       const Recipient& recipient) {
  bool good = false;
  const auto shared = Secret<32>::make([&](std::span<Byte, 32> out) {
    scalar.reveal([&](std::span<const Byte, 32> bytes) {
      good = crypto_scalarmult_curve25519(out.data(), bytes.data(), point.data()) == 0;
    });
  });
  if (!good) return std::nullopt;
  Bytes salt = to_bytes(share);
  append(salt, recipient.view());
  return shared.reveal(
      [&](ByteView bytes) { return hkdf_sha256(bytes, salt, "age-encryption.org/v1/X25519"); });
}

}  // namespace

Bytes seal_file_key(const FileKey& key, const Secret<32>& wrapping) {
  Bytes body(wrapped_key_size);
  key.reveal([&](ByteView bytes) { Aead(wrapping).seal(AeadNonce(), {}, bytes, body); });
  return body;
}

std::optional<FileKey> open_file_key(ByteView body, const Secret<32>& wrapping) {
  DOKAZ_CHECK(body.size() == wrapped_key_size);
  bool opened = false;
  auto key = FileKey::make([&](std::span<Byte, 16> out) {
    opened = Aead(wrapping).open(AeadNonce(), {}, body, out);
  });
  if (!opened) return std::nullopt;
  return key;
}

Stanza wrap(const FileKey& key, const Recipient& recipient) {
  const Identity ephemeral = Identity::generate();
  const ByteView share = ephemeral.recipient().view();
  const auto wrapping = wrapping_key(ephemeral.secret(), recipient.view(), share, recipient);
  DOKAZ_CHECK(wrapping.has_value());  // a Recipient is not of small order
  return {{std::string(kind), base64_unpadded(share)}, seal_file_key(key, *wrapping)};
}

Result<std::optional<FileKey>> unwrap(const Stanza& stanza, const Identity& identity) {
  if (stanza.kind() != kind) return std::optional<FileKey>();
  if (stanza.arguments.size() != 2) return fail(Errc::age_header, "X25519 arguments");
  const auto share = from_base64_unpadded(stanza.arguments[1]);
  if (!share || share->size() != 32) return fail(Errc::age_header, "X25519 share");
  if (stanza.body.size() != wrapped_key_size) return fail(Errc::age_header, "X25519 body");
  const auto wrapping = wrapping_key(identity.secret(), *share, *share, identity.recipient());
  if (!wrapping) return fail(Errc::age_header, "X25519 share of small order");
  return open_file_key(stanza.body, *wrapping);
}

}  // namespace dokaz::age
