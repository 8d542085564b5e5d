// SPDX-License-Identifier: GPL-3.0-or-later
// libwebp and libwebpdemux: every frame decoded alone, with its place and time, as the canvas is made of them.
#include <webp/decode.h>
#include <webp/demux.h>

#include <memory>

#include "collector/intake/pixels/pixels.hpp"

namespace dokaz::intake::pixels {
namespace {

struct Delete {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};

struct Frames {
  WebPIterator at{};
  ~Frames() { WebPDemuxReleaseIterator(&at); }
};

void add(Sha256Stream& hash, std::uint32_t value) {
  hash.update(ByteView(std::array<Byte, 4>{static_cast<Byte>(value >> 24), static_cast<Byte>(value >> 16),
                                           static_cast<Byte>(value >> 8), static_cast<Byte>(value)}));
}

}  // namespace

Result<Sha256> webp(ByteView file) {
  const WebPData data{file.data(), file.size()};
  const std::unique_ptr<WebPDemuxer, Delete> demuxer(WebPDemux(&data));
  if (!demuxer) return fail(Errc::malformed_media, "WebP: the decoder complains");
  Sha256Stream hash;
  for (const WebPFormatFeature feature : {WEBP_FF_CANVAS_WIDTH, WEBP_FF_CANVAS_HEIGHT, WEBP_FF_FRAME_COUNT})
    add(hash, WebPDemuxGetI(demuxer.get(), feature));
  if (WebPDemuxGetI(demuxer.get(), WEBP_FF_FORMAT_FLAGS) & ANIMATION_FLAG)
    add(hash, WebPDemuxGetI(demuxer.get(), WEBP_FF_LOOP_COUNT));
  Frames frames;
  Bytes pixels;
  std::uint64_t samples = 0;
  if (!WebPDemuxGetFrame(demuxer.get(), 1, &frames.at)) return fail(Errc::malformed_media, "WebP: no picture");
  do {
    const WebPIterator& frame = frames.at;
    const auto width = static_cast<std::uint32_t>(frame.width), height = static_cast<std::uint32_t>(frame.height);
    const std::uint64_t size = std::uint64_t{4} * width * height;
    samples += size;
    if (samples > most_samples) return fail(Errc::too_large, "WebP: more samples than can be compared");
    for (const int value : {frame.x_offset, frame.y_offset, frame.width, frame.height, frame.duration,
                            static_cast<int>(frame.dispose_method), static_cast<int>(frame.blend_method)})
      add(hash, static_cast<std::uint32_t>(value));
    pixels.resize(static_cast<std::size_t>(size));
    if (!WebPDecodeRGBAInto(frame.fragment.bytes, frame.fragment.size, pixels.data(), pixels.size(), frame.width * 4))
      return fail(Errc::malformed_media, "WebP: the decoder complains");
    hash.update(pixels);
  } while (WebPDemuxNextFrame(&frames.at));
  return hash.finish();
}

}  // namespace dokaz::intake::pixels
