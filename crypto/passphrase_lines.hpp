// SPDX-License-Identifier: GPL-3.0-or-later
// The lines that both kinds of key file begin with: format.md section 11. Private to the folder.
#pragma once

#include <string>
#include <string_view>

#include "crypto/passphrase.hpp"

namespace dokaz {

struct PassphraseLines {
  PassphraseWork work;
  PassphraseSalt salt;
};

/// `first_line`, then "kdf argon2id <passes> <memory>" and "salt <hex>", each with its line feed.
std::string write_passphrase_lines(std::string_view first_line, const PassphraseLines& lines);

/// Cuts them off `rest`. `first_line` ends in a version: `unsupported_version` for another one of the same
/// kind, `malformed` for everything else, also for work that is not acceptable.
Result<PassphraseLines> take_passphrase_lines(std::string_view first_line, std::string_view& rest);

/// Cuts the text before `end` off `rest`, and `end` with it: `malformed`.
Result<std::string_view> take_until(std::string_view& rest, char end);
/// Cuts `literal` off `rest`: `malformed`.
Status take_literal(std::string_view& rest, std::string_view literal);

}  // namespace dokaz
