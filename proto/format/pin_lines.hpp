// SPDX-License-Identifier: GPL-3.0-or-later
// The lines "pin" and "next-pin" of a card, an invitation and a courier's file: format.md section 8. Private to the
// folder.
#pragma once

#include "proto/format/ids.hpp"
#include "proto/format/line_reader.hpp"

namespace dokaz {

/// malformed, also where both are the same.
Result<TlsPins> read_pins(LineReader& lines);
/// With the LF before each, and none behind the last. Bug: one pin twice.
std::string write_pins(const TlsPins& pins);

}  // namespace dokaz
