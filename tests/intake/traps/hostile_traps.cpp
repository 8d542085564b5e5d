// SPDX-License-Identifier: GPL-3.0-or-later
// Kinds that are refused by name, and files that want time or memory.
#include "tests/intake/traps/trap.hpp"
#include "tests/unit/collector/intake_gif_pictures.hpp"
#include "tests/unit/collector/intake_tiff.hpp"
#include "tests/unit/collector/intake_webp_pictures.hpp"

namespace dokaz::test {
namespace {

const Bytes marker = text(canary);

Trap named(const char* name, std::string_view start) {
  return {24, name, "unsupported_media", [start = text(start)] { return joined({start, Bytes(64, 0), marker}); }};
}
Trap hostile(const char* name, const char* outcome, std::function<Bytes()> make) { return {25, name, outcome, std::move(make)}; }

Bytes many(std::size_t count, const Bytes& piece) {
  Bytes out;
  out.reserve(count * piece.size());
  for (std::size_t i = 0; i < count; ++i) append(out, piece);
  return out;
}

/// An entity that stands for ten of the next, nine levels deep.
std::string entity_bomb() {
  std::string out = "<!DOCTYPE x [<!ENTITY a0 \"" + std::string(canary) + "\">";
  for (int i = 1; i < 10; ++i) {
    out += "<!ENTITY a" + std::to_string(i) + " \"";
    for (int k = 0; k < 10; ++k) out += "&a" + std::to_string(i - 1) + ";";
    out += "\">";
  }
  return out + "]><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">&a9;</x:xmpmeta>";
}
std::string nested_xmp() {
  std::string out = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">";
  for (int i = 0; i < 8000; ++i) out += "<a>";
  return out + std::string(canary);
}
Bytes xmp(std::string_view packet) {
  return segment(0xe1, joined({text("http://ns.adobe.com/xap/1.0/\0"sv), text(packet)}));
}
/// 5000 tags, each with the same million of numbers as its value.
Bytes shared_values() {
  const Tiff little;
  const std::uint32_t tags = 5000, count = 1'000'000, values_at = 8;
  Bytes out = text("II*\0"sv);
  little.number(out, values_at + 4 * count, 4);
  out.resize(values_at + std::size_t{4} * count);
  little.number(out, tags, 2);
  for (std::uint32_t i = 0; i < tags; ++i) {
    little.number(out, 40'000 + i, 2);
    little.number(out, 4, 2);
    little.number(out, count, 4);
    little.number(out, values_at, 4);
  }
  little.number(out, 0, 4);
  return out;
}
/// Deflate data that become `size` zeros.
Bytes bomb(std::size_t size) { return deflated(Bytes(size, 0)); }

}  // namespace

Traps refused_kinds() {
  return {named("letter.pdf", "%PDF-1.7\n"),           named("song.mp3", "ID3\x04\0\0\0\0\0\x10"sv),
          named("song.flac", "fLaC\0\0\0\x22"sv),      named("song.ogg", "OggS\0\x02"sv),
          named("voice.wav", "RIFF\x40\0\0\0WAVE"sv),  named("voice.aiff", "FORM\0\0\0\x40" "AIFF"sv),
          named("film.avi", "RIFF\x40\0\0\0AVI "sv),   named("film.mkv", "\x1a\x45\xdf\xa3"sv),
          named("picture.jp2", "\0\0\0\x0cjP  \r\n\x87\n"sv), named("picture.jxl", "\0\0\0\x0cJXL \r\n\x87\n"sv),
          named("picture.bmp", "BM"), named("picture.psd", "8BPS\0\x01"sv), named("picture.svg", "<svg xmlns="),
          named("raw.cr3", "\0\0\0\x18" "ftypcrx "sv), named("raw.orf", "IIRO\x08\0\0\0"sv), named("raw.rw2", "IIU\0\x18\0\0\0"sv),
          named("raw.raf", "FUJIFILMCCD-RAW "), named("large.tif", "II+\0\x08\0\0\0"sv), named("office.docx", "PK\x03\x04"),
          {24, "letter.txt", "unknown_media", [] { return marker; }}};
}

Traps hostile_traps() {
  return {
      hostile("jpeg-thousand-segments.jpg", "clean",
              [] { return Jpeg{.app = many(1000, segment(0xe2, joined({text("MPF\0"sv), Bytes(65'000, 7)})))}.bytes(); }),
      hostile("jpeg-million-comments.jpg", "malformed_media", [] { return Jpeg{.app = many(1'000'000, segment(0xfe, {}))}.bytes(); }),
      hostile("jpeg-xmp-entities.jpg", "clean", [] { return Jpeg{.app = xmp(entity_bomb())}.bytes(); }),
      hostile("jpeg-xmp-nested.jpg", "clean", [] { return Jpeg{.app = xmp(nested_xmp())}.bytes(); }),
      hostile("jpeg-largest-size.jpg", "malformed_media", [] { return Jpeg{.width = 65535, .height = 65535, .coded = {0}}.bytes(); }),
      hostile("jpeg-large-size.jpg", "truncated_media", [] { return Jpeg{.width = 65500, .height = 65500, .coded = {0}}.bytes(); }),
      hostile("jpeg-large-progressive.jpg", "truncated_media",
              [] { return Jpeg{.width = 65500, .height = 65500, .frame = 0xc2, .spectrum = {0, 0, 0}, .coded = {0}}.bytes(); }),
      hostile("png-text-bomb.png", "clean",
              [] { return Png{.before_palette = chunk("zTXt", joined({text("Comment\0\0"sv), bomb(std::size_t{64} << 20)}))}.bytes(); }),
      hostile("png-raster-bomb.png", "malformed_media", [] { return Png{.idat = chunk("IDAT", bomb(std::size_t{64} << 20))}.bytes(); }),
      hostile("png-largest-size.png", "too_large", [] { return Png{.width = 0x7fffffff, .height = 0x7fffffff, .raster = Bytes(64, 0)}.bytes(); }),
      hostile("png-many-chunks.png", "malformed_media", [] { return Png{.before_palette = many(500'000, chunk("tEXt", {}))}.bytes(); }),
      hostile("png-profile-bomb.png", "clean",
              [] { return Png{.colour = 2, .before_palette = chunk("iCCP", joined({text("a\0\0"sv), bomb(std::size_t{64} << 20)}))}.bytes(); }),
      hostile("gif-many-frames.gif", "clean",
              [] {
                const GifFrame frame{.control = {0xe0, 1, 0, 9}, .width = 1, .height = 1, .data = {2, 0x44, 0x01, 0}};
                return Gif{.frames = many(200'000, frame.bytes())}.bytes();
              }),
      hostile("gif-largest-size.gif", "truncated_media",
              [] { return Gif{.width = 65535, .height = 65535, .frames = GifFrame{.width = 65535, .height = 65535}.bytes()}.bytes(); }),
      hostile("webp-many-frames.webp", "too_large",
              [] {
                const WebpFrame frame{.width = 1, .height = 1, .inner = riff_chunk("VP8L", one_colour(1, 1))};
                return webp({extended(2, 1, 1), animation(), many(200'000, frame.bytes())});
              }),
      hostile("webp-many-pixels.webp", "too_large",
              [] {
                const WebpFrame frame{.width = 16384, .height = 16384, .inner = riff_chunk("VP8L", one_colour(16384, 16384))};
                return webp({extended(2, 16384, 16384), animation(), many(100, frame.bytes())});
              }),
      hostile("webp-many-chunks.webp", "malformed_media", [] { return webp({riff_chunk("VP8L", one_colour()), many(500'000, riff_chunk("XMP ", {}))}); }),
      hostile("tiff-deflate-bomb.tif", "malformed_media",
              [] { return Tiff{.pages = {TiffPage{.codec = 8, .rows = 4, .strips = {bomb(std::size_t{64} << 20)}}}}.bytes(); }),
      hostile("tiff-many-pages.tif", "too_large", [] { return Tiff{.pages = std::vector<TiffPage>(5000)}.bytes(); }),
      hostile("tiff-million-strips.tif", "malformed_media",
              [] {
                const std::uint32_t count = 1'000'000;
                return Tiff{.pages = {TiffPage{.tags = {{257, {4, {count}}}, {273, {4, std::vector<std::uint32_t>(count, 8)}},
                                                        {278, {3, {1}}}, {279, {4, std::vector<std::uint32_t>(count, 4)}}}}}}
                    .bytes();
              }),
      hostile("tiff-too-many-strips.tif", "too_large",
              [] {
                const std::uint32_t count = 1'000'001;
                return Tiff{.pages = {TiffPage{.tags = {{257, {4, {count}}}, {273, {4, std::vector<std::uint32_t>(count, 8)}},
                                                        {278, {3, {1}}}, {279, {4, std::vector<std::uint32_t>(count, 4)}}}}}}
                    .bytes();
              }),
      hostile("tiff-shared-values.tif", "malformed_media", shared_values),
      hostile("tiff-sub-directories.tif", "clean",
              [] {
                const std::vector<std::uint32_t> places(64, 282);  // of the first directory
                return Tiff{.pages = std::vector<TiffPage>(300, TiffPage{.tags = {{330, {4, places}}}})}.bytes();
              }),
  };
}

}  // namespace dokaz::test
