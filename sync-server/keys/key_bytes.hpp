// SPDX-License-Identifier: GPL-3.0-or-later
// A key's file as it lies there. Private to the folder.
#pragma once

#include "sync-server/keys/database_key.hpp"

namespace dokaz::server {

/// not_found; wrong_key for a length that no key has, or rights of others.
Result<SecretBytes> read_key_bytes(const KeySource& source, const Path& data);
bool is_protected(const SecretBytes& file);
/// As read_database_key.
Result<Secret<32>> key_of(const SecretBytes& bytes, const KeySource& source);

}  // namespace dokaz::server
