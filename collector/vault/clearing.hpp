// SPDX-License-Identifier: GPL-3.0-or-later
// Clearing a room while the program goes on, so that nobody waits for it: it takes longer the more was in it.
// The program does the same work where there is nothing to clear.
#pragma once

#include "collector/vault/room.hpp"

namespace dokaz {

/// In a process of its own that nobody waits for and that holds none of this one's descriptors. What opened the room
/// must be gone already. Where no process can be made, and where it is cut, the next opening does it. Nothing to do
/// for a room that looks new: then the process ends at once, and no file is touched.
void start_clearing(const Path& vault, const OtherRoom& room);

}  // namespace dokaz
