// SPDX-License-Identifier: GPL-3.0-or-later
// A key from a passphrase: Argon2id (RFC 9106) by libsodium.
#pragma once

#include <cstdint>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"
#include "crypto/secret.hpp"

namespace dokaz {

using PassphraseSalt = FixedBytes<struct PassphraseSaltTag, 16>;

/// How much a guess costs: passes over so many bytes of memory (one lane).
struct PassphraseWork {
  std::uint64_t passes = 3;
  std::uint64_t memory = 256 * 1024 * 1024;  // libsodium's "moderate": about 0.7 s on a laptop of 2020

  /// 1 <= passes <= 16; memory a multiple of 1024 in [8 KiB, 1 GiB]. What is outside is never computed,
  /// so that a hostile file cannot ask for a terabyte.
  bool acceptable() const;

  friend bool operator==(const PassphraseWork&, const PassphraseWork&) = default;
};

/// `internal` when the memory cannot be had. `work` must be acceptable.
Result<Secret<32>> key_from_passphrase(const SecretBytes& passphrase, const PassphraseSalt& salt,
                                       const PassphraseWork& work);

}  // namespace dokaz
