// SPDX-License-Identifier: GPL-3.0-or-later
// Small files for the fuzzers of intake to begin with: intake_seeds FOLDER makes FOLDER/intake_KIND/…
#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

#include "tests/unit/collector/intake_profiles.hpp"
#include "tests/unit/collector/intake_tiff.hpp"

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
          Png{.colour = 6, .interlace = 1, .before_palette = chunk("tEXt", text(canary)), .raster = Bytes(271, 0)}.bytes()};
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

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return std::cerr << "usage: intake_seeds FOLDER\n", 2;
  for (const Seeds& seeds : {Seeds{"jpeg", jpeg_seeds()}, Seeds{"png", png_seeds()}, Seeds{"tiff", tiff_seeds()}}) {
    const auto folder = std::filesystem::path(arguments[1]) / ("intake_" + seeds.kind);
    std::filesystem::create_directories(folder);
    for (std::size_t i = 0; i < seeds.files.size(); ++i) {
      std::ofstream file(folder / std::to_string(i), std::ios::binary);
      file << text_of(seeds.files[i]);
    }
  }
}
