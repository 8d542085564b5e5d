// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/mp4/movie_metadata.hpp"

#include <chrono>
#include <cstdio>

#include "collector/intake/mp4/sample_entry.hpp"
#include "collector/intake/plain_text.hpp"

namespace dokaz::intake::mp4 {
namespace {

using bmff::Fields;
using bmff::Type;
using bmff::type;

constexpr std::uint32_t utf8_text = 1;
constexpr std::size_t most_keys = 1024;

/// The text up to its NUL, and that NUL.
std::string_view string_of(Fields& in) {
  const std::string_view rest = text_of(in.rest());
  const std::string_view out = rest.substr(0, rest.find('\0'));
  in.skip(std::min(out.size() + 1, rest.size()));
  return out;
}

/// 3GPP TS 26.244, 8.10: as an ISO 6709 text.
std::string place_of(Fields& in) {
  in.skip(6);
  string_of(in);
  in.skip(1);
  const auto fixed = [&] { return static_cast<double>(static_cast<std::int32_t>(in.u32())) / 65536; };
  const double longitude = fixed(), latitude = fixed(), altitude = fixed();
  if (!in.ok()) return {};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%+09.5f%+010.5f%+.1f/", latitude, longitude, altitude);
  return text.data();
}

std::vector<std::string> keys_of(ByteView payload) {
  std::vector<std::string> out;
  Fields in(payload);
  in.skip(4);
  const std::uint32_t count = in.u32();
  for (std::uint32_t i = 0; i < count && out.size() < most_keys; ++i) {
    const std::uint32_t size = in.u32();
    in.skip(4);
    const ByteView key = in.bytes(size < 8 ? UINT64_MAX : size - 8);
    if (!in.ok()) break;
    std::string name;
    for (const char c : text_of(key.first(std::min<std::size_t>(key.size(), 100))))
      if (c > ' ' && c < 0x7f) name += c;
    out.push_back(std::move(name));
  }
  return out;
}

}  // namespace

std::string time_since_1904(std::uint64_t seconds) {
  constexpr std::uint64_t to_1970 = 2082844800, last = 253402300800 + to_1970;  // up to the year 9999
  if (seconds == 0 || seconds >= last) return {};
  const std::chrono::sys_seconds time{std::chrono::seconds(static_cast<std::int64_t>(seconds) - static_cast<std::int64_t>(to_1970))};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

void add_value(Walked& walked, std::string name, std::string_view raw) {
  if (walked.values.size() >= most_values) return;
  std::string value = plain_text(raw.substr(0, 4 * text_cap));
  if (!value.empty()) walked.values.push_back({std::move(name), std::move(value)});
}

void read_user_data(ByteView payload, Walked& walked) {
  for (const Child& child : children_of(payload)) {
    Fields in(child.payload);
    switch (child.type) {
      case type("meta"): read_meta(child.payload, walked); continue;
      case type("loci"): add_value(walked, "udta.loci", place_of(in)); continue;
      case type("XMP_"):
        if (child.payload.size() <= largest_packet) walked.blocks.xmp.push_back(to_bytes(child.payload));
        continue;
      case type("titl"):
      case type("dscp"):
      case type("cprt"):
      case type("perf"):
      case type("auth"):
      case type("gnre"):
      case type("albm"):
        in.skip(6);
        add_value(walked, "udta." + bmff::plain_name(child.type), string_of(in));
        continue;
      default: break;
    }
    if (child.type >> 24 != 0xa9) continue;
    const std::uint16_t size = in.u16();
    in.skip(2);
    add_value(walked, "udta." + bmff::plain_name(child.type), text_of(in.bytes(std::min<std::size_t>(size, in.rest().size()))));
  }
}

void read_meta(ByteView payload, Walked& walked) {
  // In QuickTime it is a plain box, elsewhere one with a version.
  const bool plain = payload.size() >= 8 && text_of(payload.subspan(4, 4)) == "hdlr";
  const std::vector<Child> children = children_of(plain ? payload : payload.subspan(std::min<std::size_t>(4, payload.size())));
  const Child *keys = find(children, type("keys")), *list = find(children, type("ilst"));
  if (!list) return;
  const std::vector<std::string> names = keys ? keys_of(keys->payload) : std::vector<std::string>();
  for (const Child& item : children_of(list->payload)) {
    const std::vector<Child> inside = children_of(item.payload);
    const Child* data = find(inside, type("data"));
    if (!data) continue;
    Fields in(data->payload);
    const std::uint32_t kind = in.u32();
    in.skip(4);
    if (!in.ok() || kind != utf8_text) continue;
    if (!keys) add_value(walked, "udta." + bmff::plain_name(item.type), text_of(in.rest()));
    else if (item.type >= 1 && item.type <= names.size()) add_value(walked, "keys." + names[item.type - 1], text_of(in.rest()));
  }
}

}  // namespace dokaz::intake::mp4
