// SPDX-License-Identifier: GPL-3.0-or-later
// libheif, with libde265 for HEVC and dav1d for AV1, in one thread: the main picture as it is shown.
#include <libheif/heif.h>

#include <memory>

#include "collector/intake/pixels/heif_decoders.hpp"
#include "collector/intake/pixels/pixels.hpp"

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

void add(Sha256Stream& hash, std::initializer_list<int> numbers) {
  for (const int number : numbers)
    for (int shift = 24; shift >= 0; shift -= 8) hash.update(ByteView(std::array<Byte, 1>{static_cast<Byte>(number >> shift)}));
}

/// Samples of over 8 bits are taken as they are coded: the library cannot turn or mirror them rightly. The check sees
/// to it that the turns stay.
Result<Owned<heif_image>> decode(heif_image_handle* handle) {
  const Owned<heif_decoding_options> options(heif_decoding_options_alloc());
  options->strict_decoding = 1;
  options->ignore_transformations = heif_image_handle_get_luma_bits_per_pixel(handle) != 8;
  heif_image* image = nullptr;
  if (!is_good(heif_decode_image(handle, &image, heif_colorspace_undefined, heif_chroma_undefined, options.get())))
    return complaint();
  return Owned<heif_image>(image);
}

}  // namespace

Result<Sha256> heif(ByteView file) {
  register_heif_decoders();
  const OneValueOfNewMemory one_value;
  const Owned<heif_context> context(heif_context_alloc());
  heif_context_set_max_decoding_threads(context.get(), 0);
  if (!is_good(heif_context_read_from_memory_without_copy(context.get(), file.data(), file.size(), nullptr))) return complaint();
  heif_image_handle* found = nullptr;
  if (!is_good(heif_context_get_primary_image_handle(context.get(), &found))) return complaint();
  const Owned<heif_image_handle> handle(found);
  const int width = heif_image_handle_get_width(found), height = heif_image_handle_get_height(found);
  if (width < 1 || height < 1) return complaint();
  if (4 * static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) > most_samples) return fail(Errc::too_large);
  DOKAZ_LET(image, decode(found));
  Sha256Stream hash;
  for (const heif_channel channel : {heif_channel_Y, heif_channel_Cb, heif_channel_Cr, heif_channel_R, heif_channel_G,
                                     heif_channel_B, heif_channel_Alpha}) {
    if (!heif_image_has_channel(image.get(), channel)) continue;
    const int across = heif_image_get_width(image.get(), channel), down = heif_image_get_height(image.get(), channel);
    const int bits = heif_image_get_bits_per_pixel(image.get(), channel);
    int stride = 0;
    const Byte* plane = heif_image_get_plane_readonly(image.get(), channel, &stride);
    if (!plane || across < 1 || down < 1 || bits < 1) return complaint();
    add(hash, {channel, across, down, heif_image_get_bits_per_pixel_range(image.get(), channel)});
    const std::size_t row = static_cast<std::size_t>(across) * static_cast<std::size_t>((bits + 7) / 8);
    for (int y = 0; y < down; ++y) hash.update(ByteView(plane + std::ptrdiff_t{y} * stride, row));
  }
  return hash.finish();
}

}  // namespace dokaz::intake::pixels
