// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/pixels/heif_decoders.hpp"

#include <algorithm>
#include <memory>

namespace dokaz::intake::pixels {
namespace {

struct Release {
  void operator()(heif_image* image) const { heif_image_release(image); }
};

}  // namespace

heif_error copy_planes(const DecodedPlanes& from, heif_image** out) {
  constexpr heif_chroma chromas[] = {heif_chroma_monochrome, heif_chroma_420, heif_chroma_422, heif_chroma_444};
  constexpr heif_channel channels[] = {heif_channel_Y, heif_channel_Cb, heif_channel_Cr};
  if (from.chroma < 0 || from.chroma > 3) return decoder_complains;
  heif_image* image = nullptr;
  heif_error outcome = heif_image_create(from.planes[0].width, from.planes[0].height,
                                         from.chroma == 0 ? heif_colorspace_monochrome : heif_colorspace_YCbCr,
                                         chromas[from.chroma], &image);
  if (outcome.code != heif_error_Ok) return outcome;
  std::unique_ptr<heif_image, Release> owner(image);
  for (std::size_t channel = 0; channel < (from.chroma == 0 ? 1 : 3); ++channel) {
    const DecodedPlanes::Plane& plane = from.planes[channel];
    outcome = heif_image_add_plane(image, channels[channel], plane.width, plane.height, plane.bits);
    if (outcome.code != heif_error_Ok) return outcome;
    int stride = 0;
    std::uint8_t* target = heif_image_get_plane(image, channels[channel], &stride);
    if (!plane.samples || !target) return decoder_complains;
    const std::ptrdiff_t row = std::ptrdiff_t{plane.width} * ((plane.bits + 7) / 8);
    for (std::ptrdiff_t y = 0; y < plane.height; ++y) std::copy_n(plane.samples + y * plane.stride, row, target + y * stride);
  }
  *out = owner.release();
  return decoder_is_content;
}

void register_heif_decoders() {
  static const bool registered = heif_register_decoder_plugin(&hevc_decoder).code == heif_error_Ok &&
                                 heif_register_decoder_plugin(&av1_decoder).code == heif_error_Ok;
  static_cast<void>(registered);
}

}  // namespace dokaz::intake::pixels
