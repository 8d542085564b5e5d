// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/png/png_text.hpp"

#include "collector/intake/png/png_raster.hpp"

namespace dokaz::intake::png {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t text_cap = std::size_t{8} << 20;

constexpr std::size_t longest_value = 4096, most_values = 256;

/// Cuts `rest` behind the next NUL and gives what stood before it.
std::optional<std::string_view> until_nul(std::string_view& rest) {
  const std::size_t end = rest.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return part;
}

std::string utf8(ByteView latin1) {
  std::string out;
  for (const Byte c : latin1) {
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else {
      out += static_cast<char>(0xc0 | c >> 6);
      out += static_cast<char>(0x80 | (c & 0x3f));
    }
  }
  return out;
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

struct TextReader::Text {
  std::string_view keyword;
  Bytes value;
};

std::optional<Bytes> TextReader::inflated(ByteView payload) {
  auto out = inflate_all(payload, std::min(text_cap, budget_));
  budget_ -= out ? out->size() : std::min(text_cap, budget_);
  return out;
}

std::optional<TextReader::Text> TextReader::parse(std::string_view type, ByteView payload) {
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
  }
  if (!compressed) return Text{*keyword, to_bytes(rest.substr(0, text_cap))};
  auto value = inflated(bytes_of(rest));
  if (!value) return std::nullopt;
  return Text{*keyword, std::move(*value)};
}

void TextReader::add_raw_profile(std::string_view kind, std::string_view text) {
  MetadataBlocks& blocks = walked_.blocks;
  const Bytes profile = raw_profile(text);
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

void TextReader::add_value(std::string_view type, const Text& text) {
  if (walked_.values.size() >= most_values) return;
  std::string name = "png." + std::string(type) + ".";
  for (const char c : text.keyword.substr(0, 79)) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       std::string_view(" .:-").find(c) != std::string_view::npos;
    name += plain ? c : '_';
  }
  const ByteView value = ByteView(text.value).first(std::min(text.value.size(), longest_value));
  walked_.values.push_back({std::move(name), type == "iTXt" ? to_text(value) : utf8(value)});
}

void TextReader::read(std::string_view type, ByteView payload) {
  if (type == "zxIf") {
    if (auto exif = inflated(payload)) walked_.blocks.exif.push_back(std::move(*exif));
    return;
  }
  if (type != "tEXt" && type != "zTXt" && type != "iTXt") return;
  const auto text = parse(type, payload);
  if (!text) return;
  constexpr std::string_view raw = "Raw profile type ";
  if (text->keyword == "XML:com.adobe.xmp") walked_.blocks.xmp.push_back(text->value);
  else if (text->keyword.starts_with(raw)) add_raw_profile(text->keyword.substr(raw.size()), text_of(text->value));
  else add_value(type, *text);
}

}  // namespace dokaz::intake::png
