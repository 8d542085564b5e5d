// SPDX-License-Identifier: GPL-3.0-or-later
// libpng's own simple reading: eight bits, on white. Of an animation the picture that those see who know none.
#include <png.h>

#include "collector/intake/pixels/raster.hpp"

namespace dokaz::intake::pixels {
namespace {

struct Image {
  png_image reading{};
  Image() { reading.version = PNG_IMAGE_VERSION; }
  ~Image() { png_image_free(&reading); }
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
};

Error complaint() { return fail(Errc::malformed_media, "PNG: the decoder complains"); }

}  // namespace

Result<Raster> png_raster(ByteView file) {
  Image image;
  if (!png_image_begin_read_from_memory(&image.reading, file.data(), file.size())) return complaint();
  DOKAZ_TRY(may_be_drawn(image.reading.width, image.reading.height));
  image.reading.format = PNG_FORMAT_RGB;
  constexpr png_color white{255, 255, 255};
  Raster raster = Raster::white(image.reading.width, image.reading.height);
  if (!png_image_finish_read(&image.reading, &white, raster.rgb.data(), 0, nullptr)) return complaint();
  return raster;
}

}  // namespace dokaz::intake::pixels
