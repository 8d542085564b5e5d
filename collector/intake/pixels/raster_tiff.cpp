// SPDX-License-Identifier: GPL-3.0-or-later
// libtiff's own reading of a page into pixels, whatever its samples are.
#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "collector/intake/pixels/raster.hpp"
#include "collector/intake/pixels/tiff_source.hpp"

namespace dokaz::intake::pixels {
namespace {

bool is_smaller_version(TIFF* file) {
  std::uint32_t kind = 0;
  TIFFGetFieldDefaulted(file, TIFFTAG_SUBFILETYPE, &kind);
  return (kind & FILETYPE_REDUCEDIMAGE) != 0;
}

/// libtiff takes a further sample that nobody explains for one that says so.
bool says_what_is_seen(TIFF* file) {
  std::uint16_t count = 0;
  std::uint16_t* kinds = nullptr;
  TIFFGetFieldDefaulted(file, TIFFTAG_EXTRASAMPLES, &count, &kinds);
  return count > 0 && kinds != nullptr && kinds[0] != EXTRASAMPLE_UNSPECIFIED;
}

}  // namespace

Result<Painted> paint_tiff(ByteView file) {
  const TiffSource source(file, "rm", std::int64_t{1} << 30);
  if (source.failed()) return fail(Errc::malformed_media, "TIFF: the decoder complains");
  if (is_smaller_version(source.file())) return fail(Errc::unsupported_media, "TIFF: begins with a smaller version of its picture");
  std::uint32_t width = 0, height = 0;
  TIFFGetField(source.file(), TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(source.file(), TIFFTAG_IMAGELENGTH, &height);
  DOKAZ_TRY(may_be_drawn(width, height));
  // As the rows are stored, for libtiff mirrors for an orientation, and turns nothing.
  std::uint16_t orientation = ORIENTATION_TOPLEFT;
  TIFFGetFieldDefaulted(source.file(), TIFFTAG_ORIENTATION, &orientation);
  std::vector<std::uint32_t> abgr(std::size_t{width} * height);
  if (!TIFFReadRGBAImageOriented(source.file(), width, height, abgr.data(), orientation, 1) || source.failed())
    return fail(Errc::malformed_media, "TIFF: the decoder complains");
  const bool seen_through = says_what_is_seen(source.file());
  Raster raster = Raster::white(width, height);
  for (std::uint32_t y = 0; y < height; ++y)
    for (std::uint32_t x = 0; x < width; ++x) {
      const std::uint32_t pixel = abgr[std::size_t{y} * width + x];
      // Its colours come multiplied by what is seen of them already.
      const unsigned seen = seen_through ? TIFFGetA(pixel) : 255u;
      const std::array<unsigned, 3> colours = {TIFFGetR(pixel), TIFFGetG(pixel), TIFFGetB(pixel)};
      for (std::size_t i = 0; i < 3; ++i) raster.at(x, y)[i] = static_cast<Byte>(std::min(255u, colours[i] + 255u - seen));
    }
  bool several = false;
  while (!several && TIFFReadDirectory(source.file()) == 1) several = !is_smaller_version(source.file());
  return Painted{upright(std::move(raster), orientation), several};
}

}  // namespace dokaz::intake::pixels
