// SPDX-License-Identifier: GPL-3.0-or-later
// A file that holds one random 32-byte key under a passphrase.
//
//   dokaz/key-file/v1
//   kdf argon2id 3 268435456            passes, bytes of memory
//   salt 00112233445566778899aabbccddeeff
//   sealed <base64 of 48 bytes>         the key under ChaCha20-Poly1305
//
// The derived key seals exactly once, for each file has its own salt; so the nonce is zeros. The three
// lines before, with their line feeds, are the associated data. A line feed ends each line; nothing follows.
#pragma once

#include "crypto/passphrase.hpp"

namespace dokaz {

class KeyFile {
 public:
  struct Created;

  /// A fresh key, sealed. `internal` when the memory for the passphrase cannot be had.
  static Result<Created> create(const SecretBytes& passphrase, const PassphraseWork& work = {});

  /// The same key under another passphrase, with a fresh salt.
  static Result<Bytes> seal(const Secret<32>& key, const SecretBytes& passphrase,
                            const PassphraseWork& work = {});

  /// `malformed` if the file has not exactly the form above, or asks for more work than is acceptable;
  /// `unsupported_version` if its first line names another version; `wrong_passphrase` also when
  /// salt, work or sealed key were changed: the two cannot be told apart.
  static Result<Secret<32>> open(ByteView file, const SecretBytes& passphrase);
};

struct KeyFile::Created {
  Bytes file;
  Secret<32> key;
};

}  // namespace dokaz
