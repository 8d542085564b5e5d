// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/heif_properties.hpp"

#include <numeric>

namespace dokaz::intake::check {
namespace {

using namespace std::string_view_literals;

FormedProperty broken(int place) {
  FormedProperty out;
  out.place = place;
  out.broken = true;
  return out;
}
FormedProperty formed(int place, bool essential, Bytes box) {
  FormedProperty out;
  out.place = place;
  out.property = {essential, std::move(box)};
  return out;
}

FormedProperty size(Cursor body) {
  const bool first_form = body.u32() == 0;
  const std::uint32_t width = body.u32(), height = body.u32();
  if (!first_form || !body.good() || !width || !height) return broken(size_place);
  FormedProperty out = formed(size_place, false, box_of("ispe", {number_of(0, 4), number_of(width, 4), number_of(height, 4)}));
  out.width = width;
  out.height = height;
  return out;
}

FormedProperty depths(Cursor body) {
  const bool first_form = body.u32() == 0;
  const Bytes count = number_of(body.u8(), 1);
  const ByteView bits = body.take(count[0]);
  bool good = first_form && body.good() && count[0] >= 1 && count[0] <= 4;
  for (const Byte depth : bits) good = good && depth >= 1 && depth <= 16;
  return good ? formed(2, false, box_of("pixi", {number_of(0, 4), count, bits})) : broken(2);
}

FormedProperty aspect(Cursor body) {
  std::uint64_t across = body.u32(), down = body.u32();
  if (!body.good() || across == 0 || down == 0) return formed(3, false, {});
  const std::uint64_t common = std::gcd(across, down);
  across /= common;
  down /= common;
  if (across == down || across > 1000 || down > 1000) return formed(3, false, {});
  return formed(3, false, box_of("pasp", {number_of(across, 4), number_of(down, 4)}));
}

FormedProperty colour(Cursor body) {
  const std::string_view kind = text_of(body.take(4));
  FormedProperty out;
  if (kind == "prof" || kind == "rICC") {
    out.place = profile_place;
    out.property.profile = body.rest();
  } else if (kind == "nclx") {
    out.place = colour_code_place;
    // One bit for each code point that H.273 defines: primaries, transfer, matrix. All else is unspecified.
    Bytes codes;
    for (const std::uint64_t known : {0x401ff6u, 0x7fff6u, 0x3fff7u}) {
      const std::uint32_t code = body.u16();
      append(codes, number_of(code < 64 && (known >> code & 1) == 1 ? code : 2, 2));
    }
    const Bytes range = number_of(body.u8() & 0x80, 1);
    if (body.good()) out.property.box = box_of("colr", {bytes_of("nclx"sv), codes, range});
  }
  return out;
}

FormedProperty light(const BoxView& box) {
  Cursor body(box.body);
  const std::uint32_t most = body.u16(), average = body.u16();
  const bool good = body.good() && body.rest().empty() && most >= average && most <= 10'000;
  return formed(8, false, good ? box_of("clli", {box.body}) : Bytes());
}

FormedProperty mastering(const BoxView& box) {
  Cursor body(box.body);
  bool good = box.body.size() == 24;
  for (int point = 0; point < 4; ++point) {
    const std::uint32_t x = body.u16();
    good = good && x + body.u16() <= 50'000;
  }
  const std::uint32_t most = body.u32();
  good = good && most <= 100'000'000 && body.u32() < most;
  return formed(9, false, good ? box_of("mdcv", {box.body}) : Bytes());
}

FormedProperty crop(Cursor body) {
  std::int64_t over[4], under[4];
  for (int i = 0; i < 4; ++i) {
    const std::uint32_t value = body.u32();
    over[i] = i < 2 ? std::int64_t{value} : std::int64_t{static_cast<std::int32_t>(value)};
    under[i] = body.u32();
    if (!body.good() || under[i] == 0) return broken(crop_place);
    const std::int64_t common = std::gcd(over[i], under[i]);
    over[i] /= common;
    under[i] /= common;
    if (under[i] > (i < 2 ? 1 : 2)) return broken(crop_place);
  }
  if (over[0] < 1 || over[1] < 1) return broken(crop_place);
  Bytes payload;
  for (int i = 0; i < 4; ++i) {
    append(payload, number_of(static_cast<std::uint64_t>(over[i]), 4));
    append(payload, number_of(static_cast<std::uint64_t>(under[i]), 4));
  }
  FormedProperty out = formed(crop_place, true, box_of("clap", {payload}));
  out.width = static_cast<std::uint32_t>(over[0]);
  out.height = static_cast<std::uint32_t>(over[1]);
  out.twice_x = under[2] == 2 ? over[2] : 2 * over[2];
  out.twice_y = under[3] == 2 ? over[3] : 2 * over[3];
  return out;
}

/// One byte, of which only the lower bits count.
FormedProperty small(const BoxView& box, int place, unsigned mask, bool zero_is_silent) {
  if (box.body.empty()) return broken(place);
  const unsigned value = box.body[0] & mask;
  FormedProperty out = formed(place, true, box_of(box.type, {number_of(value, 1)}));
  out.silent = zero_is_silent && value == 0;
  out.turns = box.type == "irot" && value % 2 == 1;
  return out;
}

}  // namespace

Bytes number_of(std::uint64_t value, std::size_t size) {
  Bytes out(size);
  for (; size > 0; value >>= 8) out[--size] = static_cast<Byte>(value);
  return out;
}

Bytes box_of(std::string_view type, std::initializer_list<ByteView> parts) {
  std::size_t size = 8;
  for (const ByteView part : parts) size += part.size();
  Bytes out = number_of(size, 4);
  append(out, bytes_of(type));
  for (const ByteView part : parts) append(out, part);
  return out;
}

FormedProperty form_property(const BoxView& box) {
  const Cursor body(box.body);
  if (box.type == "hvcC" || box.type == "av1C") return formed(coder_place, true, {});
  if (box.type == "ispe") return size(body);
  if (box.type == "pixi") return depths(body);
  if (box.type == "pasp") return aspect(body);
  if (box.type == "colr") return colour(body);
  if (box.type == "auxC") return formed(alpha_place, false, {});
  if (box.type == "clli") return light(box);
  if (box.type == "mdcv") return mastering(box);
  if (box.type == "irot") return small(box, 10, 3, true);
  if (box.type == "imir") return small(box, 11, 1, false);
  if (box.type == "clap") return crop(body);
  if (box.type == "a1op") return !box.body.empty() && box.body[0] > 31 ? broken(point_place) : small(box, point_place, 31, true);
  FormedProperty out;
  if (box.type == "lsel") {
    out.silent = text_of(box.body).starts_with("\xff\xff"sv);
    out.broken = !out.silent;
  }
  return out;
}

std::string_view auxiliary_type(ByteView body) {
  Cursor cursor(body);
  if (cursor.u32() != 0 || !cursor.good()) return {};
  const std::string_view text = text_of(cursor.rest());
  return text.substr(0, text.find('\0'));
}

bool means_alpha(std::string_view type) {
  return type == "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha" || type == "urn:mpeg:hevc:2015:auxid:1" ||
         type == "urn:mpeg:avc:2015:auxid:1";
}

}  // namespace dokaz::intake::check
