// SPDX-License-Identifier: GPL-3.0-or-later
// Looking at one's own item while its review window is open.
#pragma once

#include "collector/vault/vault.hpp"

namespace dokaz {

struct ShownItem {
  std::string extension;  ///< of the clean copy
  std::uint64_t size = 0;
};

/// Writes an item's clean copy to a new file, whole or not at all. `not_found` where there is no such item;
/// `review_over` if it was not sealed for review, or the time is over; `missing_part` if its object was dropped or lost;
/// `already_exists` and the failures of PendingFile for `into`.
Result<ShownItem> show_item(Vault& vault, std::uint64_t number, const Path& into);

}  // namespace dokaz
