// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/pixels/raster.hpp"

#include <algorithm>
#include <string>

namespace dokaz::intake {

Raster Raster::white(std::uint32_t width, std::uint32_t height) {
  return {width, height, Bytes(std::size_t{3} * width * height, Byte{255})};
}

Result<Painted> painted(Media media, ByteView file) {
  switch (media) {
    case Media::jpeg: return pixels::paint_jpeg(file);
    case Media::tiff: return pixels::paint_tiff(file);
    case Media::heic:
    case Media::avif: return pixels::paint_heif(file);
    case Media::png: return pixels::paint_png(file);
    case Media::webp: return pixels::paint_webp(file);
    case Media::gif: return pixels::paint_gif(file);
    case Media::mp4:
    case Media::quicktime:
    case Media::three_gp:
    case Media::m4a: break;
  }
  return fail(Errc::unsupported_media);
}

Raster upright(Raster raster, unsigned orientation) {
  if (orientation <= 1 || orientation > 8) return raster;
  const bool sides_change = orientation >= 5;
  Raster turned = Raster::white(sides_change ? raster.height : raster.width, sides_change ? raster.width : raster.height);
  const std::uint32_t right = raster.width - 1, bottom = raster.height - 1;
  for (std::uint32_t y = 0; y < turned.height; ++y)
    for (std::uint32_t x = 0; x < turned.width; ++x) {
      const std::uint32_t along = sides_change ? y : x, across = sides_change ? x : y;
      const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
      const bool from_bottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
      std::copy_n(raster.at(from_right ? right - along : along, from_bottom ? bottom - across : across), 3, turned.at(x, y));
    }
  return turned;
}

Raster fitted(Raster raster, std::uint32_t longest) {
  const std::uint32_t side = std::max(raster.width, raster.height);
  if (side <= longest) return raster;
  const auto of = [&](std::uint32_t size) { return std::max<std::uint32_t>(1, static_cast<std::uint32_t>(std::uint64_t{size} * longest / side)); };
  Raster small = Raster::white(of(raster.width), of(raster.height));
  const auto edge = [](std::uint32_t at, std::uint32_t from, std::uint32_t to) {
    return static_cast<std::uint32_t>(std::uint64_t{at} * from / to);
  };
  for (std::uint32_t y = 0; y < small.height; ++y) {
    const std::uint32_t top = edge(y, raster.height, small.height), bottom = edge(y + 1, raster.height, small.height);
    for (std::uint32_t x = 0; x < small.width; ++x) {
      const std::uint32_t left = edge(x, raster.width, small.width), right = edge(x + 1, raster.width, small.width);
      std::uint64_t sums[3] = {};
      for (std::uint32_t row = top; row < bottom; ++row)
        for (const Byte* pixel = raster.at(left, row); pixel != raster.at(right, row); pixel += 3)
          for (std::size_t i = 0; i < 3; ++i) sums[i] += pixel[i];
      const std::uint64_t count = std::uint64_t{right - left} * (bottom - top);
      for (std::size_t i = 0; i < 3; ++i) small.at(x, y)[i] = static_cast<Byte>((sums[i] + count / 2) / count);
    }
  }
  return small;
}

Bytes pixmap_of(const Raster& raster) {
  Bytes file = to_bytes("P6\n" + std::to_string(raster.width) + " " + std::to_string(raster.height) + "\n255\n");
  append(file, raster.rgb);
  return file;
}

namespace pixels {

Status may_be_drawn(std::uint64_t width, std::uint64_t height) {
  if (width == 0 || height == 0) return fail(Errc::malformed_media, "a picture without pixels");
  return width > most_drawn_pixels / height ? Status(fail(Errc::too_large, "more pixels than are drawn")) : Status();
}

void lay(Byte* pixel, const Byte* rgba) {
  for (std::size_t i = 0; i < 3; ++i)
    pixel[i] = static_cast<Byte>((unsigned{rgba[i]} * rgba[3] + unsigned{pixel[i]} * (255u - rgba[3]) + 127) / 255);
}

}  // namespace pixels

}  // namespace dokaz::intake
