// SPDX-License-Identifier: GPL-3.0-or-later
// The texts that are the same in every exhibit of this version.
#pragma once

#include <string_view>

namespace dokaz {

std::string_view script_text();  // verify.sh
std::string_view page_text();    // README.html

}  // namespace dokaz
