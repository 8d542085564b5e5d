// SPDX-License-Identifier: GPL-3.0-or-later
// Root certificates of time authorities, from files that were named on a command line.
#pragma once

#include <string>
#include <vector>

#include "proto/anchor/time_trust.hpp"

namespace dokaz {

/// Each file PEM: not_found and other failures of reading, bad_anchor. Which option it is about is said, and no path.
Result<std::vector<TimeTrust>> read_authorities(const std::vector<std::string>& files);

}  // namespace dokaz
