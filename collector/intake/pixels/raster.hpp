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

/// The main picture; of an animation its first frame, of a TIFF its first page, of a JPEG as it is coded, whatever its EXIF
/// says. Colour profiles are not applied. `malformed_media` where the library complains, `too_large` over
/// most_drawn_pixels, `unsupported_media` for films and sound, and for what a library is known to draw wrongly.
Result<Raster> raster_of(Media media, ByteView file);

/// As it is to be seen: `orientation` is 1 to 8, as TIFF and EXIF count.
Raster upright(Raster raster, int orientation);

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

Result<Raster> jpeg_raster(ByteView file);
Result<Raster> heif_raster(ByteView file);
Result<Raster> png_raster(ByteView file);
Result<Raster> webp_raster(ByteView file);
Result<Raster> gif_raster(ByteView file);
Result<Raster> tiff_raster(ByteView file);
}  // namespace pixels

}  // namespace dokaz::intake
