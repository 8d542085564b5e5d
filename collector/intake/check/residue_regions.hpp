// SPDX-License-Identifier: GPL-3.0-or-later
// Where in a clean copy what may stand: a light walk over a file whose grammar was checked before.
#pragma once

#include <vector>

#include "collector/intake/media.hpp"
#include "collector/intake/plan/content.hpp"

namespace dokaz::intake::check {

/// What is left out of the list is fixed by the grammar to constants and tables, where honest files repeat
/// themselves: headers and types of segments, chunks and boxes; quantisation and Huffman tables; parameter sets;
/// sample tables; reduced colour profiles, whose grammar leaves no place for a text; directories of TIFF.
struct Region {
  enum class Kind {
    values,   ///< anything that a clean copy says beside its picture: texts of 6 characters count
    palette,  ///< the same, but the original's own palette is no text that was removed
    coded,    ///< entropy-coded, as good as random: of 8 characters (2^64 to one that chance made 8 bytes)
    samples,  ///< maybe not compressed at all: of 12 characters
    film,     ///< silence and black, and where encoders of sound write their name and version: of 16 characters
    raster,   ///< pieces of one zlib stream: searched as `coded`, and what comes out of it as `samples`
    exif      ///< an Exif block: fixed; for exiv2 to look at
  };
  Kind kind = Kind::values;
  std::uint64_t offset = 0, length = 0;
  bool begins = true;  ///< of a raster: its first piece
};

/// In order, none over another.
Result<std::vector<Region>> regions_of(Media media, const Content& clean);

/// Where a GIF or PNG that nobody has checked keeps its palettes, as far as it can be followed.
std::vector<Region> palettes_of(Media media, ByteView original);

/// What another program's reader of Exif would be given of a clean copy: its Exif block where it has one; a TIFF
/// file is one itself. Films have none.
Result<std::vector<Bytes>> exif_blocks(Media media, const Content& clean);

/// So many characters must a text have, to count in such a place.
std::size_t shortest_in(Region::Kind kind);

namespace regions {
Result<std::vector<Region>> jpeg(ByteView clean);
Status png(ByteView clean, std::vector<Region>& out);
Result<std::vector<Region>> webp(ByteView clean);
Status gif(ByteView clean, std::vector<Region>& out);
Result<std::vector<Region>> tiff(ByteView clean);
Result<std::vector<Region>> boxes(const Content& clean, Region::Kind media_data);
}  // namespace regions

}  // namespace dokaz::intake::check
