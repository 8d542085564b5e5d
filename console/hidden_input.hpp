// SPDX-License-Identifier: GPL-3.0-or-later
// What is typed and must not show: a real name, for example.
#pragma once

#include <string_view>

#include "crypto/result.hpp"
#include "crypto/secret.hpp"

namespace dokaz::console {

/// What is typed on the standard input, or piped in, to its end, straight into guarded memory; a terminal shows nothing of it.
/// `prompt` is for the terminal alone. too_large beyond `cap` bytes; interrupted; io_error.
Result<SecretBytes> read_hidden(std::string_view prompt, std::size_t cap);

}  // namespace dokaz::console
