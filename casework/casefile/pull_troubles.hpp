// SPDX-License-Identifier: GPL-3.0-or-later
// What pull says of objects that did not come as their statements name them. Inside casework/casefile only.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "casework/casefile/pull.hpp"

namespace dokaz::casecli {

/// Lines of their own below the counts; empty where all went well. A statement has its first digits and its place.
std::string text_of_troubles(const Pulled& pulled);

/// `mismatched`, `failed` and `ended_by` of the answer.
nlohmann::ordered_json json_of_troubles(const Pulled& pulled);

/// Of what ended the pull, or of the first object that did not come; 0 for neither.
int exit_code_of_troubles(const Pulled& pulled);

}  // namespace dokaz::casecli
