// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/pdf/jpeg_segments.hpp"

#include <algorithm>
#include <cstring>

namespace dokaz::pdf {
namespace {

constexpr Byte soi = 0xd8, eoi = 0xd9, sos = 0xda, app0 = 0xe0, app1 = 0xe1, app2 = 0xe2, app14 = 0xee,
               app15 = 0xef, comment = 0xfe;
constexpr std::string_view exif_head("Exif\0\0", 6), icc_head("ICC_PROFILE\0", 12), jfif_head("JFIF\0", 5),
    adobe_head("Adobe");
constexpr std::uint16_t orientation_tag = 0x0112, type_short = 3;

bool starts(ByteView body, std::string_view head) { return text_of(body).starts_with(head); }

/// Numbers of a TIFF in its own order of bytes; 0 beyond its end.
class Tiff {
 public:
  explicit Tiff(ByteView bytes) : bytes_(bytes), little_(text_of(bytes).starts_with("II")) {}
  bool valid() const { return (little_ || text_of(bytes_).starts_with("MM")) && u16(2) == 42; }
  std::uint16_t u16(std::size_t at) const { return static_cast<std::uint16_t>(number(at, 2)); }
  std::uint32_t u32(std::size_t at) const { return number(at, 4); }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::uint32_t number(std::size_t at, std::size_t length) const {
    if (at > bytes_.size() || length > bytes_.size() - at) return 0;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < length; ++i) value = value << 8 | bytes_[at + (little_ ? length - 1 - i : i)];
    return value;
  }
  ByteView bytes_;
  bool little_;
};

/// One directory with one entry, and nothing else.
bool says_orientation_alone(ByteView body) {
  const Tiff tiff(body.subspan(exif_head.size()));
  if (!tiff.valid() || tiff.u32(4) != 8 || tiff.u16(8) != 1) return false;
  constexpr std::size_t entry = 10, whole = 26;
  return tiff.u16(entry) == orientation_tag && tiff.u16(entry + 2) == type_short && tiff.u32(entry + 4) == 1 &&
         tiff.u16(entry + 10) == 0 && tiff.u32(22) == 0 && tiff.size() == whole;
}

/// Where the coded picture ends and the next marker stands.
std::size_t end_of_scan(ByteView content, std::size_t at) {
  while (at + 1 < content.size()) {
    const void* found = std::memchr(content.data() + at, 0xff, content.size() - at - 1);
    if (found == nullptr) return content.size();
    at = static_cast<std::size_t>(static_cast<const Byte*>(found) - content.data());
    const Byte next = content[at + 1];
    if (next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7)) return at;
    at += next == 0xff ? 1 : 2;
  }
  return content.size();
}

}  // namespace

std::optional<JpegParts> jpeg_parts(ByteView content) {
  if (content.size() < 4 || content[0] != 0xff || content[1] != soi) return std::nullopt;
  JpegParts parts;
  bool scanned = false;
  parts.end = 2;
  for (;;) {
    const std::size_t at = parts.end;
    std::size_t marker_at = at;
    while (marker_at + 1 < content.size() && content[marker_at] == 0xff && content[marker_at + 1] == 0xff) ++marker_at;
    const std::size_t left = content.size() - std::min(marker_at, content.size());
    const Byte marker = left >= 2 && content[marker_at] == 0xff ? content[marker_at + 1] : Byte{0};
    if (marker == eoi && scanned) {
      parts.end = marker_at + 2;
      parts.whole = true;
      return parts;
    }
    const std::size_t length = left >= 4 ? std::size_t{content[marker_at + 2]} << 8 | content[marker_at + 3] : 0;
    const bool good = marker >= 0xc0 && marker != soi && marker != eoi && (marker < 0xd0 || marker > 0xd7) && length >= 2 && length <= left - 2;
    if (!good) return scanned ? std::optional(parts) : std::nullopt;
    const std::size_t next = marker_at + 2 + length;
    parts.segments.push_back({marker, at, next - at, content.subspan(marker_at + 4, length - 2)});
    parts.end = marker == sos ? end_of_scan(content, next) : next;
    scanned = scanned || marker == sos;
  }
}

std::optional<int> orientation_in(const Segment& segment) {
  if (segment.marker != app1 || !starts(segment.body, exif_head)) return std::nullopt;
  const Tiff tiff(segment.body.subspan(exif_head.size()));
  if (!tiff.valid()) return std::nullopt;
  const std::size_t directory = tiff.u32(4);
  const std::size_t count = tiff.u16(directory);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.size()) break;
    const int value = tiff.u16(entry + 8);
    if (tiff.u16(entry) == orientation_tag && value >= 1 && value <= 8) return value;
  }
  return std::nullopt;
}

std::string_view trace_in(const Segment& segment) {
  if (segment.marker == comment) return "comment";
  if (segment.marker < app0 || segment.marker > app15) return {};
  if (segment.marker == app0 && starts(segment.body, jfif_head))
    return segment.body.size() == 14 ? std::string_view() : "thumbnail";
  if (segment.marker == app1 && starts(segment.body, exif_head))
    return says_orientation_alone(segment.body) ? std::string_view() : "EXIF";
  if (segment.marker == app1) return "XMP";
  if (segment.marker == app2 && starts(segment.body, icc_head)) return {};
  if (segment.marker == app14 && starts(segment.body, adobe_head) && segment.body.size() == 12) return {};
  return segment.marker == 0xed ? "Photoshop or IPTC block" : "application segment";
}

std::set<std::string> traces_of(ByteView jpeg) {
  const auto parts = jpeg_parts(jpeg);
  if (!parts || !parts->whole) return {"a picture that cannot be looked into"};
  std::set<std::string> found;
  for (const Segment& one : parts->segments)
    if (const std::string_view trace = trace_in(one); !trace.empty()) found.insert(std::string(trace) + " in a picture");
  if (parts->end < jpeg.size()) found.insert("data behind a picture");
  return found;
}

std::optional<Bytes> without_traces(ByteView content) {
  const auto parts = jpeg_parts(content);
  if (!parts || !parts->whole) return std::nullopt;
  Bytes out;
  std::size_t kept = 0;  // up to here it was copied or left out
  for (const Segment& one : parts->segments) {
    if (trace_in(one).empty()) continue;
    append(out, content.subspan(kept, one.at - kept));
    kept = one.at + one.length;
  }
  append(out, content.subspan(kept, parts->end - kept));
  return out;
}

}  // namespace dokaz::pdf
