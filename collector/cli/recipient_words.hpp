// SPDX-License-Identifier: GPL-3.0-or-later
// For whom a newer roster has sealing done, other than for those that the vault's owner knows to be right.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "collector/vault/vault.hpp"

namespace dokaz::cli {

/// With what to do; nothing where nothing changed.
std::string text_of_recipients(const std::vector<RecipientChange>& changes);
nlohmann::ordered_json json_of_recipients(const std::vector<RecipientChange>& changes);

}  // namespace dokaz::cli
