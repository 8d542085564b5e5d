// SPDX-License-Identifier: GPL-3.0-or-later
// How a file key gets into a stanza and out again (c2sp.org/age, "Native recipient types").
#pragma once

#include <optional>

#include "crypto/age/header.hpp"
#include "crypto/age/keys.hpp"

namespace dokaz::age {

/// A stanza for one X25519 recipient, under a fresh ephemeral key.
Stanza wrap(const FileKey& key, const Recipient& recipient);
/// A stanza for a passphrase, under a fresh salt. `internal` when the memory cannot be had.
Result<Stanza> wrap(const FileKey& key, const Passphrase& passphrase);

/// Empty when the stanza is of another kind or for another key. `age_header` when it is of this kind and
/// not well formed, or the shared secret is zero.
Result<std::optional<FileKey>> unwrap(const Stanza& stanza, const Identity& identity);
/// The same; `age_work_factor` when the stanza asks for more than the passphrase's `most_work`.
Result<std::optional<FileKey>> unwrap(const Stanza& stanza, const Passphrase& passphrase);

// Shared by the two kinds.

/// The file key under a key that is used once, hence a nonce of zeros.
Bytes seal_file_key(const FileKey& key, const Secret<32>& wrapping);
/// `body` has wrapped_key_size bytes.
std::optional<FileKey> open_file_key(ByteView body, const Secret<32>& wrapping);

}  // namespace dokaz::age
