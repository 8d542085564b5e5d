// SPDX-License-Identifier: GPL-3.0-or-later
// An opened item as files in a folder of the user: all of them, or nothing.
#pragma once

#include "casework/casefile/item.hpp"

namespace dokaz {

struct WrittenItem {
  std::optional<Path> clean;     // empty: the item is not cleaned
  std::optional<Path> original;  // empty: it is sealed for the legal recipients, and not to be had here
  std::vector<Path> sidecars;
};

/// Told on the way: how many bytes are written, of how many.
using ItemProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// already_exists where one of the item's files is in the folder, not_found where the folder above it is not there (a disk
/// that is not mounted): before anything is stated or written.
Status nothing_in_the_way(const OpenItem& item, const Path& folder);
/// clean.<ext>, original.<ext> and sidecar.<kind>, mode 0600; overwrites nothing (already_exists). After a failure none
/// is there, and what a run that was killed left unfinished in this folder is removed first. Nothing of the
/// item is on the disk before `state` has ended well, and no file has its name before all of them are written and have
/// their hashes. age_no_match for an item of which
/// nothing opens here.
Result<WrittenItem> write_item(const OpenItem& item, const Path& folder, const ItemProgress& progress = {},
                               const std::function<Status()>& state = {});

}  // namespace dokaz
