// SPDX-License-Identifier: GPL-3.0-or-later
// The line "network" of an invitation and a courier's file: format.md sections 8 and 17. Private to the folder.
#pragma once

#include "proto/format/invitation.hpp"
#include "proto/format/line_reader.hpp"

namespace dokaz {

/// The line is there or not. malformed for every value but "tor-only".
Result<Network> read_network(LineReader& lines);
/// With the LF before it, and none behind; nothing for `any`.
std::string write_network(Network network);

}  // namespace dokaz
