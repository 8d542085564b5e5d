// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/webp/webp_bitstream.hpp"

#include "collector/intake/webp/vp8l_reader.hpp"

namespace dokaz::intake::webp {
namespace {

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("WebP: ") + what); }
Error cut() { return fail(Errc::truncated_media, "WebP: a picture is cut"); }

Byte last_of(ByteView payload, std::size_t used, unsigned spare) {
  return static_cast<Byte>(payload[used - 1] & (0xff >> spare));
}

/// What is broken only because there are zeros where bits are missing, is cut.
Status read_codes(Vp8lReader& reader, std::uint32_t width, std::uint32_t height) {
  const Status outcome = reader.read_picture(width, height);
  return reader.bits().overdrawn() ? cut() : outcome;
}

}  // namespace

Result<Bitstream> read_vp8(ByteView payload) {
  if (payload.size() < 10) return cut();
  const auto number = [&](std::size_t at) { return static_cast<unsigned>(payload[at] | payload[at + 1] << 8); };
  const unsigned tag = (number(0) | number(2) << 16) & 0xffffff;
  if (tag & 1 || payload[3] != 0x9d || payload[4] != 0x01 || payload[5] != 0x2a) return bad("no key frame");
  if ((tag >> 1 & 7) > 3) return fail(Errc::unsupported_media, "WebP: VP8 of another version");
  if (!(tag >> 4 & 1)) return bad("a frame that is not to be shown");
  if (tag >> 5 > payload.size() - 10) return cut();
  const unsigned width = number(6), height = number(8);
  if (width >> 14 || height >> 14) return fail(Errc::unsupported_media, "WebP: a scaled picture");
  if (width == 0 || height == 0) return bad("dimensions");
  return Bitstream{width, height, false, payload.size(), payload.back()};
}

Result<Bitstream> read_vp8l(ByteView payload) {
  if (payload.size() < 5) return cut();
  Vp8lReader reader(payload);
  if (reader.bits().read(8) != 0x2f) return bad("no lossless picture");
  Bitstream out;
  out.width = reader.bits().read(14) + 1;
  out.height = reader.bits().read(14) + 1;
  out.alpha = reader.bits().read(1);
  if (reader.bits().read(3) != 0) return fail(Errc::unsupported_media, "WebP: VP8L of another version");
  DOKAZ_TRY(read_codes(reader, out.width, out.height));
  out.used = reader.bits().used();
  out.last = last_of(payload, out.used, reader.bits().spare());
  return out;
}

Result<Bitstream> read_alpha(ByteView payload, std::uint32_t width, std::uint32_t height) {
  if (payload.empty()) return cut();
  const unsigned compression = payload[0] & 3, pre_processing = payload[0] >> 4 & 3, reserved = payload[0] >> 6;
  if (compression > 1 || pre_processing > 1 || reserved != 0) return bad("alpha plane");
  Bitstream out{width, height, true, 1, 0};
  if (compression == 0) {
    const std::uint64_t plane = std::uint64_t{width} * height;
    if (plane > payload.size() - 1) return cut();
    out.used += static_cast<std::size_t>(plane);
    out.last = payload[out.used - 1];
    return out;
  }
  Vp8lReader reader(payload.subspan(1));
  DOKAZ_TRY(read_codes(reader, width, height));
  out.used += reader.bits().used();
  out.last = last_of(payload, out.used, reader.bits().spare());
  return out;
}

}  // namespace dokaz::intake::webp
