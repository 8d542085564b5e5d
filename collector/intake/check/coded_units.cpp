// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/coded_units.hpp"

#include "collector/intake/check/cursor.hpp"

namespace dokaz::intake::check {
namespace {

void put16(Bytes& out, std::size_t value) {
  out.push_back(static_cast<Byte>(value >> 8));
  out.push_back(static_cast<Byte>(value));
}

/// ue(v) of H.265; a value over 16 bits spoils the cursor.
std::uint32_t unsigned_code(BitCursor& from) {
  unsigned zeros = 0;
  while (from.good() && !from.bit()) ++zeros;
  if (zeros > 16) return from.bits(0x10000), 0;
  return ((1u << zeros) | from.bits(zeros)) - 1;
}

/// The front of an SPS with each 03 behind two zeros taken out.
Bytes plain_payload(ByteView unit) {
  Bytes out;
  const std::size_t size = std::min<std::size_t>(unit.size(), 512);
  for (std::size_t i = 0, zeros = 0; i < size; ++i) {
    if (unit[i] == 3 && zeros > 1) {
      zeros = 0;
    } else {
      out.push_back(unit[i]);
      zeros = unit[i] ? 0 : zeros + 1;
    }
  }
  return out;
}

/// H.265, 7.3.2.2.1, up to the bit depths, into the front of an hvcC.
bool read_sequence_set(ByteView unit, CodedUnits& units) {
  const Bytes plain = plain_payload(unit);
  if (plain.size() < 15) return false;
  BitCursor bits(ByteView(plain).subspan(2));
  bits.bits(4);
  const unsigned further_layers = bits.bits(3), nested = bits.bits(1);
  if (further_layers == 7) return false;
  Bytes& out = units.configuration;
  out = {1};
  out.insert(out.end(), plain.begin() + 3, plain.begin() + 15);
  units.is_main_profile = (plain[3] & 31) == 1 || (plain[3] & 31) == 3;
  bits.bits(96);
  if (further_layers) {
    unsigned skipped = 0;
    for (unsigned i = 0; i < 8; ++i) {
      const bool profile = bits.bit(), level = bits.bit();
      if (i < further_layers) skipped += 88 * profile + 8 * level;
    }
    bits.bits(skipped);
  }
  unsigned_code(bits);
  const unsigned chroma = unsigned_code(bits);
  if (chroma == 3) bits.bit();
  units.width = unsigned_code(bits);
  units.height = unsigned_code(bits);
  if (bits.bit())
    for (int edge = 0; edge < 4; ++edge) unsigned_code(bits);
  const unsigned luma = unsigned_code(bits), chroma_depth = unsigned_code(bits);
  if (!bits.good() || chroma > 3 || luma > 7 || chroma_depth > 7 || !units.width || !units.height) return false;
  units.monochrome = chroma == 0;
  for (const unsigned byte : {0xf0u, 0x00u, 0xfcu, 0xfc | chroma, 0xf8 | luma, 0xf8 | chroma_depth, 0u, 0u,
                              8 * (further_layers + 1) + 4 * nested + units.length_size - 1})
    out.push_back(static_cast<Byte>(byte));
  return true;
}

}  // namespace

bool read_hevc_configuration(ByteView record, CodedUnits& units) {
  Cursor cursor(record);
  const ByteView front = cursor.take(22);
  if (front.empty() || front[0] != 1) return false;
  units.length_size = (front[21] & 3) + 1;
  if (units.length_size == 3) return false;
  std::array<std::vector<ByteView>, 3> sets;
  for (std::uint64_t arrays = cursor.u8(); arrays > 0; --arrays) {
    const unsigned type = cursor.u8() & 63;
    for (std::uint64_t count = cursor.u16(); count > 0; --count) {
      const ByteView unit = cursor.take(cursor.u16());
      if (!cursor.good()) return false;
      if (type < 32 || type > 34) continue;
      if (unit.size() < 2 || (unit[0] >> 1 & 63) != static_cast<int>(type)) return false;
      sets[type - 32].push_back(unit);
      units.sets.insert(to_bytes(unit));
    }
  }
  if (!cursor.good() || sets[1].empty() || !read_sequence_set(sets[1].front(), units)) return false;
  Bytes& out = units.configuration;
  out.push_back(static_cast<Byte>(!sets[0].empty() + !sets[1].empty() + !sets[2].empty()));
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (sets[i].empty()) continue;
    out.push_back(static_cast<Byte>(0xa0 + i));
    put16(out, sets[i].size());
    for (const ByteView unit : sets[i]) {
      put16(out, unit.size());
      append(out, unit);
    }
  }
  return true;
}

bool read_hevc_picture(ByteView data, CodedUnits& units) {
  Cursor cursor(data);
  unsigned slices = 0;
  while (cursor.rest().size() >= units.length_size) {
    const ByteView whole = cursor.rest();
    const std::uint64_t length = cursor.number(units.length_size);
    const ByteView unit = cursor.take(length);
    if (!cursor.good()) return false;
    if (unit.empty()) continue;
    if (unit[0] & 0x80 || unit.size() < 2) return false;
    const unsigned type = unit[0] >> 1, layer = (unit[0] & 1u) * 32 + unit[1] / 8u;
    const bool slice = type < 10 || (type > 15 && type < 22);
    const bool set = type > 31 && type < 35, end = type == 36 && unit.size() == 2;
    if (layer != 0 || !(slice || set || end)) continue;
    if (set && !units.sets.contains(to_bytes(unit))) return false;
    if (set) continue;
    if (slice) {
      if (unit.size() < 3) return false;
      const bool begins_picture = unit[2] >= 0x80;
      if (begins_picture != (slices++ == 0)) return false;
    }
    append(units.bytes, whole.first(units.length_size + unit.size()));
  }
  return slices > 0;
}

namespace {

/// AV1, 5.5.1. Names of the skipped fields stand in the specification in this order.
bool read_sequence(ByteView payload, CodedUnits& units) {
  BitCursor bits(payload);
  const unsigned profile = bits.bits(3);
  bits.bit();
  const bool still_header = bits.bit();
  unsigned level = 0, tier = 0;
  if (still_header) {
    level = bits.bits(5);
  } else {
    unsigned model_bits = 0;
    if (bits.bit()) {
      bits.bits(64);
      if (bits.bit()) {
        unsigned zeros = 0;
        while (zeros < 32 && bits.good() && !bits.bit()) ++zeros;
        bits.bits(zeros < 32 ? zeros : 0);
      }
      if (bits.bit()) {
        model_bits = bits.bits(5) + 1;
        bits.bits(42);
      }
    }
    const bool delays = bits.bit();
    const unsigned last = bits.bits(5);
    for (unsigned point = 0; point <= last; ++point) {
      bits.bits(12);
      const unsigned its_level = bits.bits(5), its_tier = its_level >= 8 ? bits.bits(1) : 0;
      if (point == 0) level = its_level, tier = its_tier;
      if (model_bits > 0 && bits.bit()) bits.bits(2 * model_bits + 1);
      if (delays && bits.bit()) bits.bits(4);
    }
  }
  const unsigned across = bits.bits(4) + 1, down = bits.bits(4) + 1;
  units.width = bits.bits(across) + 1;
  units.height = bits.bits(down) + 1;
  if (!still_header && bits.bit()) bits.bits(7);
  bits.bits(3);
  if (!still_header) {
    bits.bits(4);
    const bool order = bits.bit();
    if (order) bits.bits(2);
    bool screen = bits.bit();
    if (!screen) screen = bits.bit();
    if (screen && !bits.bit()) bits.bit();
    if (order) bits.bits(3);
  }
  bits.bits(3);
  const unsigned high = bits.bits(1), twelve = profile == 2 && high ? bits.bits(1) : 0;
  const unsigned mono = profile == 1 ? 0 : bits.bits(1);
  const std::uint32_t colours = bits.bit() ? bits.bits(24) : 0;
  unsigned half_width = 1, half_height = 1, position = 0;
  if (mono) {
    bits.bit();
  } else {
    if (colours == 0x010d00) {
      half_width = half_height = 0;
    } else {
      bits.bit();
      if (profile == 1) half_width = half_height = 0;
      if (profile == 2) {
        half_height = 0;
        if (twelve) half_width = bits.bits(1);
        if (twelve && half_width) half_height = bits.bits(1);
      }
      if (half_width && half_height) position = bits.bits(2);
    }
    bits.bit();
  }
  bits.bit();
  if (profile > 2 || !bits.good() || !bits.bit()) return false;
  while (bits.left() > 0)
    if (bits.bit()) return false;
  units.monochrome = mono;
  units.configuration = {0x81, static_cast<Byte>(profile * 32 + level),
                         static_cast<Byte>(tier << 7 | high << 6 | twelve << 5 | mono << 4 | half_width << 3 | half_height << 2 | position),
                         0};
  return bits.good();
}

}  // namespace

bool read_av1_picture(ByteView data, CodedUnits& units) {
  Cursor cursor(data);
  unsigned frames = 0;
  while (!cursor.rest().empty()) {
    const unsigned head = cursor.u8(), type = head >> 3;
    if (head & 0x80) return false;
    Bytes form = {static_cast<Byte>(type << 3 | (head & 4) | 2)};
    if (head & 4) form.push_back(static_cast<Byte>(cursor.u8() & 0xf8));
    std::uint64_t size = cursor.rest().size();
    if (head & 2) {
      size = 0;
      std::uint64_t more = 0x80;
      for (unsigned shift = 0; more; shift += 7) {
        if (shift == 56) return false;
        const std::uint64_t byte = cursor.u8();
        size += (byte & 0x7f) << shift;
        more = byte & 0x80;
      }
    }
    const ByteView payload = cursor.take(size);
    if (!cursor.good() || type == 8) return false;
    if (type != 1 && type != 3 && type != 4 && type != 6 && type != 7) continue;
    if ((type == 1) != units.bytes.empty()) return false;
    if (type != 1 && type != 4 && ++frames > 1) return false;
    if (type == 1 && !read_sequence(payload, units)) return false;
    for (; size > 127; size >>= 7) form.push_back(static_cast<Byte>(size % 128 + 128));
    form.push_back(static_cast<Byte>(size));
    append(units.bytes, form);
    append(units.bytes, payload);
  }
  return frames == 1;
}

}  // namespace dokaz::intake::check
