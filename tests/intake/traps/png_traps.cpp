// SPDX-License-Identifier: GPL-3.0-or-later
// PNG: text and private chunks on both sides of the raster, and data behind the ends that a decoder stops at.
#include "tests/intake/traps/trap.hpp"
#include "tests/unit/collector/intake_profiles.hpp"

namespace dokaz::test {
namespace {

const Bytes marker = text(canary);

Trap one(unsigned group, const char* name, Png png, const char* outcome = "clean") {
  return {group, std::string("png-") + name + ".png", outcome, [png] { return png.bytes(); }};
}

Bytes cut_deflated() {
  Bytes out = deflated(Bytes(72, 0));
  append(out, marker);
  return out;
}

}  // namespace

Traps png_traps() {
  Traps traps = {
      one(7, "text-behind", {.trailer = marker}),
      one(7, "archive-behind", {.trailer = joined({text("PK\x03\x04"), marker})}),
      one(8, "picture-before-cropping", {.trailer = joined({chunk("IDAT", deflated(marker)), chunk("IEND", {})})}),
      one(9, "bytes-behind-raster", {.idat = chunk("IDAT", cut_deflated())}, "malformed_media"),
      one(9, "raster-longer", {.raster = joined({Bytes(72, 0), marker})}, "malformed_media"),
      one(9, "palette-unused", {.palette = chunk("PLTE", joined({marker, Bytes(2, 0)}))}, "malformed_media"),
      one(9, "palette-text", {.depth = 4, .colour = 3, .palette = chunk("PLTE", joined({{1, 2, 3}, marker, Bytes(2, 0)})),
                              .after_palette = chunk("tRNS", joined({{9}, Bytes(5, 'C')}))}),
      one(9, "bits-behind-rows", {.width = 1, .height = 4, .depth = 1, .raster = {0, 'C', 0, 'A', 0, 'N', 0, 'A'}}, "malformed_media"),
      one(11, "wrong-checksum", {.before_palette = joined({chunk("tEXt", marker), {0, 0, 0, 0}, text("tEXt"), {0, 0, 0, 0}})}, "malformed_media"),
      one(13, "content-credentials", {.before_palette = chunk("caBX", marker)}),
      one(15, "profile", {.colour = 2, .before_palette = chunk("iCCP", joined({marker, {0, 0}, deflated(display_profile().bytes())})),
                          .raster = Bytes(200, 0)}),
      one(18, "cut", {.before_palette = chunk("tEXt", marker), .end = {}}, "truncated_media"),
  };
  const std::pair<const char*, Bytes> pieces[] = {
      {"tEXt", joined({text("Comment\0"sv), marker})},
      {"zTXt", joined({text("Comment\0\0"sv), deflated(marker)})},
      {"iTXt", joined({text("XML:com.adobe.xmp\0\0\0\0\0"sv), marker})},
      {"eXIf", exif(6, canary)},
      {"zxIf", joined({{0}, big32(100), deflated(exif(6, canary))})},
      {"tIME", joined({{7, 0xea, 5, 1, 10, 12, 0}})},
      {"pHYs", joined({big32(2835), big32(2835), {1}})},
      {"sPLT", joined({marker, {0, 8}, Bytes(6, 1)})},
      {"hIST", Bytes(2, 1)},
      {"caNV", joined({marker, Bytes(3, 0)})},
      {"prVt", marker}};
  for (const auto& [type, content] : pieces) {
    const std::string name = std::string("chunk-") + type;
    traps.push_back(one(10, (name + "-before").c_str(), {.before_palette = chunk(type, content)}));
    traps.push_back(one(10, (name + "-behind").c_str(), {.after_raster = chunk(type, content)}));
  }
  const Bytes hexadecimal = text("Raw profile type exif\0\n\nexif\n      13\n43414e4152592d376633613931\n"sv);
  traps.push_back(one(10, "raw-profile", {.before_palette = chunk("tEXt", hexadecimal)}));
  return traps;
}

}  // namespace dokaz::test
