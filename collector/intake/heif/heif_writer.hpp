// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the one form of a HEIF file from a tree of items.
#pragma once

#include "collector/intake/heif/item_tree.hpp"

namespace dokaz::intake::heif {

/// `too_large`: data of 4 GiB and more.
Result<CleanPlan> write_heif(const HeifFile& heif, const ItemTree& tree);

}  // namespace dokaz::intake::heif
