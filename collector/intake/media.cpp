// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/media.hpp"

namespace dokaz::intake {
namespace {

using namespace std::string_view_literals;

struct Mark {
  std::string_view name;
  std::size_t offset;
  std::string_view bytes;
};

constexpr std::string_view jpeg_mark = "\xff\xd8\xff"sv;
constexpr std::string_view png_mark = "\x89PNG\r\n\x1a\n"sv;
constexpr std::string_view tiff_mark_little = "II*\0"sv, tiff_mark_big = "MM\0*"sv;

// Recognised so that the refusal can name them.
constexpr Mark others[] = {
    {"HEIC", 4, "ftyphei"sv},      {"HEIC", 4, "ftyphev"sv},     {"HEIF", 4, "ftypmif1"sv},
    {"HEIF", 4, "ftypmsf1"sv},     {"AVIF", 4, "ftypavi"sv},     {"Canon CR3", 4, "ftypcrx"sv},
    {"AVI", 8, "AVI "sv},          {"WAV", 8, "WAVE"sv},
    {"BigTIFF", 0, "II+\0"sv},     {"BigTIFF", 0, "MM\0+"sv},    {"raw photo", 0, "IIRO"sv},
    {"raw photo", 0, "IIU\0"sv},   {"raw photo", 0, "FUJIFILM"sv}, {"JPEG XL", 0, "\xff\x0a"sv},
    {"JPEG XL", 4, "JXL \r\n"sv},  {"JPEG 2000", 4, "jP  \r\n"sv}, {"JPEG 2000", 0, "\xff\x4f\xff\x51"sv},
    {"PDF", 0, "%PDF-"sv},         {"Matroska", 0, "\x1a\x45\xdf\xa3"sv}, {"Ogg", 0, "OggS"sv},
    {"FLAC", 0, "fLaC"sv},         {"MP3", 0, "ID3"sv},          {"AIFF", 0, "FORM"sv},
    {"ZIP or office", 0, "PK\x03\x04"sv}, {"Photoshop", 0, "8BPS"sv}, {"MNG", 0, "\x8aMNG"sv},
    {"MP3", 0, "\xff\xfb"sv},      {"AAC", 0, "\xff\xf1"sv},     {"BMP", 0, "BM"sv},
    {"SVG", 0, "<svg"sv},
};

struct FilmMark {
  Media media;
  std::string_view bytes;
};

// At offset 4, behind a size. The walker decides between them once it has seen the tracks.
constexpr FilmMark films[] = {
    {Media::quicktime, "ftypqt  "sv}, {Media::three_gp, "ftyp3g"sv}, {Media::m4a, "ftypM4A"sv}, {Media::mp4, "ftyp"sv},
    {Media::quicktime, "moov"sv},     {Media::quicktime, "mdat"sv},  {Media::quicktime, "wide"sv},
};

bool has(std::string_view file, std::size_t offset, std::string_view bytes) {
  return file.size() >= offset + bytes.size() && file.substr(offset, bytes.size()) == bytes;
}

}  // namespace

std::string_view media_type_of(Media media) {
  switch (media) {
    case Media::jpeg: return "image/jpeg";
    case Media::png: return "image/png";
    case Media::webp: return "image/webp";
    case Media::gif: return "image/gif";
    case Media::tiff: return "image/tiff";
    case Media::heic: return "image/heic";
    case Media::avif: return "image/avif";
    case Media::mp4: return "video/mp4";
    case Media::quicktime: return "video/quicktime";
    case Media::three_gp: return "video/3gpp";
    case Media::m4a: return "audio/mp4";
  }
  return {};
}

std::string_view extension_of(Media media) {
  switch (media) {
    case Media::jpeg: return "jpg";
    case Media::png: return "png";
    case Media::webp: return "webp";
    case Media::gif: return "gif";
    case Media::tiff: return "tif";
    case Media::heic: return "heic";
    case Media::avif: return "avif";
    case Media::mp4: return "mp4";
    case Media::quicktime: return "mov";
    case Media::three_gp: return "3gp";
    case Media::m4a: return "m4a";
  }
  return {};
}

bool is_streamed(Media media) { return media >= Media::mp4; }
bool has_picture(Media media) { return media != Media::m4a; }

Result<Media> recognise(ByteView file) {
  if (file.empty()) return fail(Errc::empty_file);
  const std::string_view text = text_of(file);
  if (has(text, 0, jpeg_mark)) return Media::jpeg;
  if (has(text, 0, png_mark)) return Media::png;
  for (const std::string_view brand : {"ftypheic", "ftypheix", "ftypheim", "ftypheis", "ftypmif1"})
    if (has(text, 4, brand)) return Media::heic;
  if (has(text, 4, "ftypavif")) return Media::avif;
  if (has(text, 0, "GIF87a"sv) || has(text, 0, "GIF89a"sv)) return Media::gif;
  if (has(text, 0, "RIFF"sv) && has(text, 8, "WEBP"sv)) return Media::webp;
  if (has(text, 0, tiff_mark_little) || has(text, 0, tiff_mark_big)) return Media::tiff;
  for (const std::string_view mark : {jpeg_mark, png_mark})
    if (text.size() < mark.size() && mark.starts_with(text)) return fail(Errc::truncated_media);
  for (const Mark& mark : others)
    if (has(text, mark.offset, mark.bytes)) return fail(Errc::unsupported_media, std::string(mark.name));
  for (const FilmMark& mark : films)
    if (has(text, 4, mark.bytes)) return mark.media;
  return fail(Errc::unknown_media);
}

}  // namespace dokaz::intake
