// SPDX-License-Identifier: GPL-3.0-or-later
// What of a HEIF file is not in the clean copy: listed, read where it is metadata, and warned of where it is missed.
#pragma once

#include "collector/intake/heif/item_tree.hpp"

namespace dokaz::intake::heif {

/// Fills `removed` (in the order of the file), `warnings`, `blocks` and `c2pa`.
void list_left_out(ByteView file, const HeifFile& heif, const ItemTree& tree, Properties& properties, Walked& walked);

}  // namespace dokaz::intake::heif
