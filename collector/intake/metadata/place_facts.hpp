// SPDX-License-Identifier: GPL-3.0-or-later
// Where the picture was taken, as each place in the file tells it.
#pragma once

#include <optional>

#include "collector/intake/metadata/decoded_blocks.hpp"

namespace dokaz::intake {

struct Place {
  double latitude = 0, longitude = 0;  ///< degrees
  std::optional<double> altitude;      ///< metres above the sea, whatever the geoid
};
struct StatedPlace {
  std::string source;
  Place place;
};

/// The first is the one to believe.
std::vector<StatedPlace> places_of(const DecodedBlocks& blocks);
/// As format.md section 4 writes a place.
std::string written(const Place& place);
/// At most one.
std::vector<Contradiction> contradictions_of(const std::vector<StatedPlace>& places);

/// ISO 6709: "+48.8577+002.295+35/", degrees and minutes and seconds also run together; or "48.8577,2.295[,35]".
std::optional<Place> place_of_text(std::string_view text);
/// XMP's "48,51.46N" or "48,51,27.7N"; negative for `S` and `W`.
std::optional<double> xmp_degrees(std::string_view text, double most);

}  // namespace dokaz::intake
