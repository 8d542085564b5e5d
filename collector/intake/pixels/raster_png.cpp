// SPDX-License-Identifier: GPL-3.0-or-later
// libpng's own simple reading: eight bits, on white. Of an animation the picture that those see who know none.
#include <png.h>

#include <algorithm>

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

struct Chunks {
  bool has_gamma = false, is_animation = false;
};

/// Of those before the coded picture. libpng makes other colours where one states a gamma.
Chunks chunks_of(ByteView file) {
  Chunks seen;
  constexpr std::size_t signature = 8, around = 12;
  for (ByteView rest = file.subspan(std::min(file.size(), signature)); rest.size() >= around;) {
    const std::size_t length = std::size_t{rest[0]} << 24 | std::size_t{rest[1]} << 16 | std::size_t{rest[2]} << 8 | rest[3];
    const std::string_view type = text_of(rest.subspan(4, 4));
    if (type == "IDAT" || length > rest.size() - around) break;
    seen.has_gamma |= type == "gAMA" || type == "cHRM" || type == "iCCP";
    seen.is_animation |= type == "acTL";
    rest = rest.subspan(length + around);
  }
  return seen;
}

Error complaint() { return fail(Errc::malformed_media, "PNG: the decoder complains"); }

}  // namespace

Result<Painted> paint_png(ByteView file) {
  Image image;
  if (!png_image_begin_read_from_memory(&image.reading, file.data(), file.size())) return complaint();
  DOKAZ_TRY(may_be_drawn(image.reading.width, image.reading.height));
  constexpr png_uint_32 not_on_paper = PNG_FORMAT_FLAG_LINEAR | PNG_FORMAT_FLAG_ALPHA;
  const Chunks chunks = chunks_of(file);
  const bool as_coded = (image.reading.format & not_on_paper) == 0 && !chunks.has_gamma && !chunks.is_animation;
  image.reading.format = PNG_FORMAT_RGB;
  constexpr png_color white{255, 255, 255};
  Raster raster = Raster::white(image.reading.width, image.reading.height);
  if (!png_image_finish_read(&image.reading, &white, raster.rgb.data(), 0, nullptr)) return complaint();
  return Painted{std::move(raster), chunks.is_animation, as_coded};
}

}  // namespace dokaz::intake::pixels
