// SPDX-License-Identifier: GPL-3.0-or-later
// GIF: words between the frames, behind the data of a frame, and among colours that no pixel has.
#include "tests/intake/traps/trap.hpp"
#include "tests/unit/collector/intake_gif_pictures.hpp"

namespace dokaz::test {
namespace {

const Bytes marker = text(canary);

Trap one(unsigned group, const char* name, Gif gif, const char* outcome = "clean") {
  return {group, std::string("gif-") + name + ".gif", outcome, [gif] { return gif.bytes(); }};
}
Bytes frame_with(const Bytes& data) { return GifFrame{.data = data}.bytes(); }

}  // namespace

Traps gif_traps() {
  Bytes magic = {1};
  for (int i = 255; i >= 0; --i) magic.push_back(static_cast<Byte>(i));
  Bytes colours = joined({four_colours(), marker});
  colours.resize(48);
  GifCodes more;
  for (const Byte index : all_colours()) more.pixel(index);
  for (int i = 0; i < 64; ++i) more.pixel(static_cast<unsigned>(i) % 4);
  return {
      one(7, "text-behind", {.trailer = marker}),
      one(7, "archive-behind", {.trailer = joined({text("PK\x03\x04"), marker})}),
      one(9, "bytes-behind-frame", {.frames = frame_with(blocks(joined({gif_codes(all_colours()), marker})))}),
      one(9, "pixels-behind-frame", {.frames = frame_with(blocks(more.finish()))}),
      one(9, "unused-colours", {.flags = 0xf3, .colours = colours}),
      one(9, "unused-local-colours", {.frames = GifFrame{.flags = 0x83, .colours = colours}.bytes()}),
      one(10, "comment", {.before = gif_extension(0xfe, marker)}),
      one(10, "comment-behind-frame", {.frames = joined({GifFrame{}.bytes(), gif_extension(0xfe, marker)})}),
      one(10, "plain-text", {.before = joined({{0x21, 1, 12}, Bytes(12, 4), blocks(marker)})}),
      one(10, "xmp", {.before = joined({{0x21, 0xff, 11}, text("XMP DataXMP"), marker, magic, {0}})}),
      one(10, "application", {.before = gif_application("CANARY-7f3a", marker)}),
      one(10, "loop", {.before = joined({{0x21, 0xff, 11}, text("NETSCAPE2.0"), {3, 1, 0, 0}, blocks(marker)}),
                       .frames = joined({GifFrame{}.bytes(), GifFrame{}.bytes()})}),
      one(11, "between-blocks", {.before = marker}, "malformed_media"),
      one(13, "content-credentials", {.before = gif_application("C2PA_GIF\1\0\0"sv, marker)}),
      one(15, "profile", {.before = gif_application("ICCRGBG1012", marker)}),
      one(18, "cut", {.before = gif_extension(0xfe, marker), .end = {}}, "truncated_media"),
  };
}

}  // namespace dokaz::test
