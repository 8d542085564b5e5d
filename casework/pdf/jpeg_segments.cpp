// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/pdf/jpeg_segments.hpp"

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

}  // namespace

std::optional<std::vector<Segment>> jpeg_segments(ByteView content) {
  if (content.size() < 4 || content[0] != 0xff || content[1] != soi) return std::nullopt;
  std::vector<Segment> segments;
  for (std::size_t at = 2;;) {
    std::size_t marker_at = at;
    while (marker_at + 1 < content.size() && content[marker_at] == 0xff && content[marker_at + 1] == 0xff) ++marker_at;
    if (content.size() - marker_at < 4 || marker_at >= content.size() || content[marker_at] != 0xff) return std::nullopt;
    const Byte marker = content[marker_at + 1];
    if (marker < 0xc0 || marker == soi || marker == eoi || (marker >= 0xd0 && marker <= 0xd7)) return std::nullopt;
    const std::size_t length = std::size_t{content[marker_at + 2]} << 8 | content[marker_at + 3];
    if (length < 2 || length > content.size() - marker_at - 2) return std::nullopt;
    const std::size_t next = marker_at + 2 + length;
    segments.push_back({marker, at, next - at, content.subspan(marker_at + 4, length - 2)});
    if (marker == sos) return segments;
    at = next;
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

std::optional<Bytes> without_traces(ByteView content) {
  const auto segments = jpeg_segments(content);
  if (!segments) return std::nullopt;
  Bytes out = to_bytes(content.first(2));
  for (const Segment& one : *segments)
    if (trace_in(one).empty()) append(out, content.subspan(one.at, one.length));
  const Segment& scan = segments->back();
  append(out, content.subspan(scan.at + scan.length, content.size() - scan.at - scan.length - bytes_after_end(content)));
  return out;
}

std::size_t bytes_after_end(ByteView content) {
  const auto segments = jpeg_segments(content);
  if (!segments) return 0;
  const Segment& scan = segments->back();
  for (std::size_t at = scan.at + scan.length; at + 1 < content.size();) {
    if (content[at] != 0xff) {
      ++at;
      continue;
    }
    const Byte marker = content[at + 1];
    if (marker == eoi) return content.size() - at - 2;
    if (marker == 0 || marker == 0xff || (marker >= 0xd0 && marker <= 0xd7)) {
      at += marker == 0xff ? 1 : 2;
      continue;
    }
    // Tables or a further scan of a progressive picture.
    if (content.size() - at < 4) return 0;
    at += 2 + (std::size_t{content[at + 2]} << 8 | content[at + 3]);
  }
  return 0;
}

}  // namespace dokaz::pdf
