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

/// Keys that exiv2 sees in one Exif block ("Exif.Image.Orientation"); a broken block gives "unreadable".
std::vector<std::string> exif_keys(ByteView tiff);

}  // namespace dokaz::intake
