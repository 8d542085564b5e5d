// SPDX-License-Identifier: GPL-3.0-or-later
// WebP and GIF: chunks and extensions beside the picture, in its frames, and behind the end.
#include "tests/intake/traps/trap.hpp"
#include "tests/unit/collector/intake_gif_pictures.hpp"
#include "tests/unit/collector/intake_profiles.hpp"
#include "tests/unit/collector/intake_webp_pictures.hpp"

namespace dokaz::test {
namespace {

const Bytes marker = text(canary);

Trap webp_trap(unsigned group, const char* name, Bytes file, const char* outcome = "clean") {
  return {group, std::string("webp-") + name + ".webp", outcome, [file = std::move(file)] { return file; }};
}
/// A chunk behind the picture, announced in the header.
Trap behind(unsigned group, const char* name, Byte flag, std::string_view chunk_name, const Bytes& content) {
  return webp_trap(group, name, webp({extended(flag), riff_chunk("VP8 ", gray_vp8()), riff_chunk(chunk_name, content)}));
}
Trap gif_trap(unsigned group, const char* name, const Gif& gif, const char* outcome = "clean") {
  return {group, std::string("gif-") + name + ".gif", outcome, [gif] { return gif.bytes(); }};
}

}  // namespace

Traps web_traps() {
  const Bytes lossy = riff_chunk("VP8 ", gray_vp8());
  return {
      behind(10, "exif", 8, "EXIF", exif(6, canary)),
      behind(10, "xmp", 4, "XMP ", marker),
      behind(10, "unknown-chunk", 0, "QUUX", marker),
      behind(13, "content-credentials", 0, "C2PA", marker),
      webp_trap(7, "text-behind", joined({webp({lossy}), marker})),
      webp_trap(7, "archive-behind", joined({webp({lossy}), text("PK\x03\x04"), marker})),
      webp_trap(15, "profile", webp({extended(32), riff_chunk("ICCP", display_profile().bytes()), lossy})),
      webp_trap(10, "chunk-in-frame",
                webp({extended(2), animation(),
                      WebpFrame{.inner = joined({riff_chunk("VP8L", one_colour()), riff_chunk("QUUX", marker)})}.bytes()})),
      webp_trap(18, "cut", joined({text("RIFF"), little(4000, 4), text("WEBP"), lossy, marker}), "truncated_media"),
      gif_trap(10, "comment", {.before = gif_extension(0xfe, marker)}),
      gif_trap(10, "xmp", {.before = gif_application("XMP DataXMP", marker)}),
      gif_trap(10, "unknown-application", {.before = gif_application("QUUXQUUX1.0", marker)}),
      gif_trap(7, "text-behind", {.trailer = marker}),
      gif_trap(7, "archive-behind", {.trailer = joined({text("PK\x03\x04"), marker})}),
      gif_trap(9, "bytes-behind-codes", {.frames = GifFrame{.data = blocks(joined({gif_codes(all_colours()), marker}))}.bytes()}),
      gif_trap(11, "text-between-blocks", {.before = marker}, "malformed_media"),
      gif_trap(18, "cut", {.end = {}}, "truncated_media"),
  };
}

}  // namespace dokaz::test
