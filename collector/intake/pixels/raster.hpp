// SPDX-License-Identifier: GPL-3.0-or-later
// A picture as people see it, for paper: eight bits of red, green and blue, turned upright, on white. Runs in a sandbox.
#pragma once

#include "collector/intake/media.hpp"
#include "crypto/bytes.hpp"

namespace dokaz::intake {

/// Rows from the top, pixels from the left, three bytes each.
struct Raster {
  std::uint32_t width = 0, height = 0;
  Bytes rgb;

  static Raster white(std::uint32_t width, std::uint32_t height);
  Byte* at(std::uint32_t x, std::uint32_t y) { return rgb.data() + 3 * (std::size_t{y} * width + x); }
  const Byte* at(std::uint32_t x, std::uint32_t y) const { return rgb.data() + 3 * (std::size_t{y} * width + x); }
};

inline constexpr std::uint64_t most_drawn_pixels = 100'000'000;

/// What a file shows on paper.
struct Painted {
  Raster raster;
  bool is_first_of_several = false;  ///< pages, frames or pictures
  bool is_as_coded = false;          ///< each pixel has the very colours of the file; of PNG alone
};

/// The main picture; of an animation its first frame, of a TIFF its first page. Colour profiles are not applied, nor what
/// EXIF says of turns (`upright`): that is for who asks. `malformed_media` where the library complains, also where it only
/// warns of coded data, `too_large` over most_drawn_pixels, `unsupported_media` for films and sound, for a TIFF that begins
/// with a smaller version of its picture, and for what a library is known to draw wrongly.
Result<Painted> painted(Media media, ByteView file);

/// As it is to be seen: `orientation` is 1 to 8, as TIFF and EXIF count.
Raster upright(Raster raster, unsigned orientation);

/// The same on fewer pixels, none of its sides longer than `longest`, each the mean of those it stands for.
Raster fitted(Raster raster, std::uint32_t longest);

/// As a JPEG file: baseline, all colours at full size, of quality 90; nothing in it but the picture. `internal` where
/// libjpeg complains.
Result<Bytes> jpeg_of(const Raster& raster);

/// As a portable pixmap (P6): every pixel as it is.
Bytes pixmap_of(const Raster& raster);

namespace pixels {
/// Status of a picture of these sides: malformed_media or too_large.
Status may_be_drawn(std::uint64_t width, std::uint64_t height);
/// Lays four bytes, red, green, blue and how much of them is seen, on what is at `pixel`.
void lay(Byte* pixel, const Byte* rgba);

Result<Painted> paint_jpeg(ByteView file);
Result<Painted> paint_heif(ByteView file);
Result<Painted> paint_png(ByteView file);
Result<Painted> paint_webp(ByteView file);
Result<Painted> paint_gif(ByteView file);
Result<Painted> paint_tiff(ByteView file);
}  // namespace pixels

}  // namespace dokaz::intake
