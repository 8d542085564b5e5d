// SPDX-License-Identifier: GPL-3.0-or-later
// How many connections the system's descriptors allow, with a reserve for the store. Private to the folder.
#pragma once

#include <cstddef>

namespace dokaz::server {

/// For the database, object files, tiles and whatever else this process opens.
inline constexpr std::size_t reserved_descriptors = 512;

/// Raises this process's limit as far as the system lets it, and gives how many are left for connections.
std::size_t descriptors_for_connections();

}  // namespace dokaz::server
