// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/pdf/picture_kind.hpp"

#include <algorithm>
#include <charconv>

#include "casework/pdf/jpeg_segments.hpp"

namespace dokaz::pdf {
namespace {

bool is_frame(Byte marker) { return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc; }

std::uint32_t u32(ByteView bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 | std::uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
}

std::optional<PictureHead> jpeg_head(ByteView content) {
  const auto parts = jpeg_parts(content);
  if (!parts) return std::nullopt;
  PictureHead head;
  for (const Segment& one : parts->segments) {
    if (is_frame(one.marker) && one.body.size() >= 6) {
      head.height = std::uint32_t{one.body[1]} << 8 | one.body[2];
      head.width = std::uint32_t{one.body[3]} << 8 | one.body[4];
      head.components = one.body[5];
    }
    if (const auto orientation = orientation_in(one)) head.orientation = *orientation;
  }
  return head;
}

std::optional<PictureHead> png_head(ByteView content) {
  constexpr std::string_view signature("\x89PNG\r\n\x1a\n", 8);
  if (content.size() < 33 || !text_of(content).starts_with(signature) || text_of(content.subspan(12, 4)) != "IHDR")
    return std::nullopt;
  return PictureHead{PictureKind::png, u32(content, 16), u32(content, 20), 3, 1};
}

bool may_be_drawn(std::uint64_t width, std::uint64_t height) {
  return width > 0 && height > 0 && width <= max_side && height <= max_side && width * height <= max_pixels;
}

}  // namespace

std::optional<PictureHead> pixmap_head(ByteView content) {
  PictureHead head{PictureKind::png, 0, 0, 3, 1};
  std::string_view rest = text_of(content);
  const auto word = [&](std::string_view expected) {
    const bool there = rest.starts_with(expected);
    if (there) rest.remove_prefix(expected.size());
    return there;
  };
  const auto number = [&](std::uint32_t& value) {
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + std::min<std::size_t>(rest.size(), 6), value);
    const bool there = error == std::errc();
    if (there) rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return there;
  };
  if (!word("P6\n") || !number(head.width) || !word(" ") || !number(head.height) || !word("\n255\n")) return std::nullopt;
  if (!may_be_drawn(head.width, head.height) || rest.size() != std::size_t{3} * head.width * head.height) return std::nullopt;
  return head;
}

std::optional<PictureHead> picture_head(ByteView content) {
  auto head = jpeg_head(content);
  if (!head) head = png_head(content);
  if (!head || !may_be_drawn(head->width, head->height)) return std::nullopt;
  return head;
}

}  // namespace dokaz::pdf
