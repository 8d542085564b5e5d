// SPDX-License-Identifier: GPL-3.0-or-later
// A QR code as text for a terminal.
#pragma once

#include <string>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz {

/// Dark on light whatever the terminal's colours, two modules a character; too_large beyond one code.
Result<std::string> qr_text(ByteView content);

}  // namespace dokaz
