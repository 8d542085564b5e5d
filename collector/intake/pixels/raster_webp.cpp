// SPDX-License-Identifier: GPL-3.0-or-later
// libwebp and libwebpdemux: a WebP picture, or the first frame of an animation in its place on the canvas.
#include <webp/decode.h>
#include <webp/demux.h>

#include <memory>

#include "collector/intake/pixels/raster.hpp"

namespace dokaz::intake::pixels {
namespace {

struct Delete {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};

struct FirstFrame {
  WebPIterator at{};
  ~FirstFrame() { WebPDemuxReleaseIterator(&at); }
};

Error complaint() { return fail(Errc::malformed_media, "WebP: the decoder complains"); }

}  // namespace

Result<Painted> paint_webp(ByteView file) {
  const WebPData data{file.data(), file.size()};
  const std::unique_ptr<WebPDemuxer, Delete> demuxer(WebPDemux(&data));
  FirstFrame first;
  if (!demuxer || !WebPDemuxGetFrame(demuxer.get(), 1, &first.at)) return complaint();
  const std::uint32_t across = WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_WIDTH);
  const std::uint32_t down = WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_HEIGHT);
  DOKAZ_TRY(may_be_drawn(across, down));
  const WebPIterator& frame = first.at;
  const auto left = static_cast<std::uint32_t>(frame.x_offset), top = static_cast<std::uint32_t>(frame.y_offset);
  const auto wide = static_cast<std::uint32_t>(frame.width), high = static_cast<std::uint32_t>(frame.height);
  if (left + wide > across || top + high > down) return complaint();
  Bytes rgba(std::size_t{4} * wide * high);
  if (!WebPDecodeRGBAInto(frame.fragment.bytes, frame.fragment.size, rgba.data(), rgba.size(), frame.width * 4)) return complaint();
  Raster raster = Raster::white(across, down);
  for (std::uint32_t y = 0; y < high; ++y)
    for (std::uint32_t x = 0; x < wide; ++x) lay(raster.at(left + x, top + y), rgba.data() + 4 * (std::size_t{y} * wide + x));
  return Painted{std::move(raster), WebPDemuxGetI(demuxer.get(), WEBP_FF_FRAME_COUNT) > 1};
}

}  // namespace dokaz::intake::pixels
