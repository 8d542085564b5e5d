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

/// The payload of "VP8 " in a frame, behind its alpha plane; empty in a lossless one.
ByteView lossy_part(ByteView frame) {
  while (frame.size() >= 8) {
    const std::size_t length = frame[4] | std::size_t{frame[5]} << 8 | std::size_t{frame[6]} << 16 | std::size_t{frame[7]} << 24;
    if (length > frame.size() - 8) break;
    if (text_of(frame).starts_with("VP8 ")) return frame.subspan(8, length);
    frame = frame.subspan(std::min(frame.size(), 8 + length + length % 2));
  }
  return {};
}

/// Nothing in VP8 says where its last partition ends. But a picture that is whole without its last bytes does
/// not need them: encoders leave five at most.
bool has_bytes_behind(ByteView lossy) {
  constexpr std::size_t spare = 16;
  if (lossy.size() < 2 * spare) return false;
  const ByteView shorter = lossy.first((lossy.size() - spare) & ~std::size_t{1});
  Bytes file = to_bytes("RIFF");
  const auto number = [&](std::size_t value) {
    for (int i = 0; i < 4; ++i, value >>= 8) file.push_back(static_cast<Byte>(value));
  };
  number(shorter.size() + 12);
  append(file, bytes_of("WEBPVP8 "));
  number(shorter.size());
  append(file, shorter);
  int width = 0, height = 0;
  std::uint8_t* decoded = WebPDecodeRGB(file.data(), file.size(), &width, &height);
  WebPFree(decoded);
  return decoded != nullptr;
}

}  // namespace

Result<Sha256> webp(ByteView file) {
  const WebPData data{file.data(), file.size()};
  const std::unique_ptr<WebPDemuxer, Delete> demuxer(WebPDemux(&data));
  if (!demuxer) return fail(Errc::malformed_media, "WebP: the decoder complains");
  // libwebpdemux looks for each frame from the first one on.
  constexpr std::uint32_t most_frames = 20'000;
  if (WebPDemuxGetI(demuxer.get(), WEBP_FF_FRAME_COUNT) > most_frames)
    return fail(Errc::too_large, "WebP: more frames than can be compared");
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
    if (has_bytes_behind(lossy_part(ByteView(frame.fragment.bytes, frame.fragment.size))))
      return fail(Errc::malformed_media, "WebP: bytes behind a lossy picture");
  } while (WebPDemuxNextFrame(&frames.at));
  return hash.finish();
}

}  // namespace dokaz::intake::pixels
