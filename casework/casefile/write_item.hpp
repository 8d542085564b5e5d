// SPDX-License-Identifier: GPL-3.0-or-later
// An opened item as two files in a folder of the user: both of them, or nothing.
#pragma once

#include "casework/casefile/item.hpp"

namespace dokaz {

struct WrittenItem {
  Path clean, original;
};

/// clean.<ext> and original.<ext>, mode 0600; overwrites nothing (already_exists). After a failure neither
/// is there, and what a run that was killed left unfinished in this folder is removed first.
Result<WrittenItem> write_item(const OpenItem& item, const Path& folder);

}  // namespace dokaz
