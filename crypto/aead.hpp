// SPDX-License-Identifier: GPL-3.0-or-later
// ChaCha20-Poly1305, HMAC-SHA-256 and HKDF-SHA-256: what the envelope and the key file are made of.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>

#include "crypto/bytes.hpp"
#include "crypto/hash.hpp"
#include "crypto/secret.hpp"

namespace dokaz {

using AeadNonce = FixedBytes<struct AeadNonceTag, 12>;
inline constexpr std::size_t aead_tag_size = 16;

/// ChaCha20-Poly1305 (RFC 8439) under one key. One EVP context is reused for every call, because
/// setting one up costs more than a small chunk. A nonce must not be used twice to seal.
/// Not for use by two threads at once.
class Aead {
 public:
  explicit Aead(const Secret<32>& key);
  ~Aead();
  Aead(Aead&&) noexcept;
  Aead& operator=(Aead&&) noexcept;

  /// out.size() == plain.size() + 16. `out` may begin where `plain` begins.
  void seal(const AeadNonce& nonce, ByteView associated, ByteView plain, std::span<Byte> out);
  /// out.size() == sealed.size() - 16, sealed.size() >= 16. False if the tag does not match; `out` is
  /// wiped then. `out` may begin where `sealed` begins.
  [[nodiscard]] bool open(const AeadNonce& nonce, ByteView associated, ByteView sealed, std::span<Byte> out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

using HmacTag = FixedBytes<struct HmacTagTag, 32>;

/// RFC 2104 with SHA-256.
HmacTag hmac_sha256(ByteView key, ByteView message);

/// RFC 5869 with SHA-256, 32 bytes of output.
Secret<32> hkdf_sha256(ByteView input_key, ByteView salt, std::string_view info);

}  // namespace dokaz
