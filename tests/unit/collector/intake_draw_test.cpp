// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures drawn for paper: the same four colours in the same corners, whichever kind of file they come in.
#include <algorithm>
#include <array>

#include "collector/intake/pixels/raster.hpp"
#include "collector/intake/worker/draw.hpp"
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

/// The exit code of the program, and what it drew.
std::pair<int, Bytes> draw_by_program(const Scratch& scratch, const std::filesystem::path& picture) {
  const auto sheet = scratch.write("sheet", {});
  const int end = shell(quoted(worker_program()) + " draw 3<" + quoted(picture) + " 4>" + quoted(sheet));
  return {end, content_of(sheet)};
}

}  // namespace

TEST_CASE("a drawn picture is a JPEG with the same colours in the same places") {
  const auto jpeg = jpeg_of(four_corners());
  REQUIRE(jpeg);
  const auto seen_in = painted(Media::jpeg, *jpeg);
  REQUIRE(seen_in);
  CHECK(seen_in->raster.width == across);
  CHECK(seen_in->raster.height == down);
  check_corners(seen_in->raster, as_made);
}

TEST_CASE("each of the eight orientations puts the corners where they belong") {
  // Which of the stored corners is seen at the upper left, upper right, lower left and lower right.
  constexpr std::array<std::array<int, 4>, 8> seen{
      {{0, 1, 2, 3}, {1, 0, 3, 2}, {3, 2, 1, 0}, {2, 3, 0, 1}, {0, 2, 1, 3}, {2, 0, 3, 1}, {3, 1, 2, 0}, {1, 3, 0, 2}}};
  for (unsigned orientation = 1; orientation <= 8; ++orientation) {
    INFO(orientation);
    const Raster turned = upright(four_corners(), orientation);
    CHECK(turned.width == (orientation >= 5 ? down : across));
    std::array<Colour, 4> colours{};
    for (std::size_t i = 0; i < 4; ++i) colours[i] = as_made[static_cast<std::size_t>(seen[orientation - 1][i])];
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
    const auto seen_in = painted(way.media, file);
    REQUIRE(seen_in);
    check_corners(seen_in->raster, way.seen);
    for (const std::size_t cut : {std::size_t{40}, std::size_t{20}}) CHECK_FALSE(painted(way.media, ByteView(file).first(cut)));
    // The whole way, through the program in its sandbox.
    const auto [end, sheet] = draw_by_program(scratch, made);
    REQUIRE((end & drawn) != 0);
    CHECK((end & drawn_several) == 0);
    CHECK(((end & drawn_as_coded) != 0) == (way.media == Media::png));
    if (way.media == Media::png) {
      CHECK(sheet == pixmap_of(four_corners()));
      continue;
    }
    const auto seen = painted(Media::jpeg, sheet);
    REQUIRE(seen);
    check_corners(seen->raster, way.seen);
  }
}

TEST_CASE("what EXIF says of turns is heeded, and metadata is told") {
  const Scratch scratch;
  scratch.write("picture.ppm", pixmap_of(four_corners()));
  const auto made = scratch.write("made", {});
  if (!is_installed("exiftool")) {
    WARN("exiftool is not installed: skipped");
    return;
  }
  struct Way {
    std::string program, make, name;
  };
  for (const Way& way : {Way{"pnmtopng", "pnmtopng picture.ppm > a.png", "a.png"}, Way{"cwebp", "cwebp -quiet -lossless picture.ppm -o a.webp", "a.webp"}}) {
    INFO(way.make);
    if (!is_installed(way.program)) continue;
    const std::string inside = "cd " + quoted(scratch.path()) + " && ";
    REQUIRE(runs(inside + way.make + " && exiftool -q -n -overwrite_original -Orientation=6 -Artist=somebody " + way.name + " && cp " + way.name + " made"));
    const auto [end, sheet] = draw_by_program(scratch, made);
    REQUIRE((end & drawn) != 0);
    CHECK((end & drawn_with_metadata) != 0);
    CHECK((end & drawn_as_coded) == 0);
    if (way.name == "a.png") CHECK(sheet == pixmap_of(upright(four_corners(), 6)));
    else check_corners(painted(Media::jpeg, sheet).value().raster, {blue, red, yellow, green});
  }
}

TEST_CASE("the first of several pages or frames is told from a whole picture") {
  const Scratch scratch;
  scratch.write("picture.ppm", pixmap_of(four_corners()));
  const auto made = scratch.write("made", {});
  struct Way {
    std::string program, command;
  };
  for (const Way& way : {Way{"tiffcp", "pnmtotiff picture.ppm > a.tif && tiffcp a.tif a.tif made"},
                         Way{"gifsicle", "ppmtogif picture.ppm > a.gif && ppmtogif -transparent=rgb:dc/14/1e picture.ppm > b.gif && gifsicle a.gif b.gif > made"},
                         Way{"img2webp", "pnmtopng picture.ppm > a.png && pnmflip -lr picture.ppm | pnmtopng > b.png && img2webp -lossless a.png b.png -o made"}}) {
    INFO(way.command);
    if (!is_installed(way.program) || !runs("cd " + quoted(scratch.path()) + " && " + way.command)) {
      WARN(way.program << " does not run: skipped");
      continue;
    }
    const auto [end, sheet] = draw_by_program(scratch, made);
    REQUIRE((end & drawn) != 0);
    CHECK((end & drawn_several) != 0);
    check_corners(painted(Media::jpeg, sheet).value().raster, as_made);
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
  const auto seen_in = painted(Media::jpeg, content_of(made));
  REQUIRE(seen_in);
  check_corners(seen_in->raster, as_made);
}

TEST_CASE("what is no picture, or none that a page needs drawn, is not drawn") {
  CHECK(painted(Media::mp4, text("anything")).code() == Errc::unsupported_media);
  CHECK(painted(Media::png, text("anything")).code() == Errc::malformed_media);
  CHECK(painted(Media::jpeg, {}).code() == Errc::malformed_media);
  const Scratch scratch;
  const auto made = scratch.write("made", text("no picture at all"));
  const auto [end, sheet] = draw_by_program(scratch, made);
  CHECK(end == not_drawn);
  CHECK(sheet.empty());
}

TEST_CASE("a JPEG in inks that ends too early is not drawn") {
  if (!is_installed("convert")) return;
  const Scratch scratch;
  const auto source = scratch.write("picture.ppm", pixmap_of(four_corners())), made = scratch.write("made.jpg", {});
  REQUIRE(runs("convert " + quoted(source) + " -colorspace CMYK " + quoted(made)));
  const Bytes whole = content_of(made);
  CHECK_FALSE(painted(Media::jpeg, ByteView(whole).first(whole.size() / 2)));
}
