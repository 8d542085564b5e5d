// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/residue_needles.hpp"

#include <zlib.h>

#include <algorithm>
#include <bitset>

#include "collector/intake/check/residue_stream.hpp"

namespace dokaz::intake::check {
namespace {

constexpr int deepest = 2;                    // hexadecimal inside a stream inside a chunk
constexpr std::size_t stream_cap = std::size_t{1} << 20;
constexpr std::size_t surroundings = 32;      // bytes on each side of a text
constexpr std::size_t text_amid_noise = 24;
constexpr std::size_t most_kept = 4 * most_needles;
constexpr std::string_view separators = "<>\"'=";
constexpr std::string_view word_separators = " ,;:|&()[]{}/\\";

bool is_printable(unsigned byte) { return byte >= 0x20 && byte < 0x7f; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Length of the printable character at the front: ASCII, or UTF-8 from U+00A0 on; 0 where there is none.
std::size_t character(ByteView rest) {
  const unsigned first = rest[0];
  if (first < 0x80) return is_printable(first) ? 1 : 0;
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (rest.size() < length || (first == 0xc2 && rest[1] < 0xa0)) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((rest[i] & 0xc0) != 0x80) return 0;
  return length;
}

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

bool is_noise(unsigned byte) {
  return byte >= 0x7f || (byte < 0x20 && byte != 0 && byte != '\t' && byte != '\n' && byte != '\r');
}

/// Whether two fifths of what stands around [from, to) are bytes that texts and lists of texts do not have.
bool stands_amid_noise(ByteView bytes, std::size_t from, std::size_t to) {
  const std::size_t before = std::min(from, surroundings), after = std::min(bytes.size() - to, surroundings);
  const auto count = [](ByteView part) { return static_cast<std::size_t>(std::count_if(part.begin(), part.end(), is_noise)); };
  const std::size_t noise = count(bytes.subspan(from - before, before)) + count(bytes.subspan(to, after));
  return before + after >= surroundings / 2 && 5 * noise >= 2 * (before + after);
}

/// Tables hold such runs: "456789", "aaaaaa".
bool is_progression(std::string_view text) {
  for (std::size_t i = 2; i < text.size(); ++i)
    if (text[i] - text[i - 1] != text[1] - text[0]) return false;
  return true;
}

unsigned u16(ByteView bytes, std::size_t at, bool big) {
  return static_cast<unsigned>(big ? bytes[at] << 8 | bytes[at + 1] : bytes[at + 1] << 8 | bytes[at]);
}
std::size_t u32(ByteView bytes, std::size_t at, bool big) {
  const std::size_t first = u16(bytes, at, big), second = u16(bytes, at + 2, big);
  return big ? first << 16 | second : second << 16 | first;
}

/// Calls visit(tag, type, count, offset of the value) for each entry of a directory; false where there is none.
template <class Visit>
bool each_entry(ByteView tiff, std::size_t directory, bool big, Visit visit) {
  if (directory > tiff.size() || tiff.size() - directory < 2) return false;
  constexpr std::size_t most_entries = 256;
  const std::size_t entries =
      std::min({std::size_t{u16(tiff, directory, big)}, (tiff.size() - directory - 2) / 12, most_entries});
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = directory + 2 + 12 * i;
    visit(u16(tiff, at, big), u16(tiff, at + 2, big), u32(tiff, at + 4, big), u32(tiff, at + 8, big));
  }
  return true;
}

}  // namespace

std::size_t distinct_bytes(std::string_view text) {
  std::bitset<256> seen;
  for (const char c : text) seen.set(static_cast<unsigned char>(c));
  return seen.count();
}

void Needles::read(ByteView bytes, int depth) {
  read_texts(bytes, depth);
  read_utf16(bytes, false);
  read_utf16(bytes, true);
  for (const std::string_view mark : {std::string_view("II*\0", 4), std::string_view("MM\0*", 4)})
    for (std::size_t at = text_of(bytes).find(mark); at != std::string_view::npos && blocks_left_ > 0;
         at = text_of(bytes).find(mark, at + 1), --blocks_left_)
      read_exif(bytes.subspan(at));
  if (depth < deepest) read_streams(bytes, depth);
}

void Needles::read_texts(ByteView bytes, int depth) {
  const std::string_view text = text_of(bytes);
  std::size_t start = 0;
  const auto end_at = [&](std::size_t end) {
    if (end - start < shortest_needle) return;
    const std::string_view run = text.substr(start, end - start);
    if (run.size() < text_amid_noise && stands_amid_noise(bytes, start, end)) return;
    add_writings(run);
  };
  std::string hexadecimal;  // over line ends, as in "Raw profile type exif"
  int high = -1;
  const auto end_hexadecimal = [&] {
    if (depth < deepest && hexadecimal.size() >= 16) read(bytes_of(hexadecimal), depth + 1);
    hexadecimal.clear();
    high = -1;
  };
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = character(bytes.subspan(at));
    const char c = text[at];
    if (const int digit = hex_digit(c); digit < 0) {
      if (c != '\n' && (!hexadecimal.empty() || high >= 0)) end_hexadecimal();
    } else if (high < 0) {
      high = digit;
    } else {
      hexadecimal += static_cast<char>(high << 4 | digit);
      high = -1;
    }
    const bool ends = length == 0 || separators.find(c) != std::string_view::npos;
    if (ends) end_at(at);
    at += length == 0 ? 1 : length;
    if (ends) start = at;
  }
  end_at(bytes.size());
  end_hexadecimal();
}

/// Letters of the alphabets that hold by far the most texts; others count where they stand as UTF-8.
void Needles::read_utf16(ByteView bytes, bool big) {
  for (const std::size_t phase : {std::size_t{0}, std::size_t{1}}) {
    std::string run;
    std::size_t units = 0;
    const auto end = [&] {
      if (units >= shortest_needle) add_writings(run);
      run.clear();
      units = 0;
    };
    for (std::size_t at = phase; at + 1 < bytes.size(); at += 2) {
      const unsigned unit = u16(bytes, at, big);
      if (unit < 0x80 ? is_printable(unit) : (unit >= 0xc0 && unit < 0x250) || (unit >= 0x400 && unit < 0x500)) {
        ++units;
        if (unit < 0x80) run += static_cast<char>(unit);
        else run += static_cast<char>(0xc0 | unit >> 6), run += static_cast<char>(0x80 | (unit & 0x3f));
      } else if (units > 0) {
        end();
      }
    }
    end();
  }
}

/// Rationals of the GPS directory, alone and in threes.
void Needles::read_exif(ByteView tiff) {
  const bool big = tiff[0] == 'M';
  if (tiff.size() < 8) return;
  bool found = false;
  each_entry(tiff, u32(tiff, 4, big), big, [&](unsigned tag, unsigned, std::size_t, std::size_t value) {
    if (tag != 0x8825 || found) return;
    found = true;
    each_entry(tiff, value, big, [&](unsigned, unsigned type, std::size_t count, std::size_t at) {
      if (type != 5 || count == 0 || count > 3 || at > tiff.size() || tiff.size() - at < 8 * count) return;
      const std::string_view raw = text_of(tiff.subspan(at, 8 * count));
      add_number(raw);
      for (std::size_t i = 0; i < raw.size(); i += 8) add_number(raw.substr(i, 8));
    });
  });
}

void Needles::read_streams(ByteView bytes, int depth) {
  const std::string_view text = text_of(bytes);
  for (std::size_t at = text.find('\x78'); at != std::string_view::npos; at = text.find('\x78', at + 1)) {
    if (at + 2 > text.size() || ((0x78u << 8) + bytes[at + 1]) % 31 != 0 || (bytes[at + 1] & 0x20)) continue;
    if (streams_left_-- <= 0 || inflated_left_ == 0) return;
    Bytes out;
    InflatedStream stream;
    const bool good = stream.feed(bytes.subspan(at), [&](ByteView part) {
      append(out, part.first(std::min(part.size(), std::min(stream_cap, inflated_left_) - out.size())));
      return out.size() < std::min(stream_cap, inflated_left_);
    });
    if (!good && out.size() < 64) continue;  // no stream, but two bytes that look like the front of one
    inflated_left_ -= std::min(out.size(), inflated_left_);
    read(out, depth + 1);
  }
}

/// As it is, and what else a date or a UUID may be written as.
void Needles::add_writings(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  for (std::size_t at = 0; at < text.size(); at += longest_needle) {
    // The last piece is as long as the others, so that no end is too short to be looked for.
    const bool last = text.size() - at <= longest_needle;
    std::size_t from = last && text.size() > longest_needle ? text.size() - longest_needle : at;
    while (from > 0 && (static_cast<unsigned char>(text[from]) & 0xc0) == 0x80) ++from;
    std::size_t to = std::min(from + longest_needle, text.size());
    while (to < text.size() && to > from && (static_cast<unsigned char>(text[to]) & 0xc0) == 0x80) --to;
    add(text.substr(from, to - from));
  }
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t to = std::min(text.find_first_of(word_separators, from), text.size());
    if (to - from <= longest_needle && to - from < text.size()) add(text.substr(from, to - from));
    from = to + 1;
  }
  const auto has_form = [&](std::string_view form) {
    if (text.size() < form.size()) return false;
    for (std::size_t i = 0; i < form.size(); ++i)
      if (form[i] == '0' ? !is_digit(text[i]) : form[i] == 'h' ? hex_digit(text[i]) < 0 : text[i] != form[i]) return false;
    return true;
  };
  if (has_form("0000:00:00 00:00:00")) {
    std::string iso(text.substr(0, 19)), digits;
    iso[4] = iso[7] = '-';
    iso[10] = 'T';
    std::copy_if(iso.begin(), iso.end(), std::back_inserter(digits), is_digit);
    add(iso);
    add(digits);
    add(iso.substr(0, 10));
    add(text.substr(0, 10));
  }
  const std::size_t colon = text.rfind(':');  // "xmp.did:…"
  if (colon != std::string_view::npos) text.remove_prefix(colon + 1);
  if (has_form("hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh") || (text.size() == 32 && has_form("hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh"))) {
    std::string raw;
    int high = -1;
    for (const char c : text.substr(0, 36)) {
      const int digit = hex_digit(c);
      if (digit < 0) continue;
      if (high < 0) high = digit;
      else raw += static_cast<char>(high << 4 | digit), high = -1;
    }
    add_number(raw);
  }
}

void Needles::add(std::string_view text) {
  if (characters_in(text) < shortest_needle || distinct_bytes(text) < 4 || is_progression(text)) return;
  if (texts_.size() < most_kept) texts_.emplace(text);
}

void Needles::add_number(std::string_view raw) {
  // 0, 1 and 100 in a row of 32 bits stand in many tables.
  if (distinct_bytes(raw) < 5 || numbers_.size() >= 1000) return;
  if (std::find(numbers_.begin(), numbers_.end(), raw) == numbers_.end()) numbers_.emplace_back(raw);
}

std::vector<std::string> Needles::texts() const {
  std::vector<std::string> out(texts_.begin(), texts_.end());
  std::sort(out.begin(), out.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  if (out.size() > most_needles) out.resize(most_needles);
  return out;
}

}  // namespace dokaz::intake::check
