// SPDX-License-Identifier: GPL-3.0-or-later
#include <libde265/de265.h>

#include "collector/intake/pixels/heif_decoders.hpp"

namespace dokaz::intake::pixels {
namespace {

de265_decoder_context* context_of(void* decoder) { return static_cast<de265_decoder_context*>(decoder); }

const char* name() { return "libde265, one thread"; }
int supports(heif_compression_format format) { return format == heif_compression_HEVC ? decoder_priority : 0; }
void set_strict(void*, int) {}

heif_error create(void** decoder) {
  *decoder = de265_new_decoder();
  return *decoder ? decoder_is_content : decoder_complains;
}
void destroy(void* decoder) { de265_free_decoder(context_of(decoder)); }

/// NAL units, each with its length in four bytes before it.
heif_error push(void* decoder, const void* data, std::size_t size) {
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  while (size > 0) {
    if (size < 4) return decoder_complains;
    const std::size_t length = std::size_t{bytes[0]} << 24 | std::size_t{bytes[1]} << 16 | std::size_t{bytes[2]} << 8 | bytes[3];
    if (length > size - 4 || length > INT32_MAX) return decoder_complains;
    if (!de265_isOK(de265_push_NAL(context_of(decoder), bytes + 4, static_cast<int>(length), 0, nullptr))) return decoder_complains;
    bytes += 4 + length;
    size -= 4 + length;
  }
  return decoder_is_content;
}

heif_error copy(const de265_image* from, heif_image** out) {
  DecodedPlanes planes{.chroma = static_cast<int>(de265_get_chroma_format(from)), .planes = {}};
  for (int channel = 0; channel < (planes.chroma == 0 ? 1 : 3); ++channel) {
    int stride = 0;
    const std::uint8_t* samples = de265_get_image_plane(from, channel, &stride);
    planes.planes[channel] = {samples, stride, de265_get_image_width(from, channel), de265_get_image_height(from, channel),
                              de265_get_bits_per_pixel(from, channel)};
  }
  return copy_planes(planes, out);
}

/// The one picture; a second one, or any warning, is a complaint.
heif_error decode(void* decoder, heif_image** out) {
  de265_decoder_context* context = context_of(decoder);
  *out = nullptr;
  heif_error outcome = de265_isOK(de265_flush_data(context)) ? decoder_is_content : decoder_complains;
  for (int more = 1; more != 0 && outcome.code == heif_error_Ok;) {
    if (!de265_isOK(de265_decode(context, &more)) || !de265_isOK(de265_get_warning(context))) outcome = decoder_complains;
    while (const de265_image* image = outcome.code == heif_error_Ok ? de265_get_next_picture(context) : nullptr)
      outcome = *out ? decoder_complains : copy(image, out);
  }
  if (outcome.code == heif_error_Ok && *out) return outcome;
  heif_image_release(*out);
  *out = nullptr;
  return decoder_complains;
}

}  // namespace

const heif_decoder_plugin hevc_decoder = {
    decoder_interface, name, nullptr, nullptr, supports, create, destroy, push, decode, set_strict, "dokaz-libde265"};

}  // namespace dokaz::intake::pixels
