// SPDX-License-Identifier: GPL-3.0-or-later
// Each codec followed to the last bit of a strip.
#include <zlib.h>

#include <array>

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/check/clean_check_tiff.hpp"

namespace dokaz::intake::check {
namespace {

using namespace std::string_view_literals;

unsigned u8(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

bool exact_lzw(std::string_view coded, std::uint64_t expected) {
  std::vector<std::uint64_t> strings;  // length of the string of each code from 258 on
  std::uint64_t held = 0, out = 0, last = 0;
  unsigned bits = 0;
  std::size_t at = 0;
  const auto width = [&] {  // one code early, as TIFF has it
    const std::size_t codes = 258 + strings.size() + 1;
    return codes < 512 ? 9u : codes < 1024 ? 10u : codes < 2048 ? 11u : 12u;
  };
  const auto next = [&]() -> int {
    const unsigned wanted = width();
    while (bits < wanted) {
      if (at == coded.size()) return -1;
      held = held << 8 | u8(coded, at++);
      bits += 8;
    }
    bits -= wanted;
    return static_cast<int>(held >> bits & ((1u << wanted) - 1));
  };
  const auto rest_is_nothing = [&] { return at == coded.size() && bits < 8 && (held & ((1u << bits) - 1)) == 0; };
  if (next() != 256) return false;
  while (out < expected) {
    const int code = next();
    if (code < 0 || code == 257) return false;
    if (code == 256) {
      strings.clear();
      last = 0;
      continue;
    }
    const auto place = static_cast<std::size_t>(code) - 258;
    std::uint64_t length = 1;
    if (code > 257) {
      if (last == 0 || place > strings.size() || place >= 4096 - 258) return false;
      length = place == strings.size() ? last + 1 : strings[place];
    }
    if (last != 0 && strings.size() < 4096 - 258) strings.push_back(last + 1);
    out += length;
    last = length;
  }
  if (out != expected) return false;
  if (rest_is_nothing()) return true;
  int code = next();
  if (code == 256) {
    strings.clear();
    code = next();
  }
  return code == 257 && rest_is_nothing();
}

bool exact_packbits(std::string_view coded, std::uint64_t expected) {
  std::uint64_t out = 0;
  while (out < expected && !coded.empty()) {
    const unsigned head = u8(coded, 0);
    const std::size_t taken = head < 128 ? head + 2 : 2;
    if (head == 128 || coded.size() < taken) return false;
    out += head < 128 ? head + 1 : 257 - head;
    coded.remove_prefix(taken);
  }
  return out == expected && coded.empty();
}

bool exact_deflate(std::string_view coded, std::uint64_t expected) {
  z_stream zlib{};
  DOKAZ_CHECK(inflateInit(&zlib) == Z_OK);
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(coded.data()));
  zlib.avail_in = static_cast<uInt>(coded.size());
  std::array<Byte, 32768> room;
  std::uint64_t out = 0;
  int outcome = Z_OK;
  while (outcome == Z_OK && out <= expected) {
    zlib.next_out = room.data();
    zlib.avail_out = static_cast<uInt>(room.size());
    outcome = inflate(&zlib, Z_NO_FLUSH);
    out += room.size() - zlib.avail_out;
  }
  inflateEnd(&zlib);
  return outcome == Z_STREAM_END && out == expected && zlib.avail_in == 0;
}

/// Nothing but zero bits behind the first two end-of-line codes in a row, in the byte that they end in.
bool exact_group4(std::string_view coded, bool reversed) {
  unsigned zeros = 0;
  bool line_ended = false;
  for (std::size_t at = 0; at < coded.size(); ++at)
    for (unsigned bit = 0; bit < 8; ++bit) {
      const unsigned place = reversed ? bit : 7 - bit;
      if ((u8(coded, at) >> place & 1) == 0) {
        ++zeros;
        continue;
      }
      const bool ends_line = zeros >= 11;
      if (line_ended && zeros == 11) {
        const unsigned behind = reversed ? u8(coded, at) >> (bit + 1) : u8(coded, at) & ((1u << place) - 1);
        return behind == 0 && at + 1 == coded.size();
      }
      line_ended = ends_line;
      zeros = 0;
    }
  return true;
}

std::string segment(char marker, std::string_view payload) {
  const std::size_t length = payload.size() + 2;
  std::string out = {'\xff', marker, static_cast<char>(length >> 8), static_cast<char>(length)};
  return out.append(payload);
}

/// Cuts the payload of the segment with the marker at the front of `rest`; false where it is cut short.
bool take_segment(std::string_view& rest, unsigned& marker, std::string_view& payload) {
  if (rest.size() < 4 || rest[0] != '\xff') return false;
  marker = u8(rest, 1);
  const std::size_t length = u8(rest, 2) << 8 | u8(rest, 3);
  if (length < 2 || rest.size() - 2 < length) return false;
  payload = rest.substr(4, length - 2);
  rest.remove_prefix(2 + length);
  return true;
}

bool split_tables(unsigned marker, std::string_view payload, TiffJpegTables& out, bool& twice) {
  while (!payload.empty()) {
    std::size_t size = marker == 0xdb ? (u8(payload, 0) < 16 ? 65 : 129) : 17;
    if (payload.size() < size) return false;
    for (std::size_t i = 1; marker == 0xc4 && i <= 16; ++i) size += u8(payload, i);
    if (payload.size() < size) return false;
    const unsigned name = marker == 0xdb ? u8(payload, 0) & 15 : 0x100 | u8(payload, 0);
    twice |= !out.emplace(name, payload.substr(0, size)).second;
    payload.remove_prefix(size);
  }
  return true;
}

/// The strip put into the one form of a JPEG file, for the check of those; empty where it has parts that it may not have.
std::string as_jpeg_file(const TiffStrip& strip, std::string_view coded, const TiffJpegTables& tables, TiffJpegTables& used) {
  if (!coded.starts_with("\xff\xd8")) return {};
  coded.remove_prefix(2);
  TiffJpegTables own;
  std::string frame, restart, scan;
  bool twice = false;
  while (scan.empty()) {
    unsigned marker = 0;
    std::string_view payload;
    if (!take_segment(coded, marker, payload)) return {};
    std::string* single = nullptr;
    if (marker == 0xdb || marker == 0xc4) {
      if (!split_tables(marker, payload, own, twice) || twice) return {};
      continue;
    }
    if (marker == 0xc0 || marker == 0xc1) single = &frame;
    if (marker == 0xdd) single = &restart;
    if (marker == 0xda) single = &scan;
    if (!single || !single->empty()) return {};
    *single = segment(static_cast<char>(marker), payload);
  }
  const std::size_t parts = frame.size() < 10 ? 0 : u8(frame, 9);
  if (parts != strip.components || frame.size() != 10 + 3 * parts || scan.size() != 8 + 2 * parts || u8(scan, 4) != parts ||
      (u8(frame, 5) << 8 | u8(frame, 6)) != strip.rows || (u8(frame, 7) << 8 | u8(frame, 8)) != strip.columns)
    return {};
  const auto need = [&](unsigned name) {
    if (own.contains(name)) return;
    if (const auto shared = tables.find(name); shared != tables.end()) own.insert(*shared), used.insert(*shared);
  };
  bool from_first = true, letters = parts == 3;
  for (std::size_t i = 0; i < parts; ++i) {
    const unsigned id = u8(frame, 10 + 3 * i), first = u8(frame, 10);
    from_first &= parts == 1 ? id <= 16 : first <= 1 && id == first + i;
    letters = letters && id == u8("RGB"sv, i);
    need(u8(frame, 12 + 3 * i) & 15);
    need(0x100 | u8(scan, 6 + 2 * i) >> 4);
    need(0x110 | (u8(scan, 6 + 2 * i) & 15));
  }
  if (!from_first && !letters) return {};
  std::string out = "\xff\xd8";
  for (const auto& [name, table] : own)
    if (name < 0x100) out += segment('\xdb', table);
  out += frame;
  for (const auto& [name, table] : own)
    if (name >= 0x100) out += segment('\xc4', table);
  return out.append(restart).append(scan).append(coded);
}

}  // namespace

bool read_tiff_jpeg_tables(std::string_view stream, TiffJpegTables& out) {
  if (!stream.starts_with("\xff\xd8")) return false;
  stream.remove_prefix(2);
  while (!stream.starts_with("\xff\xd9")) {
    unsigned marker = 0;
    std::string_view payload;
    bool twice = false;
    if (!take_segment(stream, marker, payload) || (marker != 0xdb && marker != 0xc4) ||
        !split_tables(marker, payload, out, twice))
      return false;
  }
  return true;
}

std::string write_tiff_jpeg_tables(const TiffJpegTables& tables) {
  std::string out = "\xff\xd8";
  for (const auto& [name, table] : tables) out += segment(name < 0x100 ? '\xdb' : '\xc4', table);
  return out + "\xff\xd9";
}

bool is_exact_strip(const TiffStrip& strip, std::string_view coded, const TiffJpegTables& tables, TiffJpegTables& used) {
  switch (strip.codec) {
    case 1: return coded.size() == strip.decoded;
    case 2:
    case 3: return !coded.empty();
    case 4: return !coded.empty() && exact_group4(coded, strip.reversed);
    case 5: return exact_lzw(coded, strip.decoded);
    case 7: {
      const std::string file = as_jpeg_file(strip, coded, tables, used);
      return !file.empty() && jpeg(bytes_of(file), bytes_of(file)).has_value();
    }
    case 8:
    case 32946: return exact_deflate(coded, strip.decoded);
    case 32773: return exact_packbits(coded, strip.decoded);
    default: return false;
  }
}

}  // namespace dokaz::intake::check
