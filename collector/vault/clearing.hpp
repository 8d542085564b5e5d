// SPDX-License-Identifier: GPL-3.0-or-later
// Clearing a room while the program goes on, so that nobody waits for it: it takes longer the more was in it.
#pragma once

#include "crypto/files.hpp"

namespace dokaz {

/// In a process of its own that nobody waits for and that holds none of this one's descriptors. The room's key must
/// be gone already. Where no process can be made the room stays until the next time.
void start_clearing(const Path& vault, unsigned room);

}  // namespace dokaz
