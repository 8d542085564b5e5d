// SPDX-License-Identifier: GPL-3.0-or-later
// What stands behind a picture's end, told apart by its structure and never by a hint in the metadata.
#pragma once

#include "collector/intake/jpeg/jpeg_found.hpp"

namespace dokaz::intake::jpeg {

struct TrailerPart {
  enum class Kind : Byte { picture, film, samsung, zip, other };
  Kind kind = Kind::other;
  std::size_t offset = 0, size = 0;  ///< in the trailer
  Found picture;                     ///< of a picture
};

/// All of a trailer, in parts that follow each other. A film, a Samsung directory with what it names, and a
/// ZIP file go on as far as they say. After so many parts the rest is one of `other`.
std::vector<TrailerPart> parts_of_trailer(ByteView trailer);
/// What a Samsung directory's data hold, in the same form but without a directory.
std::vector<TrailerPart> parts_within(ByteView bytes);
inline constexpr std::size_t most_trailer_parts = 256;

/// "jpeg.trailer.mp4"
std::string_view name_of(TrailerPart::Kind kind);

/// What a film says of itself: XMP to `blocks`, the place (`udta.xyz`) and times to `values`.
void read_film(ByteView film, MetadataBlocks& blocks, std::vector<ContainerValue>& values);

}  // namespace dokaz::intake::jpeg
