// SPDX-License-Identifier: GPL-3.0-or-later
// TIFF: tags, directories below a page, strips that are longer than their picture, and bytes that nothing points at.
#include "tests/intake/traps/trap.hpp"
#include "tests/unit/collector/intake_profiles.hpp"
#include "tests/unit/collector/intake_tiff.hpp"

namespace dokaz::test {
namespace {

const Bytes marker = text(canary);

Trap one(unsigned group, const char* name, Tiff tiff, const char* outcome = "clean") {
  return {group, std::string("tiff-") + name + ".tif", outcome, [tiff] { return tiff.bytes(); }};
}
Tiff page(TiffPage page) { return {.pages = {std::move(page)}}; }
Tiff with(unsigned tag, TiffValue value) { return page({.tags = {{tag, std::move(value)}}}); }
Tiff coded(unsigned codec, const Bytes& first) {
  return page({.codec = codec, .rows = 4, .strips = {joined({first, marker})}});
}

}  // namespace

Traps tiff_traps() {
  const Bytes samples(16, 0x11);
  TiffPage jpeg{.tags = {{347, tiff_bytes(tiff_jpeg_tables())}}, .width = 16, .height = 16, .codec = 7, .rows = 16,
                .strips = {tiff_jpeg_strip(16, 16)}};
  TiffPage comment = jpeg, exif_inside = jpeg;
  comment.strips = {Jpeg{.app = segment(0xfe, marker), .jfif = {}, .tables = {}}.bytes()};
  exif_inside.strips = {Jpeg{.app = exif_segment(exif(1, canary)), .jfif = {}, .tables = {}}.bytes()};
  TiffPage tables = jpeg;
  append(tables.tags[347].bytes, marker);
  return {
      one(10, "description", with(270, tiff_text(canary))),
      one(10, "software", with(305, tiff_text(canary))),
      one(10, "date", with(306, tiff_text("2026:05:01 10:12:00"))),
      one(10, "artist", with(315, tiff_text(canary))),
      one(10, "xmp", with(700, tiff_bytes(marker))),
      one(10, "iptc", with(33723, tiff_bytes(marker))),
      one(10, "photoshop", with(34377, tiff_bytes(marker))),
      one(10, "photoshop-layers", with(37724, tiff_bytes(marker))),
      one(10, "unknown-tag", with(65000, tiff_bytes(marker))),
      one(10, "broken-exif", with(34665, {4, {0x7fffffff}})),
      one(3, "preview", {.pages = {TiffPage{}, TiffPage{.tags = {{254, {4, {1}}}, {270, tiff_text(canary)}}}}}),
      one(7, "text-behind", {.trailer = marker}),
      one(7, "text-between", {.between = marker}),
      one(9, "behind-samples", coded(1, samples)),
      one(9, "behind-lzw", coded(5, tiff_lzw(samples))),
      one(9, "behind-deflate", coded(8, deflated(samples))),
      one(9, "behind-packbits", coded(32773, {0xf1, 0x11})),
      one(9, "behind-group4", page({.width = 8, .height = 1, .codec = 4, .depth = 1, .rows = 1,
                                    .strips = {joined({{0x80, 0x08, 0x00, 0x80}, marker})}})),
      one(11, "jpeg-comment", page(comment), "malformed_media"),
      one(11, "jpeg-exif", page(exif_inside), "malformed_media"),
      one(11, "jpeg-tables", page(tables)),
      one(13, "content-credentials", with(52545, tiff_bytes(marker))),
      one(14, "orientation", page({.tags = {{274, {3, {6}}}, {270, tiff_text(canary)}}})),
      one(15, "profile", page({.tags = {{34675, tiff_bytes(display_profile().bytes())}}, .space = 2, .samples = 3,
                               .strips = {Bytes(24, 3), Bytes(24, 4)}})),
      one(16, "second-page", {.pages = {TiffPage{}, TiffPage{.tags = {{285, tiff_text(canary)}}}}}),
      one(17, "raw-photo", with(50706, {1, {1, 4, 0, 0}}), "unsupported_media"),
      one(17, "sensor-samples", with(262, {3, {32803}}), "unsupported_media"),
      one(18, "cut", page({.tags = {{279, {4, {8, 80'000}}}}}), "truncated_media"),
      one(25, "circle", {.last = 40}, "malformed_media"),
      one(25, "shared-strips", with(273, {4, {8, 8}}), "malformed_media"),
      one(25, "largest-numbers", page({.tags = {{256, {4, {0x7fffffff}}}, {257, {4, {0x7fffffff}}}, {278, {}}}, .strips = {Bytes(8, 1)}}),
          "too_large"),
  };
}

}  // namespace dokaz::test
