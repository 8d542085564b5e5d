// SPDX-License-Identifier: GPL-3.0-or-later
// Films as encoders make them, where ffmpeg is installed: frames and times stay, and exiftool sees no more than structure.
#include "intake_films.hpp"
#include "intake_scratch.hpp"
#include "intake_walked.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

namespace {

/// Every decoded frame with its time and digest, and what players turn and scale by.
std::string frames_of(const std::filesystem::path& film) {
  return output_of("ffmpeg -v error -i " + quoted(film) + " -map '0:v?' -map '0:a?' -f framemd5 - 2>&1 | grep -v '^#software'") +
         output_of("ffprobe -v error -show_entries stream=codec_name,width,height,start_time,duration_ts,nb_frames,"
                   "sample_aspect_ratio,color_space,color_transfer,color_primaries,channel_layout:stream_side_data=rotation "
                   "-select_streams V -of compact " + quoted(film) + " 2>&1");
}

constexpr std::string_view structure[] = {
    "MatrixStructure", "HandlerType", "HandlerClass", "TrackVolume", "TrackLayer", "TrackID", "TrackHeaderVersion", "TrackDuration",
    "MediaTimeScale", "MediaLanguageCode", "MediaHeaderVersion", "MediaDuration", "AudioChannels", "TimeScale", "SelectionTime",
    "SelectionDuration", "PreviewTime", "PreviewDuration", "PosterTime", "PreferredVolume", "PreferredRate", "NextTrackID",
    "MovieHeaderVersion", "MinorVersion", "MediaDataSize", "MediaDataOffset", "MajorBrand", "Duration", "CurrentTime",
    "CompatibleBrands", "Balance", "AudioSampleRate", "AudioBitsPerSample", "YResolution", "XResolution", "VideoFrameRate",
    "SourceImageWidth", "SourceImageHeight", "PixelAspectRatio", "OpColor", "ImageWidth", "ImageHeight", "GraphicsMode",
    "CompressorID", "BitDepth", "AudioFormat", "VideoFieldOrder", "LayoutFlags", "PurchaseFileFormat", "Endianness", "ColorProfiles",
    "ColorPrimaries", "TransferCharacteristics", "MatrixCoefficients", "VideoFullRangeFlag", "CleanApertureDimensions"};

/// What exiftool sees beside structure and dates that say nothing; empty where there is no such thing.
std::string seen_by_exiftool(const std::filesystem::path& film) {
  std::istringstream lines(output_of("exiftool -ee -a -G1 -s " + quoted(film) + " 2>/dev/null"));
  for (std::string line; std::getline(lines, line);) {
    if (line.find("[ExifTool]") == 0 || line.find("[System]") == 0 || line.find("[File]") == 0 || line.find("[Composite]") == 0) continue;
    std::istringstream words(line.substr(line.find(']') + 1));
    std::string name;
    words >> name;
    const bool no_date = name.find("Date") != name.npos && line.find(": 0000:00:00 00:00:00") != line.npos;
    if (!no_date && std::find(std::begin(structure), std::end(structure), name) == std::end(structure)) return line;
  }
  return {};
}

struct Recipe {
  const char* name;
  const char* encode;  ///< between the inputs and the name
};
constexpr Recipe recipes[] = {
    {"h264.mp4", "-c:v libx264 -bf 2 -c:a aac"},
    {"h264.mov", "-c:v libx264 -bf 2 -c:a aac"},
    {"first.mp4", "-c:v libx264 -x264-params pic-struct=1:aud=1:nal-hrd=vbr -maxrate 1M -bufsize 1M -c:a aac -movflags faststart"},
    {"hevc.mp4", "-c:v libx265 -x265-params log-level=none:hdr10=1:aud=1 -tag:v hvc1 -c:a alac"},
    {"inband.mov", "-c:v libx265 -x265-params log-level=none:repeat-headers=1 -tag:v hev1 -c:a pcm_s16le"},
    {"av1.mp4", "-c:v libaom-av1 -cpu-used 8 -t 0.5 -c:a libopus"},
    {"vp9.mp4", "-c:v libvpx-vp9 -deadline realtime -c:a flac -strict -2"},
    {"mpeg4.mp4", "-c:v mpeg4 -bf 2 -c:a ac3"},
    {"prores.mov", "-c:v prores_ks -c:a pcm_s24le"},
    {"field.mov", "-c:v libx264 -flags +ilme+ildct -x264-params tff=1 -color_primaries bt709 -color_trc bt709 -colorspace bt709 -aspect 4:3 -c:a pcm_f32le"},
    {"phone.3gp", "-c:v mpeg4 -c:a aac"},
    {"sound.m4a", "-vn -c:a aac"},
    {"lossless.m4a", "-vn -c:a alac"},
    {"surround.mp4", "-c:v libx264 -ac 6 -c:a aac"},
    {"still.mov", "-c:v mjpeg -c:a aac"},
};

}  // namespace

TEST_CASE("films that encoders make keep their frames and times, and nothing else") {
  if (!runs("ffmpeg -version") || !runs("ffprobe -version")) {
    WARN("ffmpeg is not installed: skipped");
    return;
  }
  const bool judged = runs("exiftool -ver");
  if (!judged) WARN("exiftool is not installed: the outside judge is skipped");
  const Scratch scratch;
  const std::string said = " -metadata title=" + std::string(canary) + " -metadata comment=" + std::string(canary) +
                           " -metadata location=+12.3-045.6/ -metadata creation_time=2026-05-01T10:12:00Z -metadata:s language=fra" +
                           " -metadata:s:v handler_name=" + std::string(canary) + " ";
  const auto inspect = [&](const std::filesystem::path& film, bool accepted) {
    INFO(film.filename());
    const Bytes original = content_of(film);
    if (!accepted) {
      CHECK(refusal(original) == "unsupported_media");
      return;
    }
    const auto cleaned = must_be_clean(original);
    const auto clean = scratch.write("clean-" + film.filename().string(), cleaned.clean);
    CHECK(frames_of(clean) == frames_of(film));
    CHECK(text_of(cleaned.clean).find("Lavf") == std::string_view::npos);
    CHECK(text_of(cleaned.clean).find("x26") == std::string_view::npos);
    if (judged) CHECK(seen_by_exiftool(clean) == "");
  };
  for (const Recipe& recipe : recipes) {
    const auto film = scratch.path() / recipe.name;
    std::string command = "ffmpeg -v error -y -f lavfi -i testsrc2=size=192x128:rate=25:duration=1.2 "
                          "-f lavfi -i sine=frequency=440:duration=1.2:sample_rate=48000 ";
    command += recipe.encode + said + quoted(film);
    if (!runs(command)) {
      WARN(recipe.name << ": this ffmpeg has no such encoder: skipped");
      continue;
    }
    inspect(film, std::string_view(recipe.name) != "still.mov");
  }
  const auto plain = scratch.path() / "h264.mp4";
  if (!std::filesystem::exists(plain)) return;
  const auto derived = [&](const std::string& name, const std::string& before, const std::string& after, bool accepted = true) {
    const auto film = scratch.path() / name;
    REQUIRE(runs("ffmpeg -v error -y " + before + " -i " + quoted(plain) + " " + after + " " + quoted(film)));
    inspect(film, accepted);
  };
  derived("turned.mp4", "", "-c copy -metadata:s:v rotate=90");
  derived("cut.mp4", "-ss 0.5", "-c copy");
  derived("fragments.mp4", "", "-c copy -movflags frag_keyframe+empty_moov", false);
  derived("time-code.mov", "", "-c copy -timecode 01:02:03:04");
}
