// SPDX-License-Identifier: GPL-3.0-or-later
// Intake as the command line asks for it.
#pragma once

#include "collector/cli/commands.hpp"
#include "collector/intake/intake.hpp"

namespace dokaz::cli {

/// With the program that reads files in a sandbox: beside this one, as in the build tree, else where it is
/// installed. `internal` if it is in neither place.
Result<Intake> start_intake(const ReadingOptions& options);

}  // namespace dokaz::cli
