// SPDX-License-Identifier: GPL-3.0-or-later
// libheif: the main picture of a HEIC or AVIF file, turned as the file says, in eight bits.
#include <libheif/heif.h>

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

/// In version 1.15 turns and mirrors of samples of over 8 bits come out wrong; a picture that has none keeps its sides.
bool is_turned(const heif_image_handle* handle) {
  return heif_image_handle_get_width(handle) != heif_image_handle_get_ispe_width(handle) ||
         heif_image_handle_get_height(handle) != heif_image_handle_get_ispe_height(handle);
}

Result<Owned<heif_image>> decode(const heif_image_handle* handle) {
  const Owned<heif_decoding_options> options(heif_decoding_options_alloc());
  options->convert_hdr_to_8bit = 1;
  heif_image* image = nullptr;
  if (!is_good(heif_decode_image(handle, &image, heif_colorspace_RGB, heif_chroma_interleaved_RGBA, options.get())))
    return complaint();
  return Owned<heif_image>(image);
}

}  // namespace

Result<Raster> heif_raster(ByteView file) {
  register_heif_decoders();
  const Owned<heif_context> context(heif_context_alloc());
  heif_context_set_max_decoding_threads(context.get(), 0);
  if (!is_good(heif_context_read_from_memory_without_copy(context.get(), file.data(), file.size(), nullptr))) return complaint();
  heif_image_handle* found = nullptr;
  if (!is_good(heif_context_get_primary_image_handle(context.get(), &found))) return complaint();
  const Owned<heif_image_handle> handle(found);
  const int wide = heif_image_handle_get_width(found), high = heif_image_handle_get_height(found);
  if (wide < 1 || high < 1) return complaint();
  DOKAZ_TRY(may_be_drawn(static_cast<std::uint64_t>(wide), static_cast<std::uint64_t>(high)));
  if (heif_image_handle_get_luma_bits_per_pixel(found) > 8 && is_turned(found))
    return fail(Errc::unsupported_media, "HEIF: a turned picture of more than eight bits");
  DOKAZ_LET(image, decode(found));
  int stride = 0;
  const Byte* plane = heif_image_get_plane_readonly(image.get(), heif_channel_interleaved, &stride);
  const int width = heif_image_get_width(image.get(), heif_channel_interleaved);
  const int height = heif_image_get_height(image.get(), heif_channel_interleaved);
  if (!plane || width < 1 || height < 1) return complaint();
  DOKAZ_TRY(may_be_drawn(static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height)));
  Raster raster = Raster::white(static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height));
  for (std::uint32_t y = 0; y < raster.height; ++y)
    for (std::uint32_t x = 0; x < raster.width; ++x)
      lay(raster.at(x, y), plane + std::ptrdiff_t{y} * stride + std::ptrdiff_t{4} * x);
  return raster;
}

}  // namespace dokaz::intake::pixels
