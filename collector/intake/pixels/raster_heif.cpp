// SPDX-License-Identifier: GPL-3.0-or-later
// libheif: the main picture of a HEIC or AVIF file, turned as the file says, in eight bits.
#include <libheif/heif.h>

#include <algorithm>
#include <memory>

#include "collector/intake/pixels/heif_decoders.hpp"
#include "collector/intake/pixels/raster.hpp"

namespace dokaz::intake::pixels {
namespace {

struct Release {
  void operator()(heif_context* context) const { heif_context_free(context); }
  void operator()(heif_image_handle* handle) const { heif_image_handle_release(handle); }
  void operator()(heif_image* image) const { heif_image_release(image); }
  void operator()(heif_decoding_options* options) const { heif_decoding_options_free(options); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

bool is_good(const heif_error& error) { return error.code == heif_error_Ok; }
Error complaint() { return fail(Errc::malformed_media, "HEIF: the decoder complains"); }

Result<Owned<heif_image>> decode(const heif_image_handle* handle, bool as_stored = false) {
  const Owned<heif_decoding_options> options(heif_decoding_options_alloc());
  options->convert_hdr_to_8bit = 1;
  options->ignore_transformations = as_stored;
  heif_image* image = nullptr;
  if (!is_good(heif_decode_image(handle, &image, heif_colorspace_RGB, heif_chroma_interleaved_RGBA, options.get())))
    return complaint();
  return Owned<heif_image>(image);
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
  if (!bytes || width < 1 || height < 1) return complaint();
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
  register_heif_decoders();
  const OneValueOfNewMemory one_value;
  const Owned<heif_context> context(heif_context_alloc());
  heif_context_set_max_decoding_threads(context.get(), 0);
  if (!is_good(heif_context_read_from_memory_without_copy(context.get(), file.data(), file.size(), nullptr))) return complaint();
  heif_image_handle* found = nullptr;
  if (!is_good(heif_context_get_primary_image_handle(context.get(), &found))) return complaint();
  const Owned<heif_image_handle> handle(found);
  const int wide = heif_image_handle_get_width(found), high = heif_image_handle_get_height(found);
  if (wide < 1 || high < 1) return complaint();
  DOKAZ_TRY(may_be_drawn(static_cast<std::uint64_t>(wide), static_cast<std::uint64_t>(high)));
  DOKAZ_LET(image, decode(found));
  DOKAZ_LET(plane, plane_of(image.get()));
  DOKAZ_TRY(check_turns(found, plane));
  Raster raster = Raster::white(plane.width, plane.height);
  for (std::uint32_t y = 0; y < raster.height; ++y)
    for (std::uint32_t x = 0; x < raster.width; ++x) lay(raster.at(x, y), plane.row(y).data() + std::size_t{4} * x);
  return Painted{std::move(raster), heif_context_get_number_of_top_level_images(context.get()) > 1};
}

}  // namespace dokaz::intake::pixels
