// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/jpeg/jpeg_found.hpp"

#include <cstring>

#include "collector/intake/jpeg/jpeg_segments.hpp"

namespace dokaz::intake::jpeg {
namespace {

using namespace std::string_view_literals;

/// What the programs that write gain maps call them: Adobe and Android, ISO 21496-1, Apple.
constexpr std::string_view gain_map_marks[] = {"hdr-gain-map/1.0/"sv, "urn:iso:std:iso:ts:21496:-1"sv, "HDRGainMap"sv};

/// Behind coded data: where a marker stands that is no restart.
std::size_t behind_coded_data(ByteView bytes, std::size_t at) {
  while (at + 1 < bytes.size()) {
    const void* found = std::memchr(&bytes[at], 0xff, bytes.size() - at - 1);
    if (!found) return bytes.size();
    at = static_cast<std::size_t>(static_cast<const Byte*>(found) - bytes.data());
    if (bytes[at + 1] != 0 && bytes[at + 1] != 0xff && !is_restart(bytes[at + 1])) return at;
    at += bytes[at + 1] == 0xff ? 1 : 2;
  }
  return bytes.size();
}

void note(Found& found, Byte marker, ByteView payload) {
  const bool frame = marker >= 0xc0 && marker <= 0xcf && marker != DHT && marker != 0xc8 && marker != 0xcc;
  if (frame && payload.size() >= 6 && found.width == 0) {
    found.height = number16(payload.subspan(1));
    found.width = number16(payload.subspan(3));
  }
  if (!is_app(marker)) return;
  for (const std::string_view mark : gain_map_marks)
    if (text_of(payload).find(mark) != std::string_view::npos) found.gain_map = true;
  const Application what = name_application(marker, payload);
  const ByteView body = payload.subspan(what.label);
  switch (what.kind) {
    case Application::exif: found.blocks.exif.push_back(to_bytes(body)); break;
    case Application::xmp: found.blocks.xmp.push_back(to_bytes(body)); break;
    case Application::photoshop: append(found.blocks.photoshop, body); break;
    case Application::jfif:
    case Application::adobe:
    case Application::icc:
    case Application::extended_xmp:
    case Application::jumbf:
    case Application::other: break;
  }
}

/// A TIFF structure read in its byte order; zero for what lies outside.
class Tiff {
 public:
  explicit Tiff(ByteView bytes) : bytes_(bytes), big_(text_of(bytes).starts_with("MM\0*"sv)) {}
  bool valid() const { return big_ || text_of(bytes_).starts_with("II*\0"sv); }
  std::uint32_t short_at(std::uint64_t at) const {
    if (at + 2 > bytes_.size()) return 0;
    const ByteView here = bytes_.subspan(static_cast<std::size_t>(at));
    return static_cast<std::uint32_t>(big_ ? here[0] << 8 | here[1] : here[1] << 8 | here[0]);
  }
  std::uint32_t long_at(std::uint64_t at) const {
    return big_ ? short_at(at) << 16 | short_at(at + 2) : short_at(at + 2) << 16 | short_at(at);
  }
  /// The number in an entry, of either size.
  std::uint32_t value_of(std::uint64_t entry) const {
    return short_at(entry + 2) == 3 ? short_at(entry + 8) : long_at(entry + 8);
  }

 private:
  ByteView bytes_;
  bool big_;
};

/// The JPEG in [offset, offset + length), if one begins there.
Preview jpeg_at(ByteView bytes, std::size_t offset, std::size_t length) {
  if (offset > bytes.size()) return {};
  const ByteView jpeg = bytes.subspan(offset, std::min(length, bytes.size() - offset));
  if (!text_of(jpeg).starts_with("\xff\xd8\xff"sv)) return {};
  const Found found = look_at(jpeg);
  return {{found.width, found.height}, jpeg};
}

}  // namespace

Found look_at(ByteView bytes) {
  Found found;
  std::size_t at = 2;
  for (;;) {
    found.size = std::min(at, bytes.size());
    while (at < bytes.size() && bytes[at] == 0xff && at + 1 < bytes.size() && bytes[at + 1] == 0xff) ++at;
    if (bytes.size() - found.size < 2 || bytes.size() - at < 2 || bytes[at] != 0xff) return found;
    const Byte marker = bytes[at + 1];
    if (marker == EOI) {
      found.size = at + 2;
      return found;
    }
    if (stands_alone(marker) || bytes.size() - at < 4) return found;
    const std::size_t length = number16(bytes.subspan(at + 2));
    if (length < 2) return found;
    if (length > bytes.size() - at - 2) {
      found.size = bytes.size();
      return found;
    }
    note(found, marker, bytes.subspan(at + 4, length - 2));
    at += 2 + length;
    if (marker == SOS) at = behind_coded_data(bytes, at);
  }
}

bool differs(Shape preview, Shape picture) {
  if (preview.width == 0 || preview.height == 0 || picture.width == 0 || picture.height == 0) return false;
  if (preview.width == 160 && preview.height == 120) return false;
  // Rounding moves the shorter side by a pixel at most.
  const std::uint64_t a = std::uint64_t{preview.width} * picture.height, b = std::uint64_t{preview.height} * picture.width;
  const std::uint64_t rounding = std::max(picture.width, picture.height);
  const std::uint64_t apart = a > b ? a - b : b - a;
  return apart > std::max(a, b) / 20 + rounding;
}

std::vector<Preview> previews_in_exif(ByteView tiff) {
  const Tiff in(tiff);
  if (!in.valid()) return {};
  const std::uint64_t first = in.long_at(4);
  const std::uint64_t second = in.long_at(first + 2 + 12 * std::uint64_t{in.short_at(first)});
  if (second == 0) return {};
  Shape shape;
  std::uint32_t offset = 0, length = 0;
  for (std::uint64_t i = 0, count = in.short_at(second); i < count; ++i) {
    const std::uint64_t entry = second + 2 + 12 * i;
    switch (in.short_at(entry)) {
      case 0x0100: shape.width = in.value_of(entry); break;
      case 0x0101: shape.height = in.value_of(entry); break;
      case 0x0201: offset = in.value_of(entry); break;
      case 0x0202: length = in.value_of(entry); break;
    }
  }
  const Preview jpeg = offset > 0 ? jpeg_at(tiff, offset, length) : Preview{};
  if (jpeg.shape.width > 0) return {jpeg};
  return {{shape, {}}};
}

std::vector<Preview> previews_in_photoshop(ByteView resources) {
  std::vector<Preview> out;
  while (resources.size() >= 12 && text_of(resources).starts_with("8BIM")) {
    const std::uint32_t id = number16(resources.subspan(4));
    const std::size_t name = (resources[6] + 2u) & ~std::size_t{1};
    if (resources.size() < 10 + name) break;
    const ByteView size = resources.subspan(6 + name, 4);
    const std::size_t length = std::size_t{number16(size)} << 16 | number16(size.subspan(2));
    resources = resources.subspan(10 + name);
    if (length > resources.size()) break;
    constexpr std::size_t header = 28;
    if ((id == 1033 || id == 1036) && length > header) {
      const Preview preview = jpeg_at(resources.first(length), header, length - header);
      if (preview.shape.width > 0) out.push_back(preview);
    }
    resources = resources.subspan(std::min(resources.size(), length + (length & 1)));
  }
  return out;
}

}  // namespace dokaz::intake::jpeg
