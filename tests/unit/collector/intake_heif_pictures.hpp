// SPDX-License-Identifier: GPL-3.0-or-later
// Small HEIF files made box by box around pictures of 64 x 64, so that a test can lie in any one place.
#pragma once

#include <optional>

#include "intake_pictures.hpp"

namespace dokaz::test {

// A gradient and a lighter one for alpha, coded by x265 and aom.
inline const std::string_view hevc_tile_configuration =
    "0103700000000000000000001ef000fcfdf8f800000f03200001001840010c01ffff03700000030090000003000003001eba0240"
    "210001002b42010103700000030090000003000003001ea020810596ea4929ae6e04040c08000003000800000300084022000100"
    "074401c172b02240";
inline const std::string_view hevc_tile =
    "0000001f2801af0418fc7b75412543b7886ffe0d5b96424067ede6f7dca0982204a070";
inline const std::string_view hevc_alpha_configuration =
    "0104080000000000000000001ef000fcfcf8f800000f03200001001740010c01ffff0408000003009ff800000300001eba024021"
    "000100264201010408000003009ff800000300001ec08204165ba924a6b9b0200000030020000003002122000100074401c172b0"
    "2240";
inline const std::string_view hevc_alpha =
    "000000142801ae0830f1545be41a0aca092620deeb4cd780";
inline const std::string_view av1_tile =
    "0a0918157ffd82021a0d08321c1e003fffffc400b531b8247b09b91524dde1ec296753de859835d980";
inline const std::string_view av1_alpha =
    "0a0618157ffd854032111e00fff100b8b15cb45f90133631026228";

inline Bytes unhexed(std::string_view digits) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  Bytes out;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    out.push_back(static_cast<Byte>(value(digits[i]) * 16 + value(digits[i + 1])));
  return out;
}
inline Bytes big16(std::size_t value) { return {static_cast<Byte>(value >> 8), static_cast<Byte>(value)}; }
inline Bytes big64(std::uint64_t value) {
  return joined({big32(static_cast<std::uint32_t>(value >> 32)), big32(static_cast<std::uint32_t>(value))});
}
inline Bytes box(std::string_view type, const Bytes& payload) {
  return joined({big32(static_cast<std::uint32_t>(payload.size() + 8)), text(type), payload});
}
inline Bytes full_box(std::string_view type, const Bytes& payload, Byte version = 0, Byte flags = 0) {
  return box(type, joined({{version, 0, 0, flags}, payload}));
}

// ---- properties

inline Bytes ispe(std::uint32_t width = 64, std::uint32_t height = 64) {
  return full_box("ispe", joined({big32(width), big32(height)}));
}
inline Bytes aux_type(std::string_view name) { return full_box("auxC", joined({text(name), {0}})); }
inline const std::string_view hevc_alpha_name = "urn:mpeg:hevc:2015:auxid:1",
                              av1_alpha_name = "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha";
inline Bytes hvcC() { return box("hvcC", unhexed(hevc_tile_configuration)); }
inline Bytes alpha_hvcC() { return box("hvcC", unhexed(hevc_alpha_configuration)); }
inline Bytes av1C() { return box("av1C", {0x81, 0, 0x0c, 0}); }
inline Bytes alpha_av1C() { return box("av1C", {0x81, 0, 0x1c, 0}); }
inline Bytes clap(std::initializer_list<std::uint32_t> numbers) {
  Bytes payload;
  for (const std::uint32_t number : numbers) append(payload, big32(number));
  return box("clap", payload);
}
/// So many whole pixels from the middle.
inline Bytes clap(std::uint32_t width, std::uint32_t height) { return clap({width, 1, height, 1, 0, 1, 0, 1}); }

// ---- coded data

inline Bytes nal(const Bytes& unit) { return joined({big32(static_cast<std::uint32_t>(unit.size())), unit}); }
/// User data in a prefix SEI message, as x265 writes its options.
inline Bytes sei(std::string_view words) {
  return nal(joined({{0x4e, 0x01, 5, static_cast<Byte>(16 + words.size())}, Bytes(16, 0xab), text(words), {0x80}}));
}
inline Bytes obu(unsigned type, const Bytes& payload) {
  return joined({{static_cast<Byte>(type << 3 | 2), static_cast<Byte>(payload.size())}, payload});
}
inline Bytes grid(int rows, int columns, std::size_t width, std::size_t height) {
  return joined({{0, 0, static_cast<Byte>(rows - 1), static_cast<Byte>(columns - 1)}, big16(width), big16(height)});
}

// ---- files

struct HeifItem {
  std::uint32_t id = 1;
  std::string type = "hvc1";
  Bytes data = {};
  std::vector<Bytes> properties = {};     ///< whole boxes; equal ones are stored once
  std::string name = {};
  Bytes entry_end = {};                   ///< of infe, behind the name
  bool in_idat = false;
  std::size_t extents = 1;
  std::optional<Bytes> location = {};     ///< count, then offset and length of 64 bits of each extent
  Byte method = 0;
  unsigned data_reference = 0, protection = 0;

  /// The second half of an item in two extents stands before the first.
  Bytes stored() const {
    const auto half = static_cast<std::ptrdiff_t>(extents == 2 ? data.size() / 2 : 0);
    return joined({Bytes(data.begin() + half, data.end()), Bytes(data.begin(), data.begin() + half)});
  }
};
struct HeifReference {
  std::string kind;
  std::uint32_t from = 0;
  std::vector<std::uint32_t> to = {};
};

struct Heif {
  std::string brand = "heic";
  std::vector<HeifItem> items = {};
  std::vector<HeifReference> references = {};
  std::uint32_t primary = 1;
  bool wide = false;                      ///< numbers of 32 bits, and property indices of 16
  std::vector<Bytes> more_properties = {};  ///< that no item has
  std::string handler = "pict", handler_name = {};
  Bytes in_meta = {};                     ///< boxes at the end of meta
  Bytes before_meta = {}, before_data = {}, unreferenced = {}, trailer = {};
  bool essential = true;                  ///< marks all properties so

  Bytes number(std::uint32_t value) const { return wide ? big32(value) : big16(value); }

  Bytes item_list() const {
    Bytes out = wide ? big32(static_cast<std::uint32_t>(items.size())) : big16(items.size());
    for (const HeifItem& item : items)
      append(out, full_box("infe", joined({number(item.id), big16(item.protection), text(item.type), text(item.name), {0}, item.entry_end}),
                           wide ? 3 : 2));
    return full_box("iinf", out, wide ? 1 : 0);
  }
  Bytes reference_list() const {
    Bytes out;
    for (const HeifReference& reference : references) {
      Bytes payload = joined({number(reference.from), big16(reference.to.size())});
      for (const std::uint32_t to : reference.to) append(payload, number(to));
      append(out, box(reference.kind, payload));
    }
    return out.empty() ? Bytes() : full_box("iref", out, wide ? 1 : 0);
  }
  Bytes property_lists() const {
    std::vector<Bytes> known = more_properties;
    Bytes links = big32(static_cast<std::uint32_t>(items.size())), container;
    for (const HeifItem& item : items) {
      append(links, joined({number(item.id), {static_cast<Byte>(item.properties.size())}}));
      for (const Bytes& property : item.properties) {
        auto place = std::find(known.begin(), known.end(), property);
        if (place == known.end()) place = known.insert(known.end(), property);
        const auto index = static_cast<std::size_t>(place - known.begin()) + 1;
        append(links, wide ? big16(index | (essential ? 0x8000u : 0u)) : Bytes{static_cast<Byte>(index | (essential ? 0x80u : 0u))});
      }
    }
    for (const Bytes& property : known) append(container, property);
    return box("iprp", joined({box("ipco", container), full_box("ipma", links, wide ? 1 : 0, wide ? 1 : 0)}));
  }
  Bytes idat() const {
    Bytes out;
    for (const HeifItem& item : items)
      if (item.in_idat) append(out, item.stored());
    return out.empty() ? Bytes() : box("idat", out);
  }
  Bytes locations(std::uint64_t data_at) const {
    Bytes out = joined({{0x88, 0x00}, number(static_cast<std::uint32_t>(items.size()))});
    std::uint64_t idat_at = 0;
    for (const HeifItem& item : items) {
      std::uint64_t& at = item.in_idat ? idat_at : data_at;
      append(out, joined({number(item.id), {0, item.in_idat ? Byte{1} : item.method}, big16(item.data_reference)}));
      if (item.location) {
        append(out, *item.location);
      } else if (item.extents == 2) {
        const std::uint64_t half = item.data.size() / 2, rest = item.data.size() - half;
        append(out, joined({big16(2), big64(at + rest), big64(half), big64(at), big64(rest)}));
      } else if (item.data.empty()) {
        append(out, big16(0));
      } else {
        append(out, joined({big16(1), big64(at), big64(item.data.size())}));
      }
      at += item.data.size();
    }
    return full_box("iloc", out, wide ? 2 : 1);
  }
  Bytes meta(std::uint64_t data_at) const {
    const Bytes head = full_box("hdlr", joined({big32(0), text(handler), Bytes(12, 0), text(handler_name), {0}}));
    return full_box("meta", joined({head, full_box("pitm", number(primary), wide ? 1 : 0), item_list(), locations(data_at),
                                    reference_list(), property_lists(), idat(), in_meta}));
  }
  Bytes data() const {
    Bytes out = unreferenced;
    for (const HeifItem& item : items)
      if (!item.in_idat) append(out, item.stored());
    return out;
  }
  Bytes bytes() const {
    Bytes out = joined({box("ftyp", joined({text(brand), big32(0), text("mif1"), text(brand)})), before_meta});
    const std::uint64_t data_at = out.size() + meta(0).size() + before_data.size() + 8 + unreferenced.size();
    return joined({out, meta(data_at), before_data, box("mdat", data()), trailer});
  }
};

inline HeifItem hevc_item(std::uint32_t id = 1) {
  return {.id = id, .data = unhexed(hevc_tile), .properties = {hvcC(), ispe()}};
}
inline HeifItem hevc_alpha_item(std::uint32_t id) {
  return {.id = id, .data = unhexed(hevc_alpha), .properties = {alpha_hvcC(), ispe(), aux_type(hevc_alpha_name)}};
}
inline HeifItem av1_item(std::uint32_t id = 1) {
  return {.id = id, .type = "av01", .data = unhexed(av1_tile), .properties = {av1C(), ispe()}};
}
inline HeifItem av1_alpha_item(std::uint32_t id) {
  return {.id = id, .type = "av01", .data = unhexed(av1_alpha), .properties = {alpha_av1C(), ispe(), aux_type(av1_alpha_name)}};
}

inline Heif one_hevc() { return {.items = {hevc_item()}}; }
inline Heif one_av1() { return {.brand = "avif", .items = {av1_item()}}; }
inline Heif with_alpha() { return {.items = {hevc_item(), hevc_alpha_item(2)}, .references = {{"auxl", 2, {1}}}}; }
inline Heif av1_with_alpha() {
  return {.brand = "avif", .items = {av1_item(), av1_alpha_item(2)}, .references = {{"auxl", 2, {1}}, {"prem", 1, {2}}}};
}
/// 2 x 2 tiles, numbered 1 to 4; the grid is 5.
inline Heif hevc_grid(std::size_t width = 120, std::size_t height = 100) {
  Heif out{.items = {hevc_item(1), hevc_item(2), hevc_item(3), hevc_item(4)}, .references = {{"dimg", 5, {1, 2, 3, 4}}}, .primary = 5};
  out.items.push_back({.id = 5, .type = "grid", .data = grid(2, 2, width, height),
                       .properties = {ispe(static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height))}, .in_idat = true});
  return out;
}
/// One of two parts laid over a grey ground.
inline Heif hevc_overlay() {
  Heif out{.items = {hevc_item(1), hevc_item(2)}, .references = {{"dimg", 3, {1, 2}}}, .primary = 3};
  const Bytes ground = joined({big16(0x8000), big16(0x8000), big16(0x8000), big16(0xffff)});
  out.items.push_back({.id = 3, .type = "iovl",
                       .data = joined({{0, 0}, ground, big16(100), big16(90), big16(0), big16(0), big16(36), big16(0xfff0)}),
                       .properties = {ispe(100, 90)}});
  return out;
}

}  // namespace dokaz::test
