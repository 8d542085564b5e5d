// SPDX-License-Identifier: GPL-3.0-or-later
// Clearing a room while the program goes on, so that nobody waits for it: it takes longer the more was in it.
// The program does the same work where there is nothing to clear.
#pragma once

#include <optional>

#include "crypto/files.hpp"

namespace dokaz {

/// In a process of its own that nobody waits for and that holds none of this one's descriptors. The room's key must
/// be gone already. Where no process can be made the room stays until the next time. No room: that process ends
/// at once.
void start_clearing(const Path& vault, std::optional<unsigned> room);

}  // namespace dokaz
