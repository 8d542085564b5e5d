// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/beside.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "collector/intake/media.hpp"
#include "collector/intake/original.hpp"
#include "crypto/files.hpp"
#include "proto/format/fact.hpp"
#include "proto/format/object.hpp"

namespace dokaz {
namespace {

namespace fs = std::filesystem;

/// How recognise() calls what it refuses, and the usual extension of such a file.
struct KindExtension {
  std::string_view kind, extension;
};
constexpr KindExtension extensions[] = {
    {"AAC", "aac"},      {"AIFF", "aiff"},      {"AVI", "avi"},        {"AVIF", "avif"},   {"BMP", "bmp"},
    {"BigTIFF", "tif"},  {"Canon CR3", "cr3"},  {"FLAC", "flac"},      {"GIF", "gif"},     {"HEIC", "heic"},
    {"HEIF", "heif"},    {"JPEG 2000", "jp2"},  {"JPEG XL", "jxl"},    {"M4A", "m4a"},     {"MNG", "mng"},
    {"MP3", "mp3"},      {"MP4", "mp4"},        {"Matroska", "mkv"},   {"Ogg", "ogg"},     {"PDF", "pdf"},
    {"Photoshop", "psd"}, {"QuickTime", "mov"}, {"SVG", "svg"},        {"TIFF", "tif"},    {"WAV", "wav"},
    {"WebP", "webp"},    {"ZIP or office", "zip"},
};

/// From the first bytes, by the same marks that intake goes by.
std::string extension_by_content(ByteView head) {
  const auto media = intake::recognise(head);
  if (media) return std::string(intake::extension_of(*media));
  const auto* found = std::find_if(std::begin(extensions), std::end(extensions),
                                   [&](const KindExtension& one) { return one.kind == media.error().detail; });
  return std::string(found == std::end(extensions) ? "bin" : found->extension);
}

/// Looked at before it is opened: opening alone wakes some devices.
Status check_ordinary(const fs::path& path) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0)
    return fail(errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG ? Errc::not_found : Errc::io_error);
  return S_ISREG(about.st_mode) ? Status() : Status(Errc::not_regular_file);
}

Result<Bytes> read_ordinary(const fs::path& path, std::uint64_t cap) {
  DOKAZ_TRY(check_ordinary(path));
  DOKAZ_LET(bytes, read_file(path, cap));
  if (bytes.empty()) return Errc::empty_file;
  return bytes;
}

std::string lower(std::string text) {
  // ASCII only: what a camera writes. Other letters must agree as they are.
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

/// "xmp" of "IMG_1.XMP"; empty where that is no sidecar's name.
std::string sidecar_kind(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos || dot == 0) return {};
  const std::string extension = lower(name.substr(dot + 1));
  const bool known = std::find(std::begin(sidecar_kinds), std::end(sidecar_kinds), extension) != std::end(sidecar_kinds);
  return known ? extension : std::string();
}

}  // namespace

Result<UncleanedFile> read_uncleaned(const fs::path& file, const Error& refusal, std::uint64_t cap) {
  DOKAZ_CHECK(is_uncleaned_reason(refusal.code));
  DOKAZ_LET(original, intake::Original::open_in_place(file, cap));
  DOKAZ_LET(head, original->bytes(0, std::min<std::uint64_t>(original->size(), intake::recognised_by)));
  return UncleanedFile{std::move(original), extension_by_content(head), refusal};
}

const SidecarFinder::Folder& SidecarFinder::folder_of(const fs::path& folder) {
  const auto [at, is_new] = folders_.try_emplace(folder);
  if (!is_new) return at->second;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const std::string kind = sidecar_kind(name);
    if (!kind.empty() && check_ordinary(entry->path()))
      at->second[lower(name.substr(0, name.size() - kind.size() - 1))].push_back(name);
  }
  return at->second;
}

const std::vector<std::string>& SidecarFinder::beside(const fs::path& file) {
  found_.clear();
  const std::string name = file.filename().string();
  if (name.empty() || !sidecar_kind(name).empty()) return found_;
  const fs::path folder = file.parent_path();
  const Folder& all = folder_of(folder.empty() ? fs::path(".") : folder);
  for (const std::string& stem : {lower(name), lower(file.stem().string())}) {
    const auto named = all.find(stem);
    if (named == all.end()) continue;
    for (const std::string& sidecar : named->second)
      if (std::find(found_.begin(), found_.end(), sidecar) == found_.end()) found_.push_back(sidecar);
  }
  std::sort(found_.begin(), found_.end(), [](const std::string& a, const std::string& b) {
    const std::string kind_a = sidecar_kind(a), kind_b = sidecar_kind(b);
    if (kind_a != kind_b) return kind_a < kind_b;
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  return found_;
}

Result<std::vector<Sidecar>> read_sidecars(const fs::path& file, const std::vector<std::string>& names) {
  std::vector<Sidecar> sidecars;
  for (const std::string& name : names) {
    std::string kind = sidecar_kind(name);
    if (!sidecars.empty() && sidecars.back().kind == kind) continue;
    auto content = read_ordinary(file.parent_path() / name, max_sidecar_size);
    if (!content) return fail(content.code(), "a sidecar beside it");
    sidecars.push_back({std::move(kind), name, std::move(*content)});
  }
  return sidecars;
}

}  // namespace dokaz
