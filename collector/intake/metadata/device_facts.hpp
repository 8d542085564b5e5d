// SPDX-License-Identifier: GPL-3.0-or-later
// What took the picture, how it was held, and how large it says it is.
#pragma once

#include "collector/intake/metadata/decoded_blocks.hpp"

namespace dokaz::intake {

/// `device.make`, `device.model`, `device.serial`, `device.lens`, `software`: each where something states it.
std::vector<MetadataFact> device_facts(const DecodedBlocks& blocks);

/// Of these, and of orientation and dimensions as the metadata state them beside those of the picture itself.
/// Programs write their own name as software, so only Exif blocks are compared there.
std::vector<Contradiction> device_contradictions(const DecodedBlocks& blocks, const Walked& walked);

}  // namespace dokaz::intake
