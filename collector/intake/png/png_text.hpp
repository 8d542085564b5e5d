// SPDX-License-Identifier: GPL-3.0-or-later
// Metadata blocks that hide in PNG's text chunks: XMP packets and "raw profiles" in hexadecimal.
#pragma once

#include <string_view>

#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake::png {

/// `type` is tEXt, zTXt or iTXt; anything else, and anything broken or over 8 MiB, adds nothing.
void read_text(std::string_view type, ByteView payload, MetadataBlocks& blocks);

}  // namespace dokaz::intake::png
