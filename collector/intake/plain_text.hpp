// SPDX-License-Identifier: GPL-3.0-or-later
// Text from strangers, made harmless: valid UTF-8, no control characters, of bounded length.
#pragma once

#include <string>
#include <string_view>

namespace dokaz::intake {

inline constexpr std::size_t text_cap = 1024;  ///< bytes

/// Without blanks and NULs at the ends; what is not UTF-8 or is a control character becomes U+FFFD;
/// cut between characters at `text_cap`.
std::string plain_text(std::string_view raw);

/// Whether `plain_text` could have given it: 1 to `text_cap` bytes of UTF-8 without control characters.
bool is_plain_text(std::string_view text);

}  // namespace dokaz::intake
