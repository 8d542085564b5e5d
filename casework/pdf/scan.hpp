// SPDX-License-Identifier: GPL-3.0-or-later
// What a finished PDF would still give away: the last look before it leaves.
#pragma once

#include <string>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::pdf {

/// "EXIF in a picture", "JavaScript", …: kinds, never contents.
using Leftovers = std::vector<std::string>;

/// Every object of the file is looked at, also those that no page uses. `words` are texts that must stand nowhere
/// outside what is printed, such as names of files and people. Empty: nothing was found. bad_pdf.
Result<Leftovers> leftovers_in(ByteView pdf, const std::vector<std::string>& words = {});

/// leaves_traces with what was found.
Status check_leaves_nothing(ByteView pdf, const std::vector<std::string>& words = {});

}  // namespace dokaz::pdf
