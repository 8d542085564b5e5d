// SPDX-License-Identifier: GPL-3.0-or-later
// WebP: metadata in every chunk, behind every end, and in fields that nobody looks at.
#include "tests/intake/traps/trap.hpp"
#include "tests/unit/collector/intake_profiles.hpp"
#include "tests/unit/collector/intake_webp_pictures.hpp"

namespace dokaz::test {
namespace {

const Bytes marker = text(canary);

Trap one(unsigned group, const char* name, Bytes file, const char* outcome = "clean") {
  return {group, std::string("webp-") + name + ".webp", outcome, [file = std::move(file)] { return file; }};
}

}  // namespace

Traps webp_traps() {
  const Bytes lossless = riff_chunk("VP8L", one_colour()), lossy = riff_chunk("VP8 ", gray_vp8());
  const Bytes alpha = riff_chunk("ALPH", joined({alpha_plane(), marker}));
  Traps traps = {
      one(7, "text-behind", joined({webp({lossy}), marker})),
      one(7, "archive-behind", joined({webp({lossless}), text("PK\x03\x04"), marker})),
      one(9, "bytes-behind-lossless", webp({riff_chunk("VP8L", joined({one_colour(), marker}))})),
      one(9, "bytes-behind-alpha", webp({extended(16), alpha, lossy})),
      one(9, "bytes-behind-lossy", webp({riff_chunk("VP8 ", joined({gray_vp8(), marker, marker}))}), "malformed_media"),
      one(11, "bytes-behind-chunks", webp({lossless, text("CANARY-")}), "malformed_media"),  // libwebp refuses it
      one(12, "broken-metadata", webp({extended(0x2c), riff_chunk("ICCP", marker), lossy, riff_chunk("EXIF", marker), riff_chunk("XMP ", marker)})),
      one(13, "content-credentials", webp({lossy, riff_chunk("C2PA", marker)})),
      one(15, "profile", webp({extended(0x20), riff_chunk("ICCP", display_profile().bytes()), lossy})),
      one(18, "cut", webp({lossy, text("XMP "), little(64, 4), marker}), "truncated_media"),
      one(10, "xmp-in-frame", webp({extended(2), animation(), WebpFrame{.inner = joined({lossless, riff_chunk("XMP ", marker)})}.bytes()})),
      one(10, "frame-in-frame", webp({extended(2), animation(), WebpFrame{.inner = joined({lossless, WebpFrame{.inner = riff_chunk("XMP ", marker)}.bytes()})}.bytes()})),
      one(10, "private", webp({lossy, riff_chunk("prVt", marker)})),
      one(10, "xmp", webp({extended(4), lossy, riff_chunk("XMP ", marker)})),
  };
  for (const unsigned orientation : {3u, 5u, 6u, 8u})
    traps.push_back(one(14, ("orientation-" + std::to_string(orientation)).c_str(),
                        webp({extended(8), lossy, riff_chunk("EXIF", exif(orientation, canary))})));
  return traps;
}

}  // namespace dokaz::test
