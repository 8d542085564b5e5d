// SPDX-License-Identifier: GPL-3.0-or-later
// Where the program is that reads files in a sandbox.
#pragma once

#include <filesystem>

#include "crypto/result.hpp"

namespace dokaz::cli {

/// Beside this program, as in the build tree, else where it is installed. `internal` if it is in neither place.
Result<std::filesystem::path> worker_program();

}  // namespace dokaz::cli
