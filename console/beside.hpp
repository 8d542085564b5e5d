// SPDX-License-Identifier: GPL-3.0-or-later
// Where the programs lie that ours start.
#pragma once

#include <filesystem>
#include <string_view>

#include "crypto/result.hpp"

namespace dokaz::console {

/// The program of this name beside the running one, or in the package's folder of helpers; `internal`, saying which is
/// missing. The search path of the environment is not asked.
Result<std::filesystem::path> program_beside(std::string_view name);

}  // namespace dokaz::console
