// SPDX-License-Identifier: GPL-3.0-or-later
// libheif: the main picture of a HEIC or AVIF file, turned as the file says, in eight bits.
#include <algorithm>

#include "collector/intake/pixels/heif_picture.hpp"
#include "collector/intake/pixels/raster.hpp"

namespace dokaz::intake::pixels {
namespace {

Result<OwnedHeif<heif_image>> decode(const heif_image_handle* handle, bool as_stored = false) {
  const OwnedHeif<heif_decoding_options> options(heif_decoding_options_alloc());
  options->convert_hdr_to_8bit = 1;
  options->ignore_transformations = as_stored;
  heif_image* image = nullptr;
  if (!is_good(heif_decode_image(handle, &image, heif_colorspace_RGB, heif_chroma_interleaved_RGBA, options.get())))
    return heif_complaint();
  return OwnedHeif<heif_image>(image);
}

/// Four bytes a pixel.
struct Plane {
  const Byte* bytes = nullptr;
  std::ptrdiff_t stride = 0;
  std::uint32_t width = 0, height = 0;

  ByteView row(std::uint32_t y) const { return {bytes + stride * y, std::size_t{4} * width}; }
};

Result<Plane> plane_of(const heif_image* image) {
  int stride = 0;
  const Byte* bytes = heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);
  const int width = heif_image_get_width(image, heif_channel_interleaved), height = heif_image_get_height(image, heif_channel_interleaved);
  if (!bytes || width < 1 || height < 1) return heif_complaint();
  const Plane plane{bytes, stride, static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
  DOKAZ_TRY(may_be_drawn(plane.width, plane.height));
  return plane;
}

/// In version 1.15 turns and mirrors of samples of over 8 bits come out wrong: only a picture without any is drawn.
Status check_turns(const heif_image_handle* handle, const Plane& shown) {
  if (heif_image_handle_get_luma_bits_per_pixel(handle) <= 8) return {};
  DOKAZ_LET(image, decode(handle, true));
  DOKAZ_LET(stored, plane_of(image.get()));
  bool same = stored.width == shown.width && stored.height == shown.height;
  for (std::uint32_t y = 0; same && y < shown.height; ++y) same = std::ranges::equal(stored.row(y), shown.row(y));
  return same ? Status() : Status(fail(Errc::unsupported_media, "HEIF: a turned picture of more than eight bits"));
}

}  // namespace

Result<Painted> paint_heif(ByteView file) {
  const OneValueOfNewMemory one_value;
  DOKAZ_LET(picture, HeifPicture::open(file));
  DOKAZ_TRY(may_be_drawn(picture.width, picture.height));
  DOKAZ_LET(image, decode(picture.get()));
  DOKAZ_LET(plane, plane_of(image.get()));
  DOKAZ_TRY(check_turns(picture.get(), plane));
  Raster raster = Raster::white(plane.width, plane.height);
  for (std::uint32_t y = 0; y < raster.height; ++y)
    for (std::uint32_t x = 0; x < raster.width; ++x) lay(raster.at(x, y), plane.row(y).data() + std::size_t{4} * x);
  return Painted{std::move(raster), heif_context_get_number_of_top_level_images(picture.context.get()) > 1};
}

}  // namespace dokaz::intake::pixels
