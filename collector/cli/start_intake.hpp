// SPDX-License-Identifier: GPL-3.0-or-later
// Intake as the command line asks for it.
#pragma once

#include <string>

#include "collector/cli/commands.hpp"
#include "collector/intake/intake.hpp"

namespace dokaz::cli {

/// How files are read, for every command that takes files.
struct ReadingOptions {
  std::string icc = "keep";  // "keep" (what rendering needs), "drop" or "refuse"
  bool no_pixel_check = false;
};

void describe_reading(CLI::App& command, ReadingOptions& reading);

/// With the program that reads files in a sandbox: beside this one, as in the build tree, else where it is
/// installed. `internal` if it is in neither place.
Result<Intake> start_intake(const ReadingOptions& options);

}  // namespace dokaz::cli
