// SPDX-License-Identifier: GPL-3.0-or-later
// One time for all that belongs to a room and for the reserve: that of the vault's making, so that a room that was made
// anew has the times of one that never was touched.
#pragma once

#include "crypto/files.hpp"

namespace dokaz {

/// Times of last change and last reading; how an inode itself changed nobody can set. Does what it can.
void set_first_times(const Path& vault, unsigned room);

}  // namespace dokaz
