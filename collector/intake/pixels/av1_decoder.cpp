// SPDX-License-Identifier: GPL-3.0-or-later
#include <dav1d/dav1d.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "collector/intake/pixels/heif_decoders.hpp"

namespace dokaz::intake::pixels {
namespace {

constexpr unsigned most_pixels = 1u << 30;

struct Decoder {
  Dav1dContext* context = nullptr;
  Dav1dData data{};
  ~Decoder() {
    dav1d_data_unref(&data);
    dav1d_close(&context);
  }
};
Decoder& decoder_of(void* decoder) { return *static_cast<Decoder*>(decoder); }

const char* name() { return "dav1d, one thread"; }
int supports(heif_compression_format format) { return format == heif_compression_AV1 ? decoder_priority : 0; }
void set_strict(void*, int) {}

heif_error create(void** decoder) {
  Dav1dSettings settings;
  dav1d_default_settings(&settings);
  settings.n_threads = 1;
  settings.max_frame_delay = 1;
  settings.all_layers = 0;
  settings.frame_size_limit = most_pixels;
  settings.logger.callback = nullptr;
  auto created = std::make_unique<Decoder>();
  if (dav1d_open(&created->context, &settings) != 0) return decoder_complains;
  *decoder = created.release();
  return decoder_is_content;
}
void destroy(void* decoder) { delete static_cast<Decoder*>(decoder); }

/// All OBUs of the item at once.
heif_error push(void* decoder, const void* data, std::size_t size) {
  Dav1dData& to = decoder_of(decoder).data;
  if (to.sz > 0 || size == 0) return decoder_complains;
  std::uint8_t* room = dav1d_data_create(&to, size);
  if (!room) return decoder_complains;
  std::copy_n(static_cast<const std::uint8_t*>(data), size, room);
  return decoder_is_content;
}

heif_error copy(const Dav1dPicture& from, heif_image** out) {
  DecodedPlanes planes{.chroma = static_cast<int>(from.p.layout), .planes = {}};  // numbered alike
  for (int channel = 0; channel < (planes.chroma == 0 ? 1 : 3); ++channel) {
    const bool half_width = channel > 0 && from.p.layout != DAV1D_PIXEL_LAYOUT_I444;
    const bool half_height = channel > 0 && from.p.layout == DAV1D_PIXEL_LAYOUT_I420;
    planes.planes[channel] = {static_cast<const std::uint8_t*>(from.data[channel]), from.stride[channel > 0],
                              half_width ? (from.p.w + 1) / 2 : from.p.w, half_height ? (from.p.h + 1) / 2 : from.p.h, from.p.bpc};
  }
  return copy_planes(planes, out);
}

/// The one picture; a second one, or data that are not used up, is a complaint.
heif_error decode(void* decoder, heif_image** out) {
  Decoder& self = decoder_of(decoder);
  *out = nullptr;
  heif_error outcome = decoder_is_content;
  for (bool drained = false; !drained && outcome.code == heif_error_Ok;) {
    const int sent = self.data.sz > 0 ? dav1d_send_data(self.context, &self.data) : 0;
    if (sent != 0 && sent != DAV1D_ERR(EAGAIN)) outcome = decoder_complains;
    Dav1dPicture picture{};
    const int got = dav1d_get_picture(self.context, &picture);
    if (got == 0) {
      outcome = *out ? decoder_complains : copy(picture, out);
      dav1d_picture_unref(&picture);
    } else if (got == DAV1D_ERR(EAGAIN)) {
      drained = self.data.sz == 0;
      if (sent != 0) outcome = decoder_complains;  // it takes nothing and gives nothing
    } else {
      outcome = decoder_complains;
    }
  }
  if (outcome.code == heif_error_Ok && *out) return outcome;
  heif_image_release(*out);
  *out = nullptr;
  return decoder_complains;
}

}  // namespace

const heif_decoder_plugin av1_decoder = {
    decoder_interface, name, nullptr, nullptr, supports, create, destroy, push, decode, set_strict, "dokaz-dav1d"};

}  // namespace dokaz::intake::pixels
