// SPDX-License-Identifier: GPL-3.0-or-later
// Bech32 (BIP 173) without its length limit, as age uses it for keys. All text and data stay in guarded
// memory, because one of the two kinds of keys is secret.
#pragma once

#include <string>
#include <string_view>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"
#include "crypto/secret.hpp"

namespace dokaz::age {

struct Bech32 {
  std::string prefix;  // the human-readable part, in the case in which it was written
  SecretBytes data;
};

enum class LetterCase { lower, upper };

/// The human-readable part is given in lower case; the whole text is in `letters`.
SecretBytes bech32_encode(std::string_view prefix, ByteView data, LetterCase letters);

/// `malformed` for mixed case, a wrong checksum, trailing bits that are not zero, or any other character.
Result<Bech32> bech32_decode(ByteView text);

}  // namespace dokaz::age
