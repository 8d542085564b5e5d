// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/passphrase.hpp"

#include <sodium.h>

namespace dokaz {

bool PassphraseWork::acceptable() const {
  return passes >= 1 && passes <= 16 && memory >= crypto_pwhash_argon2id_MEMLIMIT_MIN &&
         memory <= 1024ull * 1024 * 1024 && memory % 1024 == 0;
}

Result<Secret<32>> key_from_passphrase(const SecretBytes& passphrase, const PassphraseSalt& salt,
                                       const PassphraseWork& work) {
  static_assert(PassphraseSalt::size == crypto_pwhash_SALTBYTES);
  DOKAZ_CHECK(work.acceptable());
  bool done = false;
  auto key = Secret<32>::make([&](std::span<Byte, 32> out) {
    passphrase.reveal([&](ByteView text) {
      done = crypto_pwhash(out.data(), out.size(), reinterpret_cast<const char*>(text.data()), text.size(),
                           salt.raw().data(), work.passes, static_cast<std::size_t>(work.memory),
                           crypto_pwhash_ALG_ARGON2ID13) == 0;
    });
  });
  if (!done) return fail(Errc::internal, "not enough memory for the passphrase");
  return key;
}

}  // namespace dokaz
