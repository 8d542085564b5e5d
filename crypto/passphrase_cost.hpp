// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a key file makes guessing at its passphrase dear: format.md section 11. Such a file is not authenticated before
// its passphrase is known, and somebody else may have made it.
#pragma once

#include "crypto/passphrase.hpp"

namespace dokaz {

/// The least that a writer asks for: fewer passes, or less memory, and guessing is cheap.
inline constexpr PassphraseWork least_work{3, std::uint64_t{64} << 20};
bool is_cheap(const PassphraseWork& work);

/// What a key file, or a vault's key slots, asks for. `malformed`, `unsupported_version`.
Result<PassphraseWork> stated_work(ByteView file);

}  // namespace dokaz
