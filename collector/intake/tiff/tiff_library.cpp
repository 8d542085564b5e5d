// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/tiff/tiff_library.hpp"

#include "collector/intake/pixels/tiff_source.hpp"

namespace dokaz::intake::tiff {
namespace {

bool agrees(TIFF* file, const Page& page) {
  const auto wide = [&](std::uint32_t tag, std::uint32_t value) {
    std::uint32_t seen = 0;
    return TIFFGetFieldDefaulted(file, tag, &seen) == 1 && seen == value;
  };
  const auto narrow = [&](std::uint32_t tag, std::uint32_t value) {
    std::uint16_t seen = 0;
    return TIFFGetFieldDefaulted(file, tag, &seen) == 1 && seen == value;
  };
  if (!wide(TIFFTAG_IMAGEWIDTH, page.width) || !wide(TIFFTAG_IMAGELENGTH, page.height) ||
      !narrow(TIFFTAG_BITSPERSAMPLE, page.bits) || !narrow(TIFFTAG_SAMPLESPERPIXEL, page.samples) ||
      !narrow(TIFFTAG_COMPRESSION, page.codec) || !narrow(TIFFTAG_PHOTOMETRIC, page.photometric) ||
      (TIFFIsTiled(file) != 0) != page.tiled)
    return false;
  if (page.samples > 1 && !narrow(TIFFTAG_PLANARCONFIG, page.planar)) return false;
  const std::uint32_t count = page.tiled ? TIFFNumberOfTiles(file) : TIFFNumberOfStrips(file);
  if (count != page.strips.size()) return false;
  for (std::uint32_t i = 0; i < count; ++i)
    if (TIFFGetStrileOffset(file, i) != page.strips[i].at || TIFFGetStrileByteCount(file, i) != page.strips[i].size)
      return false;
  return true;
}

}  // namespace

Status seen_by_library(const File& file, const std::vector<PageSeen>& pages) {
  // Read the header alone, map nothing, leave strips as they are.
  const TiffSource source(file.bytes(), "rhmc", std::int64_t{256} << 20);
  if (source.failed()) return fail(Errc::malformed_media, "TIFF: libtiff cannot open it");
  for (const PageSeen& seen : pages) {
    if (TIFFSetSubDirectory(source.file(), seen.directory) != 1 || source.failed())
      return fail(Errc::malformed_media, "TIFF: libtiff cannot read a page");
    if (!agrees(source.file(), seen.page)) return fail(Errc::malformed_media, "TIFF: libtiff sees another picture");
  }
  return {};
}

}  // namespace dokaz::intake::tiff
