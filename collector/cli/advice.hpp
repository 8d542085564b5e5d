// SPDX-License-Identifier: GPL-3.0-or-later
// What is safe and what to do next, for each failure of the list, as it is when a collector meets it.
#pragma once

#include "collector/cli/commands.hpp"

namespace dokaz::cli {

enum class Command { join, add, list, status, sync, receipt };

console::Advice advice_for(Command command, Errc code);
/// console::report with this advice. Returns the exit code.
int report(const Common& common, Command command, const Error& error);

}  // namespace dokaz::cli
