// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/pdf/srgb.hpp"

#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

namespace dokaz::pdf {
namespace {

void u16(Bytes& to, unsigned value) {
  to.push_back(static_cast<Byte>(value >> 8));
  to.push_back(static_cast<Byte>(value));
}
void u32(Bytes& to, std::uint32_t value) {
  u16(to, value >> 16);
  u16(to, value & 0xffff);
}
void text(Bytes& to, std::string_view bytes) { append(to, bytes_of(bytes)); }
void fixed(Bytes& to, double value) { u32(to, static_cast<std::uint32_t>(std::lround(value * 65536))); }

Bytes xyz(double x, double y, double z) {
  Bytes tag;
  text(tag, std::string_view("XYZ \0\0\0\0", 8));
  for (const double one : {x, y, z}) fixed(tag, one);
  return tag;
}

Bytes plain_text(std::string_view words) {
  Bytes tag;
  text(tag, std::string_view("text\0\0\0\0", 8));
  text(tag, words);
  tag.push_back(0);
  return tag;
}

Bytes description(std::string_view words) {
  Bytes tag;
  text(tag, std::string_view("desc\0\0\0\0", 8));
  u32(tag, static_cast<std::uint32_t>(words.size() + 1));
  text(tag, words);
  tag.push_back(0);
  u32(tag, 0);                          // no Unicode form
  u32(tag, 0);
  tag.resize(tag.size() + 2 + 1 + 67);  // no Macintosh form
  return tag;
}

/// The standard's curve from a coded value to light, at 1024 places.
Bytes curve() {
  constexpr int places = 1024;
  Bytes tag;
  text(tag, std::string_view("curv\0\0\0\0", 8));
  u32(tag, places);
  for (int i = 0; i < places; ++i) {
    const double coded = static_cast<double>(i) / (places - 1);
    const double light = coded <= 0.04045 ? coded / 12.92 : std::pow((coded + 0.055) / 1.055, 2.4);
    u16(tag, static_cast<unsigned>(std::lround(light * 65535)));
  }
  return tag;
}

Bytes header(std::size_t size) {
  Bytes out;
  u32(out, static_cast<std::uint32_t>(size));
  u32(out, 0);
  u32(out, 0x02100000);  // version 2.1
  text(out, "mntrRGB XYZ ");
  for (const unsigned part : {2000U, 1U, 1U, 0U, 0U, 0U}) u16(out, part);
  text(out, "acsp");
  out.resize(68);  // no platform, flags, maker, model, attributes; perceptual
  for (const double white : {0.9642, 1.0, 0.8249}) fixed(out, white);
  out.resize(128);
  return out;
}

}  // namespace

Bytes srgb_profile() {
  // Primaries and white adapted to D50 by the Bradford transform.
  const std::vector<std::pair<std::string_view, Bytes>> tags = {
      {"desc", description("sRGB IEC61966-2.1")}, {"cprt", plain_text("No copyright, use freely")},
      {"wtpt", xyz(0.9505, 1.0, 1.0891)},         {"rXYZ", xyz(0.4361, 0.2225, 0.0139)},
      {"gXYZ", xyz(0.3851, 0.7169, 0.0971)},      {"bXYZ", xyz(0.1431, 0.0606, 0.7141)},
      {"rTRC", curve()},                          {"gTRC", {}},
      {"bTRC", {}}};
  Bytes table, data;
  const std::size_t data_at = 128 + 4 + 12 * tags.size();
  u32(table, static_cast<std::uint32_t>(tags.size()));
  std::size_t last_at = 0, last_size = 0;
  for (const auto& [name, content] : tags) {
    if (!content.empty()) {  // else the same as the one before
      last_at = data_at + data.size();
      last_size = content.size();
      append(data, content);
      data.resize((data.size() + 3) / 4 * 4);
    }
    text(table, name);
    u32(table, static_cast<std::uint32_t>(last_at));
    u32(table, static_cast<std::uint32_t>(last_size));
  }
  Bytes out = header(data_at + data.size());
  append(out, table);
  append(out, data);
  return out;
}

}  // namespace dokaz::pdf
