// SPDX-License-Identifier: GPL-3.0-or-later
// Which facts of an item an addressee sees.
#pragma once

#include "casework/casefile/item.hpp"

namespace dokaz {

/// What the picture is, nothing about who, where, when, or what was noted; with the original what that is; and the
/// facts that `disclose` names. usage for a name that is no fact, not_found for one that the item does not have.
Result<std::vector<Fact>> choose_facts(const OpenItem& item, bool original, const std::vector<std::string>& disclose);

}  // namespace dokaz
