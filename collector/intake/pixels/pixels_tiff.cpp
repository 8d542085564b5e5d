// SPDX-License-Identifier: GPL-3.0-or-later
// libtiff, strip by strip: one strip or tile is in memory, whatever the size.
#include "collector/intake/pixels/pixels.hpp"
#include "collector/intake/pixels/tiff_source.hpp"

namespace dokaz::intake::pixels {
namespace {

Status hash_page(const TiffSource& source, Sha256Stream& hash, std::uint64_t& samples) {
  TIFF* const file = source.file();
  std::uint32_t width = 0, height = 0;
  std::uint16_t depth = 1, channels = 1, space = 0;
  TIFFGetField(file, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(file, TIFFTAG_IMAGELENGTH, &height);
  TIFFGetFieldDefaulted(file, TIFFTAG_BITSPERSAMPLE, &depth);
  TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLESPERPIXEL, &channels);
  TIFFGetField(file, TIFFTAG_PHOTOMETRIC, &space);
  for (const std::uint32_t number : {width, height, std::uint32_t{depth}, std::uint32_t{channels}, std::uint32_t{space}})
    hash.update(ByteView(std::array<Byte, 4>{static_cast<Byte>(number >> 24), static_cast<Byte>(number >> 16),
                                             static_cast<Byte>(number >> 8), static_cast<Byte>(number)}));
  const bool tiled = TIFFIsTiled(file) != 0;
  const std::uint32_t count = tiled ? TIFFNumberOfTiles(file) : TIFFNumberOfStrips(file);
  const tmsize_t most = tiled ? TIFFTileSize(file) : TIFFStripSize(file);
  constexpr tmsize_t largest_strip = tmsize_t{1} << 30;
  if (most <= 0 || most > largest_strip) return fail(Errc::too_large, "TIFF: larger than the decoder takes");
  Bytes room(static_cast<std::size_t>(most));
  for (std::uint32_t i = 0; i < count; ++i) {
    const tmsize_t got = tiled ? TIFFReadEncodedTile(file, i, room.data(), most) : TIFFReadEncodedStrip(file, i, room.data(), most);
    if (got <= 0 || source.failed()) return fail(Errc::malformed_media, "TIFF: the decoder complains");
    samples += static_cast<std::uint64_t>(got) * 8 / std::max<std::uint16_t>(depth, 1);
    if (samples > most_samples) return fail(Errc::too_large, "TIFF: larger than the decoder takes");
    hash.update(ByteView(room).first(static_cast<std::size_t>(got)));
  }
  return {};
}

}  // namespace

Result<Sha256> tiff(ByteView file) {
  TiffSource source(file, "rmc", std::int64_t{1} << 30);  // map nothing, leave strips as they are
  if (source.failed()) return fail(Errc::malformed_media, "TIFF: the decoder complains");
  Sha256Stream hash;
  std::uint64_t samples = 0;
  do {
    std::uint32_t kind = 0;
    TIFFGetFieldDefaulted(source.file(), TIFFTAG_SUBFILETYPE, &kind);
    if ((kind & FILETYPE_REDUCEDIMAGE) != 0) continue;
    source.let_warnings_count(true);
    DOKAZ_TRY(hash_page(source, hash, samples));
    source.let_warnings_count(false);
  } while (TIFFReadDirectory(source.file()) == 1);
  if (source.failed()) return fail(Errc::malformed_media, "TIFF: the decoder complains");
  return hash.finish();
}

}  // namespace dokaz::intake::pixels
