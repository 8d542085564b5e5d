// SPDX-License-Identifier: GPL-3.0-or-later
// A file that only takes room: given up on a full disk, so that the vault can be opened and sent.
#pragma once

#include "crypto/files.hpp"

namespace dokaz {

/// `no_space`
Status make_reserve(const Path& vault);
/// Does nothing if there is one, or if the disk would be full of it.
void make_reserve_if_roomy(const Path& vault);
/// True if there was one.
bool give_up_reserve(const Path& vault);

}  // namespace dokaz
