// SPDX-License-Identifier: GPL-3.0-or-later
// Facts from metadata blocks. exiv2 reads bytes that a walker found; it never opens or writes a file.
#pragma once

#include <string>
#include <vector>

#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake {

/// Loads all that exiv2 loads late, so that it works where nothing can be opened any more.
void prepare_metadata_reader();

struct ReadMetadata {
  std::vector<MetadataFact> facts;  ///< in the registry's order
  std::vector<Contradiction> contradictions;
  std::vector<std::string> warnings;
};

/// All that the walk found says, container values and the picture's own dimensions included, in the forms of
/// fact_forms.hpp. Broken blocks give fewer facts and a warning, never a failure.
ReadMetadata read_metadata(const Walked& walked);

/// Whether exiv2 sees nothing in the Exif block of a clean copy but Orientation; in a TIFF file, which is such a
/// block itself, nothing but what its picture needs. False where it cannot read the block.
bool is_bare_exif(Media media, ByteView tiff);

}  // namespace dokaz::intake
