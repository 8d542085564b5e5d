// SPDX-License-Identifier: GPL-3.0-or-later
// The one catalogue of sentences about files that intake refuses: what it means, what can be done.
#pragma once

#include <string>

#include "collector/cli/advice.hpp"

namespace dokaz::cli {

/// True for the failures that say something about a file that was given: 10 to 12, 16 and 70 to 78.
bool is_refusal(Errc code);

/// Of a refusal: what it means, in plain words, as a whole sentence. Empty where the failure's own words say
/// it all.
std::string_view meaning_of(Errc refusal);

/// Of a refusal: what can be done now. `command` is add, inspect or clean.
std::string next_after_refusal(Command command, Errc refusal);

}  // namespace dokaz::cli
