// SPDX-License-Identifier: GPL-3.0-or-later
// Small files for the fuzzers of intake to begin with: intake_seeds FOLDER makes FOLDER/intake_KIND/…
#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

#include "tests/unit/collector/intake_gif_pictures.hpp"
#include "tests/unit/collector/intake_heif_pictures.hpp"
#include "tests/unit/collector/intake_profiles.hpp"
#include "tests/unit/collector/intake_tiff.hpp"
#include "tests/unit/collector/intake_webp_pictures.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

struct Seeds {
  std::string kind;
  std::vector<Bytes> files;
};

std::vector<Bytes> jpeg_seeds() {
  return {Jpeg{}.bytes(), Jpeg{.ids = {1, 2, 3}, .app = exif_segment(exif(6, canary))}.bytes(),
          Jpeg{.frame = 0xc2, .spectrum = {0, 0, 0}, .trailer = text(canary)}.bytes()};
}

std::vector<Bytes> png_seeds() {
  return {Png{}.bytes(), Png{.depth = 4, .colour = 3, .palette = chunk("PLTE", Bytes(48, 7))}.bytes(),
          Png{.colour = 6, .interlace = 1, .before_palette = chunk("tEXt", text(canary)), .raster = Bytes(271, 0)}.bytes(),
          Png{.colour = 2, .before_palette = chunk("iCCP", joined({text("a\0\0"sv), deflated(display_profile(gamma_curve(2)).bytes())}))}.bytes(),
          Png{.width = 3, .depth = 1, .before_palette = chunk("pHYs", joined({big32(2), big32(4), {1}}))}.bytes(),
          Png{.before_palette = joined({chunk("acTL", joined({big32(2), big32(0)})),
                                        chunk("fcTL", joined({big32(0), big32(8), big32(8), Bytes(8, 0), {0, 1, 0, 10, 0, 0}}))}),
              .after_raster = joined({chunk("fcTL", joined({big32(1), big32(4), big32(4), Bytes(8, 0), {0, 1, 0, 10, 0, 0}})),
                                      chunk("fdAT", joined({big32(2), deflated(Bytes(20, 0))}))})}.bytes()};
}

std::vector<Bytes> webp_seeds() {
  const Bytes lossless = riff_chunk("VP8L", one_colour()), lossy = riff_chunk("VP8 ", gray_vp8());
  const Bytes alpha = riff_chunk("ALPH", alpha_plane());
  return {webp({lossless}), webp({lossy, riff_chunk("EXIF", exif(6, canary))}),
          webp({extended(0x30), riff_chunk("ICCP", display_profile(gamma_curve(2)).bytes()), alpha, lossy}),
          webp({extended(2), animation(1, 2), WebpFrame{.flags = 1, .inner = joined({alpha, lossy})}.bytes(),
                WebpFrame{.inner = joined({lossless, riff_chunk("XMP ", text(canary))})}.bytes()}),
          // Something to begin with for transforms, cache and entropy image.
          webp({riff_chunk("VP8L", joined({{0x2f, 3, 0xc0, 0, 0}, {0x09, 0x11, 0x11, 0x91, 0x08, 0x09}, Bytes(40, 0x5b)}))})};
}

std::vector<Bytes> gif_seeds() {
  const Bytes local = GifFrame{.control = {1, 7, 0, 2}, .flags = 0xc1, .colours = four_colours()}.bytes();
  return {Gif{}.bytes(), Gif{.before = joined({gif_loop(3), gif_extension(0xfe, text(canary))}), .frames = joined({local, GifFrame{}.bytes()})}.bytes(),
          Gif{.width = 9, .background = 1, .before = gif_application("XMP DataXMP", text(canary)), .trailer = text(canary)}.bytes()};
}

std::vector<Bytes> tiff_seeds() {
  const Bytes strip(8, 0x11);
  const auto one = [](TiffPage page, bool big) { return Tiff{.pages = {std::move(page)}, .big = big}.bytes(); };
  std::vector<Bytes> out;
  for (const bool big : {false, true}) {
    out.push_back(one({.tags = {{270, tiff_text(canary)}, {274, {3, {6}}}}}, big));
    out.push_back(one({.codec = 5, .strips = {tiff_lzw(strip), tiff_lzw(strip)}}, big));
    out.push_back(one({.codec = 8, .strips = {deflated(strip), deflated(strip)}}, big));
    out.push_back(one({.codec = 32773, .strips = {Bytes{0xf9, 1}, Bytes{0xf9, 2}}}, big));
    out.push_back(one({.width = 8, .height = 1, .codec = 4, .depth = 1, .rows = 1, .strips = {Bytes{0x80, 0x08, 0x00, 0x80}}}, big));
    out.push_back(one({.tags = {{347, tiff_bytes(tiff_jpeg_tables())}}, .width = 16, .height = 32, .codec = 7, .rows = 16,
                       .strips = {tiff_jpeg_strip(16, 16), tiff_jpeg_strip(16, 16)}}, big));
    out.push_back(one({.tags = {{322, {3, {16}}}, {323, {3, {16}}}}, .width = 20, .strips = {Bytes(256, 1), Bytes(256, 2)}, .tiled = true}, big));
    out.push_back(one({.tags = {{530, {3, {2, 2}}}, {532, {5, {16, 1, 235, 1, 128, 1, 240, 1, 128, 1, 240, 1}}}},
                       .space = 6, .samples = 3, .strips = {Bytes(12, 3), Bytes(12, 4)}}, big));
    out.push_back(one({.tags = {{34675, tiff_bytes(display_profile(gamma_curve(2)).bytes())}}, .space = 2, .samples = 3,
                       .strips = {Bytes(24, 3), Bytes(24, 4)}}, big));
    out.push_back(Tiff{.pages = {TiffPage{}, TiffPage{.tags = {{254, {4, {1}}}}}}, .big = big}.bytes());
  }
  return out;
}

std::vector<Bytes> heic_seeds() {
  Heif full = with_alpha();
  full.items[0].properties.insert(full.items[0].properties.end(),
                                  {full_box("pixi", {3, 8, 8, 8}), box("irot", {1}), box("imir", {1}), clap(32, 48),
                                   box("colr", joined({text("nclx"), {0, 1, 0, 13, 0, 6, 0x80}})),
                                   box("colr", joined({text("prof"), display_profile(gamma_curve(2)).bytes()}))});
  full.items.push_back({.id = 3, .type = "Exif", .data = joined({big32(6), text("Exif\0\0"sv), exif(6, canary)})});
  full.items.push_back({.id = 4, .type = "iden", .properties = {ispe(32, 48)}});
  full.references.push_back({"dimg", 4, {1}});
  full.primary = 4;
  Heif wide = hevc_grid();
  wide.wide = true;
  wide.items[0].extents = 2;
  wide.items[1].data = joined({sei(canary), wide.items[1].data});
  return {one_hevc().bytes(), full.bytes(), hevc_grid().bytes(), wide.bytes(), hevc_overlay().bytes()};
}

std::vector<Bytes> avif_seeds() {
  Heif metadata = av1_with_alpha();
  metadata.items[0].data = joined({obu(2, {}), metadata.items[0].data, obu(5, text(canary))});
  metadata.items[0].properties.push_back(box("a1op", {1}));
  metadata.trailer = box("uuid", Bytes(20, 1));
  return {one_av1().bytes(), av1_with_alpha().bytes(), metadata.bytes()};
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return std::cerr << "usage: intake_seeds FOLDER\n", 2;
  for (const Seeds& seeds : {Seeds{"avif", avif_seeds()}, Seeds{"heic", heic_seeds()}, Seeds{"jpeg", jpeg_seeds()},
                             Seeds{"png", png_seeds()}, Seeds{"webp", webp_seeds()}, Seeds{"gif", gif_seeds()}, Seeds{"tiff", tiff_seeds()}}) {
    const auto folder = std::filesystem::path(arguments[1]) / ("intake_" + seeds.kind);
    std::filesystem::create_directories(folder);
    for (std::size_t i = 0; i < seeds.files.size(); ++i) {
      std::ofstream file(folder / std::to_string(i), std::ios::binary);
      file << text_of(seeds.files[i]);
    }
  }
}
