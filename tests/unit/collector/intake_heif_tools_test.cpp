// SPDX-License-Identifier: GPL-3.0-or-later
// HEIF files that other programs and cameras made, judged by programs of others.
#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "collector/intake/pixels/pixels.hpp"
#include "intake_heif_pictures.hpp"
#include "intake_scratch.hpp"
#include "intake_walked.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

namespace {

/// A gradient with some texture, so that each tile differs.
Bytes portable_pixmap(std::size_t width, std::size_t height) {
  Bytes out = text("P6\n" + std::to_string(width) + " " + std::to_string(height) + "\n255\n");
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x)
      append(out, Bytes{static_cast<Byte>(x), static_cast<Byte>(y), static_cast<Byte>((x ^ y) * 3)});
  return out;
}

/// What exiftool sees beside the structure of the file.
void judge(const std::filesystem::path& clean) {
  if (!runs("exiftool -ver")) return;
  std::istringstream lines(output_of("exiftool -a -G1 -s '" + clean.string() + "'"));
  constexpr std::string_view structure[] = {"[ExifTool]", "[System]", "[File]", "[Composite]", "[Meta]"};
  constexpr std::string_view quicktime[] = {
      "MajorBrand", "MinorVersion", "CompatibleBrands", "HandlerType", "ImageSpatialExtent", "ImagePixelDepth", "ColorProfiles",
      "ColorPrimaries", "TransferCharacteristics", "MatrixCoefficients", "VideoFullRangeFlag", "HEVCConfigurationVersion",
      "GeneralProfileSpace", "GeneralTierFlag", "GeneralProfileIDC", "GenProfileCompatibilityFlags", "ConstraintIndicatorFlags",
      "GeneralLevelIDC", "MinSpatialSegmentationIDC", "ParallelismType", "ChromaFormat", "BitDepthLuma", "BitDepthChroma",
      "AverageFrameRate", "ConstantFrameRate", "NumTemporalLayers", "TemporalIDNested", "MediaDataSize", "MediaDataOffset",
      "AV1ConfigurationVersion", "ChromaSamplePosition", "AuxiliaryImageType", "Rotation", "CleanAperture", "PixelAspectRatio"};
  for (std::string line; std::getline(lines, line);) {
    const auto in = [&](std::string_view group) { return line.starts_with(group); };
    bool expected = std::any_of(std::begin(structure), std::end(structure), in);
    if (in("[QuickTime]"))
      for (const std::string_view tag : quicktime) expected |= line.find(" " + std::string(tag) + " ") != std::string::npos;
    if (!expected) FAIL_CHECK("exiftool still sees: " << line);
  }
}

Cleaned must_be_clean_by_all(const Scratch& scratch, const Bytes& file) {
  Cleaned walked = must_be_clean(file);
  const auto before = pixels_of(walked.media, file), after = pixels_of(walked.media, walked.clean);
  REQUIRE(before);
  REQUIRE(after);
  CHECK(*before == *after);
  judge(scratch.write("clean." + std::string(extension_of(walked.media)), walked.clean));
  return walked;
}

}  // namespace

TEST_CASE("HEIF files of other programs become clean") {
  const Scratch scratch;
  const auto picture = scratch.write("picture.ppm", portable_pixmap(256, 192)), made = scratch.write("made", {});
  const bool judged = runs("exiftool -ver");
  if (!judged) WARN("exiftool is not installed: the outside judge is skipped");
  const auto by = [&](const std::string& program, const std::string& command) {
    if (!runs(program)) {
      WARN(program << " does not run: skipped");
      return;
    }
    INFO(command);
    output_of("cd '" + scratch.path().string() + "' && " + command + " 2>&1");
    const Bytes file = content_of(made);
    REQUIRE_FALSE(file.empty());
    must_be_clean_by_all(scratch, file);
    if (!judged) return;
    const std::string metadata = "exiftool -q -overwrite_original -Artist=" + std::string(canary) + " -GPSLatitude=40.5 -GPSLatitudeRef=N"
                                 " -XMP:Creator=" + std::string(canary) + " -Orientation#=6 '" + made.string() + "' 2>&1";
    INFO(output_of(metadata));
    const Bytes marked = content_of(made);
    REQUIRE(holds_canary(marked));
    const Cleaned walked = must_be_clean_by_all(scratch, marked);
    CHECK(walked.blocks.exif.size() == 1);
    CHECK(walked.blocks.xmp.size() == 1);
    CHECK(walked.clean == must_be_clean(file).clean);
  };
  const std::string png = "pnmtopng picture.ppm > picture.png";
  if (!runs("pnmtopng -version")) {
    WARN("pnmtopng is not installed: skipped");
    return;
  }
  output_of("cd '" + scratch.path().string() + "' && " + png + " 2>/dev/null");
  by("heif-enc --help", "heif-enc picture.png -o made.heic && mv made.heic made");
  by("heif-enc --help", "heif-enc -q 90 -t 64 picture.png -o made.heic && mv made.heic made");
  by("avifenc --version", "avifenc picture.png made.avif && mv made.avif made");
  by("avifenc --version", "avifenc -y 420 --irot 1 --grid 2x2 picture.png made.avif && mv made.avif made");
  by("avifenc --version", "avifenc -d 10 --crop 8,8,64,64 picture.png made.avif && mv made.avif made");
}

TEST_CASE("HEIF photos of cameras become clean") {
  const char* folder = std::getenv("DOKAZ_CORPUS");
  if (!folder) {
    WARN("DOKAZ_CORPUS names no folder of photos: skipped");
    return;
  }
  const Scratch scratch;
  std::size_t photos = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const Bytes file = content_of(entry.path());
    const auto media = recognise(ByteView(file).first(std::min(file.size(), recognised_by)));
    if (!media || (*media != Media::heic && *media != Media::avif)) continue;
    INFO(entry.path().filename());
    must_be_clean_by_all(scratch, file);
    ++photos;
  }
  WARN(photos << " photos");
}
