// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/png/png_text.hpp"

#include "collector/intake/png/png_raster.hpp"

namespace dokaz::intake::png {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t text_cap = std::size_t{8} << 20;

struct Text {
  std::string_view keyword;
  Bytes value;
};

/// Cuts `rest` behind the next NUL and gives what stood before it.
std::optional<std::string_view> until_nul(std::string_view& rest) {
  const std::size_t end = rest.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return part;
}

std::optional<Text> parse(std::string_view type, ByteView payload) {
  std::string_view rest = text_of(payload);
  const auto keyword = until_nul(rest);
  if (!keyword) return std::nullopt;
  bool compressed = false;
  if (type == "zTXt") {
    if (rest.empty() || rest[0] != 0) return std::nullopt;
    rest.remove_prefix(1);
    compressed = true;
  } else if (type == "iTXt") {
    if (rest.size() < 2) return std::nullopt;
    compressed = rest[0] == 1;
    rest.remove_prefix(2);
    if (!until_nul(rest) || !until_nul(rest)) return std::nullopt;
  } else if (type != "tEXt") {
    return std::nullopt;
  }
  if (!compressed) return Text{*keyword, to_bytes(rest.substr(0, text_cap))};
  auto value = inflate_all(bytes_of(rest), text_cap);
  if (!value) return std::nullopt;
  return Text{*keyword, std::move(*value)};
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// "\nname\n  length\nhexadecimal in lines"
Bytes raw_profile(std::string_view text) {
  for (int line = 0; line < 3; ++line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  Bytes out;
  int high = -1;
  for (const char c : text) {
    const int value = digit(c);
    if (value < 0) continue;
    if (high < 0) high = value;
    else out.push_back(static_cast<Byte>(high << 4 | value)), high = -1;
  }
  return out;
}

}  // namespace

void read_text(std::string_view type, ByteView payload, MetadataBlocks& blocks) {
  const auto text = parse(type, payload);
  if (!text) return;
  if (text->keyword == "XML:com.adobe.xmp") blocks.xmp.push_back(text->value);
  constexpr std::string_view raw = "Raw profile type ";
  if (!text->keyword.starts_with(raw)) return;
  const std::string_view kind = text->keyword.substr(raw.size());
  const Bytes profile = raw_profile(text_of(text->value));
  std::string_view content = text_of(profile);
  if (kind == "exif" || kind == "APP1") {
    if (content.starts_with("Exif\0\0"sv)) content.remove_prefix(6);
    if (content.starts_with("http://ns.adobe.com/xap/1.0/\0"sv)) blocks.xmp.push_back(to_bytes(content.substr(29)));
    else blocks.exif.push_back(to_bytes(content));
  } else if (kind == "xmp") {
    blocks.xmp.push_back(profile);
  } else if (kind == "iptc" || kind == "8bim") {
    append(content.starts_with("8BIM") ? blocks.photoshop : blocks.iptc, profile);
  }
}

}  // namespace dokaz::intake::png
