// SPDX-License-Identifier: GPL-3.0-or-later
// libheif, with libde265 for HEVC and dav1d for AV1, in one thread: the main picture as it is shown.
#include "collector/intake/pixels/heif_picture.hpp"
#include "collector/intake/pixels/pixels.hpp"

namespace dokaz::intake::pixels {
namespace {

void add(Sha256Stream& hash, std::initializer_list<int> numbers) {
  for (const int number : numbers)
    for (int shift = 24; shift >= 0; shift -= 8) hash.update(ByteView(std::array<Byte, 1>{static_cast<Byte>(number >> shift)}));
}

/// Samples of over 8 bits are taken as they are coded: the library cannot turn or mirror them rightly. The check sees
/// to it that the turns stay.
Result<OwnedHeif<heif_image>> decode(const heif_image_handle* handle) {
  const OwnedHeif<heif_decoding_options> options(heif_decoding_options_alloc());
  options->strict_decoding = 1;
  options->ignore_transformations = heif_image_handle_get_luma_bits_per_pixel(handle) != 8;
  heif_image* image = nullptr;
  if (!is_good(heif_decode_image(handle, &image, heif_colorspace_undefined, heif_chroma_undefined, options.get())))
    return heif_complaint();
  return OwnedHeif<heif_image>(image);
}

}  // namespace

Result<Sha256> heif(ByteView file) {
  const OneValueOfNewMemory one_value;
  DOKAZ_LET(picture, HeifPicture::open(file));
  if (picture.width > most_samples / 4 / picture.height) return fail(Errc::too_large);
  DOKAZ_LET(image, decode(picture.get()));
  Sha256Stream hash;
  for (const heif_channel channel : {heif_channel_Y, heif_channel_Cb, heif_channel_Cr, heif_channel_R, heif_channel_G,
                                     heif_channel_B, heif_channel_Alpha}) {
    if (!heif_image_has_channel(image.get(), channel)) continue;
    const int across = heif_image_get_width(image.get(), channel), down = heif_image_get_height(image.get(), channel);
    const int bits = heif_image_get_bits_per_pixel(image.get(), channel);
    int stride = 0;
    const Byte* plane = heif_image_get_plane_readonly(image.get(), channel, &stride);
    if (!plane || across < 1 || down < 1 || bits < 1) return heif_complaint();
    add(hash, {channel, across, down, heif_image_get_bits_per_pixel_range(image.get(), channel)});
    const std::size_t row = static_cast<std::size_t>(across) * static_cast<std::size_t>((bits + 7) / 8);
    for (int y = 0; y < down; ++y) hash.update(ByteView(plane + std::ptrdiff_t{y} * stride, row));
  }
  return hash.finish();
}

}  // namespace dokaz::intake::pixels
