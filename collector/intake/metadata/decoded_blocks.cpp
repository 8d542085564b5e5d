// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/metadata/decoded_blocks.hpp"

#include <algorithm>
#include <functional>

#include "collector/intake/plain_text.hpp"

namespace dokaz::intake {
namespace {

/// Whether exiv2 got through.
bool attempt(const std::function<bool()>& decode) {
  try {
    return decode();
  } catch (const std::exception&) {
    return false;
  }
}

std::uint32_t size_of(ByteView bytes) { return static_cast<std::uint32_t>(bytes.size()); }

/// A parser with recursion and entities must not see what would exhaust it. Counts tags as they stand,
/// those in comments too: that can only refuse more.
bool is_modest_xmp(std::string_view packet) {
  if (packet.find("<!DOCTYPE") != std::string_view::npos || packet.find("<!ENTITY") != std::string_view::npos) return false;
  const std::size_t end = packet.find_last_not_of('\0');
  packet = packet.substr(0, end == std::string_view::npos ? 0 : end + 1);
  if (packet.find('\0') != std::string_view::npos) return false;
  if (std::count(packet.begin(), packet.end(), '<') + std::count(packet.begin(), packet.end(), '=') > most_xmp_parts)
    return false;
  int depth = 0;
  for (std::size_t at = packet.find('<'); at != std::string_view::npos; at = packet.find('<', at + 1)) {
    const char next = at + 1 < packet.size() ? packet[at + 1] : '\0';
    if (next == '?' || next == '!') continue;
    if (next == '/') {
      --depth;
      continue;
    }
    const std::size_t close = packet.find('>', at);
    if (close == std::string_view::npos) return true;  // broken: the parser stops here
    if (packet[close - 1] != '/' && ++depth > deepest_xmp) return false;
  }
  return true;
}

/// The records 0x0404 of Photoshop's image resource blocks.
Bytes iptc_of(ByteView blocks) {
  Bytes out;
  while (blocks.size() >= 12 && text_of(blocks).starts_with("8BIM")) {
    const unsigned id = static_cast<unsigned>(blocks[4] << 8 | blocks[5]);
    const std::size_t name = (blocks[6] + 2u) & ~std::size_t{1};
    if (blocks.size() < 6 + name + 4) break;
    const ByteView size = blocks.subspan(6 + name, 4);
    const std::size_t length =
        std::size_t{size[0]} << 24 | std::size_t{size[1]} << 16 | std::size_t{size[2]} << 8 | size[3];
    blocks = blocks.subspan(10 + name);
    if (length > blocks.size()) break;
    if (id == 0x0404) append(out, blocks.first(length));
    blocks = blocks.subspan(std::min(blocks.size(), length + (length & 1)));
  }
  return out;
}

template <class Key, class Data>
std::string read_value(const Data& data, const char* key) {
  std::string out;
  attempt([&] {
    const auto found = data.findKey(Key(key));
    if (found != data.end() && found->count() > 0) out = plain_text(found->toString());
    return true;
  });
  return out;
}

}  // namespace

DecodedBlocks decode_blocks(const MetadataBlocks& blocks, std::vector<std::string>& warnings) {
  DecodedBlocks out;
  bool complete = true, all_read = true;
  const auto is_readable = [&](std::size_t number, ByteView block) {
    const bool readable = number < most_blocks && block.size() <= longest_block;
    all_read &= readable;
    return readable;
  };
  for (const Bytes& block : blocks.exif) {
    if (!is_readable(out.exif.size(), block)) continue;
    Exiv2::ExifData data;
    const bool good = attempt([&] { return Exiv2::ExifParser::decode(data, block.data(), size_of(block)), true; });
    out.exif.push_back(good ? std::move(data) : Exiv2::ExifData());
    complete &= good;
  }
  for (const Bytes& block : blocks.xmp) {
    if (!is_readable(out.xmp.size(), block)) continue;
    out.xmp.emplace_back();
    if (!is_modest_xmp(text_of(block))) {
      all_read = false;
      continue;
    }
    Exiv2::XmpData data;
    const bool good = attempt([&] { return Exiv2::XmpParser::decode(data, to_text(block)) == 0; });
    if (good) out.xmp.back() = std::move(data);
    complete &= good;
  }
  for (const Bytes& block : {iptc_of(blocks.photoshop), blocks.iptc}) {
    if (block.empty()) continue;
    if (block.size() > longest_iptc) {
      all_read = false;
      continue;
    }
    Exiv2::IptcData data;
    const bool good = attempt([&] { return Exiv2::IptcParser::decode(data, block.data(), size_of(block)) == 0; });
    out.iptc.push_back(good ? std::move(data) : Exiv2::IptcData());
    complete &= good;
  }
  if (!complete) warnings.emplace_back("some of the metadata is broken and could not be read");
  if (!all_read) warnings.emplace_back("some of the metadata is larger or more involved than any that is read");
  return out;
}

std::string value_of(const Exiv2::ExifData& data, const char* key) { return read_value<Exiv2::ExifKey>(data, key); }
std::string value_of(const Exiv2::XmpData& data, const char* key) { return read_value<Exiv2::XmpKey>(data, key); }
std::string value_of(const Exiv2::IptcData& data, const char* key) { return read_value<Exiv2::IptcKey>(data, key); }

std::string value_of(const std::vector<ContainerValue>& values, std::string_view name) {
  for (const ContainerValue& one : values)
    if (one.name == name)
      if (std::string text = plain_text(one.value); !text.empty()) return text;
  return {};
}

std::vector<double> numbers_of(const Exiv2::ExifData& data, const char* key) {
  std::vector<double> out;
  const bool good = attempt([&] {
    const auto found = data.findKey(Exiv2::ExifKey(key));
    constexpr int most = 8;
    if (found == data.end() || found->count() > most) return false;
    for (decltype(found->count()) i = 0; i < found->count(); ++i) {
      const Exiv2::Rational value = found->toRational(i);
      if (value.second == 0) return false;
      out.push_back(static_cast<double>(value.first) / static_cast<double>(value.second));
    }
    return true;
  });
  return good ? out : std::vector<double>();
}

std::string source_name(std::string_view kind, std::string_view field, std::size_t block) {
  std::string out = std::string(kind) + ' ' + std::string(field);
  return block == 0 ? out : out + ' ' + std::to_string(block + 1);
}

}  // namespace dokaz::intake
