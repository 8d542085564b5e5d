// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures drawn for paper: the same four colours in the same corners, whichever kind of file they come in.
#include <algorithm>
#include <array>

#include "collector/intake/pixels/raster.hpp"
#include "intake_pictures.hpp"
#include "intake_scratch.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

namespace {

using Colour = std::array<int, 3>;
constexpr Colour red{220, 20, 30}, green{20, 200, 40}, blue{30, 40, 210}, yellow{230, 220, 40};
constexpr std::uint32_t across = 96, down = 64;

/// Red and green above, blue and yellow below.
Raster four_corners() {
  Raster raster = Raster::white(across, down);
  for (std::uint32_t y = 0; y < down; ++y)
    for (std::uint32_t x = 0; x < across; ++x) {
      const Colour& colour = y < down / 2 ? (x < across / 2 ? red : green) : (x < across / 2 ? blue : yellow);
      for (std::size_t i = 0; i < 3; ++i) raster.at(x, y)[i] = static_cast<Byte>(colour[i]);
    }
  return raster;
}

bool is(const Raster& raster, double x, double y, const Colour& colour) {
  const Byte* pixel = raster.at(static_cast<std::uint32_t>(x * raster.width), static_cast<std::uint32_t>(y * raster.height));
  constexpr int lossy = 12;
  return std::equal(colour.begin(), colour.end(), pixel, [](int a, int b) { return std::abs(a - b) <= lossy; });
}

/// Colours from the upper left corner, row by row.
void check_corners(const Raster& raster, const std::array<Colour, 4>& colours) {
  CHECK(is(raster, 0.2, 0.2, colours[0]));
  CHECK(is(raster, 0.8, 0.2, colours[1]));
  CHECK(is(raster, 0.2, 0.8, colours[2]));
  CHECK(is(raster, 0.8, 0.8, colours[3]));
}
constexpr std::array<Colour, 4> as_made{red, green, blue, yellow};

}  // namespace

TEST_CASE("a drawn picture is a JPEG with the same colours in the same places") {
  const auto jpeg = jpeg_of(four_corners());
  REQUIRE(jpeg);
  const auto raster = raster_of(Media::jpeg, *jpeg);
  REQUIRE(raster);
  CHECK(raster->width == across);
  CHECK(raster->height == down);
  check_corners(*raster, as_made);
}

TEST_CASE("each of the eight orientations puts the corners where they belong") {
  // Which of the stored corners is seen at the upper left, upper right, lower left and lower right.
  constexpr std::array<std::array<int, 4>, 8> seen{
      {{0, 1, 2, 3}, {1, 0, 3, 2}, {3, 2, 1, 0}, {2, 3, 0, 1}, {0, 2, 1, 3}, {2, 0, 3, 1}, {3, 1, 2, 0}, {1, 3, 0, 2}}};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    INFO(orientation);
    const Raster turned = upright(four_corners(), orientation);
    CHECK(turned.width == (orientation >= 5 ? down : across));
    std::array<Colour, 4> colours{};
    for (std::size_t i = 0; i < 4; ++i) colours[i] = as_made[static_cast<std::size_t>(seen[static_cast<std::size_t>(orientation - 1)][i])];
    check_corners(turned, colours);
  }
}

TEST_CASE("what is too large for a page gets fewer pixels, and nothing gets more") {
  const Raster small = fitted(four_corners(), 40);
  CHECK(small.width == 40);
  CHECK(small.height == 26);
  check_corners(small, as_made);
  CHECK(fitted(four_corners(), 1000).rgb == four_corners().rgb);
  CHECK(fitted(Raster::white(5000, 1), 100).height == 1);
}

TEST_CASE("what is not seen lies on white") {
  Byte pixel[3] = {255, 255, 255};
  const Byte half[4] = {0, 100, 255, 128}, none[4] = {1, 2, 3, 0}, all[4] = {1, 2, 3, 255};
  pixels::lay(pixel, half);
  CHECK(pixel[0] == 127);
  CHECK(pixel[2] == 255);
  pixels::lay(pixel, none);
  CHECK(pixel[0] == 127);
  pixels::lay(pixel, all);
  CHECK(pixel[1] == 2);
}

TEST_CASE("files of other programs are drawn as they are seen") {
  const Scratch scratch;
  const auto source = scratch.write("picture.ppm", pixmap_of(four_corners())), made = scratch.write("made", {});
  struct Way {
    Media media;
    std::string program, command;
    std::array<Colour, 4> seen = as_made;
  };
  const Way ways[] = {
      {Media::tiff, "pnmtotiff", "pnmtotiff -lzw picture.ppm > made"},
      {Media::tiff, "exiftool", "pnmtotiff picture.ppm > a.tif && exiftool -q -n -Orientation=6 a.tif && mv a.tif made",
       {blue, red, yellow, green}},
      {Media::gif, "ppmtogif", "ppmtogif picture.ppm > made"},
      {Media::gif, "ppmtogif", "ppmtogif -interlace picture.ppm > made"},
      {Media::png, "pnmtopng", "pnmtopng picture.ppm > made"},
      {Media::png, "pnmtopng", "pnmtopng -interlace picture.ppm > made"},
      {Media::webp, "cwebp", "cwebp -quiet -lossless picture.ppm -o made"},
      {Media::webp, "cwebp", "cwebp -quiet -q 95 picture.ppm -o made"},
      {Media::heic, "heif-enc", "cjpeg -quality 100 picture.ppm > p.jpg && heif-enc -q 95 p.jpg -o made"},
      {Media::avif, "heif-enc", "cjpeg -quality 100 picture.ppm > p.jpg && heif-enc -A -q 95 p.jpg -o made"}};
  for (const Way& way : ways) {
    INFO(way.command);
    if (!is_installed(way.program)) {
      WARN(way.program << " does not run: skipped");
      continue;
    }
    std::filesystem::remove(made);
    if (!runs("cd " + quoted(scratch.path()) + " && " + way.command)) {
      WARN(way.command << ": this program has no such encoder: skipped");
      continue;
    }
    const Bytes file = content_of(made);
    const auto raster = raster_of(way.media, file);
    REQUIRE(raster);
    check_corners(*raster, way.seen);
    for (const std::size_t cut : {std::size_t{40}, std::size_t{20}}) CHECK_FALSE(raster_of(way.media, ByteView(file).first(cut)));
    // The whole way, through the program in its sandbox.
    const auto drawn = scratch.write("drawn", {});
    REQUIRE(runs(quoted(worker_program()) + " draw 3<" + quoted(made) + " 4>" + quoted(drawn)));
    if (way.media == Media::png) {
      CHECK(content_of(drawn) == pixmap_of(four_corners()));
      continue;
    }
    const auto seen = raster_of(Media::jpeg, content_of(drawn));
    REQUIRE(seen);
    check_corners(*seen, way.seen);
  }
}

TEST_CASE("a JPEG in inks is drawn in light") {
  const Scratch scratch;
  const auto source = scratch.write("picture.ppm", pixmap_of(four_corners())), made = scratch.write("made.jpg", {});
  if (!is_installed("convert")) {
    WARN("ImageMagick is not installed: skipped");
    return;
  }
  REQUIRE(runs("convert " + quoted(source) + " -colorspace CMYK -quality 95 " + quoted(made)));
  const auto raster = raster_of(Media::jpeg, content_of(made));
  REQUIRE(raster);
  check_corners(*raster, as_made);
}

TEST_CASE("what is no picture, or none that a page needs drawn, is not drawn") {
  CHECK(raster_of(Media::mp4, text("anything")).code() == Errc::unsupported_media);
  CHECK(raster_of(Media::png, text("anything")).code() == Errc::malformed_media);
  CHECK(raster_of(Media::jpeg, {}).code() == Errc::malformed_media);
  const Scratch scratch;
  const auto made = scratch.write("made", text("no picture at all")), drawn = scratch.write("drawn", {});
  CHECK_FALSE(runs(quoted(worker_program()) + " draw 3<" + quoted(made) + " 4>" + quoted(drawn)));
  CHECK(content_of(drawn).empty());
}
