// SPDX-License-Identifier: GPL-3.0-or-later
// The operating system's numbers as our failures; shared by the .cpp files of dokaz_files.
#pragma once

#include <cerrno>

#include "crypto/result.hpp"

namespace dokaz {

Error failure_from_errno(int number);
Error failure_from_errno();  // the current errno

}  // namespace dokaz
