// SPDX-License-Identifier: GPL-3.0-or-later
// A seed in hexadecimal inside a text, without ever leaving guarded memory. Private to the folder.
#pragma once

#include "crypto/secret.hpp"
#include "crypto/result.hpp"

namespace dokaz::secret_line {

/// 64 digits straight into guarded memory: malformed.
Result<Secret<32>> read(std::string_view digits);
/// `before`, the seed's digits, `after`.
SecretBytes write(std::string_view before, const Secret<32>& seed, std::string_view after);

}  // namespace dokaz::secret_line
