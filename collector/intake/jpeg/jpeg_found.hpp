// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures inside a picture's file: previews, gain maps, second pictures. Looked at for their metadata only.
#pragma once

#include <string>
#include <vector>

#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake::jpeg {

/// A JPEG that stands in other data, as far as its segments can be followed.
struct Found {
  std::size_t size = 0;                 ///< bytes from SOI to behind EOI, or to where nothing can be followed
  std::uint32_t width = 0, height = 0;  ///< 0: it has no frame
  bool gain_map = false;                ///< says of itself that it brightens another picture
  MetadataBlocks blocks;
};
/// `bytes` begin with SOI and go on behind the picture.
Found look_at(ByteView bytes);

/// Sizes in pixels; 0 where they are not known.
struct Shape {
  std::uint32_t width = 0, height = 0;
};
/// Whether a preview shows a picture of clearly other proportions. Previews of 160 by 120 pixels are that
/// size in any camera, with bars where the picture is wider, and say nothing.
bool differs(Shape preview, Shape picture);

/// A preview in metadata, with its own JPEG where it is one.
struct Preview {
  Shape shape;
  ByteView jpeg;
};
/// What the second directory of a TIFF structure describes (Exif 4.5.8).
std::vector<Preview> previews_in_exif(ByteView tiff);
/// Photoshop's resources 1033 and 1036.
std::vector<Preview> previews_in_photoshop(ByteView resources);

}  // namespace dokaz::intake::jpeg
