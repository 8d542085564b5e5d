// SPDX-License-Identifier: GPL-3.0-or-later
// Decoder configurations as a clean copy must hold them, made from the original's a second time.
#include "collector/intake/check/film_entries.hpp"

namespace dokaz::intake::check {
namespace {

using namespace std::string_view_literals;
using namespace std::string_literals;
using Text = std::string_view;

unsigned u8(Text bytes, std::size_t at) { return static_cast<unsigned>(number_at(bytes, at, 1)); }
char byte(std::size_t value) { return static_cast<char>(value); }

/// Parameter sets with a length of two bytes each, from the front of `rest`; false where one is cut or is none.
bool sets(Text& rest, std::size_t count, auto&& is_right, std::string* out) {
  for (; count > 0; --count) {
    const auto size = static_cast<std::size_t>(number_at(rest, 0, 2));
    if (rest.size() < 2 + size) return false;
    if (out && (size == 0 || !is_right(rest.substr(2, size)))) return false;
    if (out) out->append(rest.substr(0, 2 + size));
    rest.remove_prefix(2 + size);
  }
  return true;
}

/// A descriptor's tag, and its content; `rest` goes on behind it.
std::optional<std::pair<unsigned, Text>> descriptor(Text& rest) {
  if (rest.empty()) return std::nullopt;
  const unsigned tag = u8(rest, 0);
  std::size_t size = 0, at = 1;
  for (bool more = true; more && at < 5; ++at) {
    if (at == rest.size()) return std::nullopt;
    size = size * 128 + (u8(rest, at) & 127);
    more = u8(rest, at) > 127;
  }
  if (size > rest.size() - at) return std::nullopt;
  const Text content = rest.substr(at, size);
  rest.remove_prefix(at + size);
  return std::pair(tag, content);
}

std::string described(unsigned tag, const std::string& content) {
  return byte(tag) + "\x80\x80\x80"s + byte(content.size()) + content;
}

struct BitCursor {
  Text bytes;
  std::size_t at = 0;
  unsigned get(unsigned count) {
    unsigned out = 0;
    for (unsigned i = 0; i < count; ++i, ++at) out = out * 2 + (u8(bytes, at / 8) >> (7 - at % 8) & 1);
    return out;
  }
  unsigned kind() {
    const unsigned short_form = get(5);
    return short_form < 31 ? short_form : 32 + get(6);
  }
  void rate() {
    if (get(4) == 15) get(24);
  }
};

/// An AAC configuration that ends with its last bit and whose program's comment, if it has one, is zeros.
std::optional<std::string> expected_aac(Text original) {
  BitCursor bits{original};
  unsigned kind = bits.kind();
  bits.rate();
  const bool program = bits.get(4) == 0, hierarchy = kind == 5 || kind == 29;
  if (hierarchy) {
    bits.rate();
    kind = bits.kind();
    if (kind == 22) bits.get(4);
  }
  if (kind == 42) return std::string(original);
  if (kind == 0 || kind == 5 || (kind > 7 && kind != 17 && (kind < 19 || kind > 23))) return std::nullopt;
  bits.get(1);
  if (bits.get(1) == 1) bits.get(14);
  const bool further = bits.get(1) == 1;
  std::size_t blank_from = 0, blank_to = 0;
  if (program) {
    bits.get(10);
    unsigned skipped = 0;
    for (int i = 0; i < 3; ++i) skipped += bits.get(4) * 5;
    skipped += bits.get(2) * 4;
    skipped += bits.get(3) * 4;
    skipped += bits.get(4) * 5;
    if (bits.get(1) == 1) bits.get(4);
    if (bits.get(1) == 1) bits.get(4);
    if (bits.get(1) == 1) bits.get(3);
    bits.at += skipped;
    blank_from = (bits.at + 7) / 8 + 1;
    if (blank_from > original.size()) return std::nullopt;
    blank_to = blank_from + u8(original, blank_from - 1);
    bits.at = 8 * blank_to;
  }
  if (kind == 6 || kind == 20) bits.get(3);
  if (further) bits.get(kind == 22 ? 17 : kind == 17 || kind == 19 || kind == 20 || kind == 23 ? 4 : 1);
  if (kind > 7 && bits.get(2) > 1) return std::nullopt;
  BitCursor ahead = bits;
  if (!hierarchy && bits.at + 16 <= 8 * original.size() && ahead.get(11) == 0x2b7) {
    const unsigned beside = ahead.kind();
    const bool present = (beside == 5 || beside == 22) && ahead.get(1) == 1;
    if (present) ahead.rate();
    BitCursor stereo = ahead;
    if (present && beside == 5 && ahead.at + 12 <= 8 * original.size() && stereo.get(11) == 0x548) ahead.get(12);
    if (beside == 22) ahead.get(4);
    bits = ahead;
  }
  const std::size_t size = (bits.at + 7) / 8, unused = 8 * size - bits.at;
  if (size > original.size()) return std::nullopt;
  std::string out(original.substr(0, size));
  out.back() = byte(u8(out, size - 1) >> unused << unused);
  for (std::size_t i = blank_from; i < blank_to; ++i) out[i] = '\0';
  return out;
}

/// MPEG-4 headers without what is no picture.
std::string expected_mpeg4(Text headers) {
  std::string out;
  for (std::size_t at = headers.find("\0\0\1"sv); at != headers.npos;) {
    const std::size_t next = headers.find("\0\0\1"sv, at + 3);
    const Text unit = headers.substr(at, next == headers.npos ? next : next - at);
    if (unit.size() > 3 && is_mpeg4_picture(unit[3])) out += unit;
    at = next;
  }
  return out;
}

}  // namespace

bool is_mpeg4_picture(char code) {
  return (code >= 0 && code < 0x30) || "\xb0\xb1\xb3\xb5\xb6"sv.find(code) != Text::npos;
}

std::optional<std::string> expected_avc(Text record) {
  if (record.size() < 7 || record[0] != 1) return std::nullopt;
  const auto of_type = [](unsigned type) { return [type](Text unit) { return (u8(unit, 0) & 31) == type; }; };
  std::string out(record.substr(0, 4));
  out += byte(u8(record, 4) | 0xfc);
  out += byte(u8(record, 5) | 0xe0);
  Text rest = record.substr(6);
  if (!sets(rest, u8(record, 5) & 31, of_type(7), &out) || rest.empty()) return std::nullopt;
  const unsigned pictures = u8(rest, 0);
  out += rest[0];
  rest.remove_prefix(1);
  if (!sets(rest, pictures, of_type(8), &out)) return std::nullopt;
  const unsigned profile = u8(record, 1);
  if ((profile == 100 || profile == 110 || profile == 122 || profile == 144) && rest.size() >= 4) {
    const unsigned extensions = u8(rest, 3);
    out += {byte(u8(rest, 0) | 0xfc), byte(u8(rest, 1) | 0xf8), byte(u8(rest, 2) | 0xf8), rest[3]};
    rest.remove_prefix(4);
    if (!sets(rest, extensions, of_type(13), &out)) return std::nullopt;
  }
  return out;
}

std::optional<std::string> expected_hevc(Text record) {
  if (record.size() < 23 || record[0] != 1) return std::nullopt;
  std::string out(record.substr(0, 22));
  constexpr std::pair<std::size_t, unsigned> reserved[] = {{13, 0xf0}, {15, 0xfc}, {16, 0xfc}, {17, 0xf8}, {18, 0xf8}};
  for (const auto& [at, bits] : reserved) out[at] = byte(u8(record, at) | bits);
  std::string arrays;
  unsigned count = 0;
  Text rest = record.substr(23);
  for (unsigned i = 0; i < u8(record, 22); ++i) {
    if (rest.size() < 3) return std::nullopt;
    const unsigned type = u8(rest, 0) & 63, units = static_cast<unsigned>(number_at(rest, 1, 2));
    const bool kept = type >= 32 && type <= 34;
    if (kept) {
      ++count;
      arrays += byte(u8(rest, 0) & 0xbf);
      arrays += rest.substr(1, 2);
    }
    rest.remove_prefix(3);
    if (!sets(rest, units, [&](Text unit) { return unit.size() > 1 && (u8(unit, 0) >> 1 & 63) == type; }, kept ? &arrays : nullptr))
      return std::nullopt;
  }
  return out + byte(count) + arrays;
}

std::optional<std::string> expected_av1(Text record) {
  if (record.size() < 4) return std::nullopt;
  std::string out = "\x81" + std::string(record.substr(1, 2)) + '\0';
  for (Text rest = record.substr(4); !rest.empty();) {
    const unsigned head = u8(rest, 0), type = head >> 3 & 15;
    std::size_t at = head & 4 ? 2 : 1, size = rest.size() - std::min(at, rest.size());
    if (head & 2) {
      size = 0;
      for (unsigned shift = 0; shift < 56; shift += 7) {
        if (at >= rest.size()) return std::nullopt;
        const std::size_t digit = u8(rest, at++);
        size |= (digit & 127) << shift;
        if (digit < 128) break;
      }
    }
    if (at > rest.size() || size > rest.size() - at) return std::nullopt;
    if (type == 1) return size > 127 ? std::nullopt : std::optional(out + '\x0a' + byte(size) + std::string(rest.substr(at, size)));
    rest.remove_prefix(at + size);
  }
  return out;
}

std::optional<std::string> expected_esds(Text body, bool pictures) {
  if (body.size() < 4) return std::nullopt;
  Text rest = body.substr(4);
  const auto stream = descriptor(rest);
  if (!stream || stream->first != 3) return std::nullopt;
  Text in = stream->second;
  const unsigned flags = u8(in, 2);
  std::size_t skip = 3 + (flags & 128 ? 2u : 0u);
  if (flags & 64) skip += 1 + u8(in, skip);
  if (flags & 32) skip += 2;
  if (skip > in.size()) return std::nullopt;
  in.remove_prefix(skip);
  const auto decoder = descriptor(in);
  if (!decoder || decoder->first != 4 || decoder->second.size() < 13) return std::nullopt;
  const unsigned object = u8(decoder->second, 0);
  const bool aac = object == 0x40 || object == 0x66 || object == 0x67 || object == 0x68;
  if (pictures ? object != 0x20 : !aac && object != 0x69 && object != 0x6b) return std::nullopt;
  std::string configuration;
  for (Text inner = decoder->second.substr(13); configuration.empty() && !inner.empty();) {
    const auto part = descriptor(inner);
    if (!part) return std::nullopt;
    if (part->first != 5) continue;
    if (pictures) configuration = expected_mpeg4(part->second);
    if (!aac) continue;
    const auto cleaned = expected_aac(part->second);
    if (!cleaned) return std::nullopt;
    configuration = *cleaned;
  }
  if (configuration.size() > 95) return std::nullopt;
  std::string fields = byte(object) + (pictures ? "\x11"s : "\x15"s) + std::string(11, '\0');
  if (!configuration.empty()) fields += described(5, configuration);
  return std::string(4, '\0') + described(3, std::string(3, '\0') + described(4, fields) + described(6, "\2"));
}

}  // namespace dokaz::intake::check
