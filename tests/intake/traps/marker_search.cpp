// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/intake/traps/marker_search.hpp"

#include <zlib.h>

#include <algorithm>

#include "tests/unit/collector/intake_pictures.hpp"

namespace dokaz::test {
namespace {

std::string base64_of(std::string_view text, std::size_t shift) {
  // The characters that do not depend on what stands before and behind.
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::string padded = std::string(shift, '\0') + std::string(text);
  std::string out;
  for (std::size_t bit = shift == 0 ? 0 : shift == 1 ? 12 : 18; bit + 6 <= 8 * padded.size(); bit += 6) {
    unsigned value = 0;
    for (std::size_t i = bit; i < bit + 6; ++i)
      value = value << 1 | (static_cast<unsigned char>(padded[i / 8]) >> (7 - i % 8) & 1u);
    out += digits[value];
  }
  return out;
}

/// Name and bytes.
std::vector<std::pair<std::string, std::string>> forms_of(const std::string& text) {
  std::string lower = text, upper = text, little, big, hex, hex_upper, reversed, turned(text.rbegin(), text.rend());
  std::transform(text.begin(), text.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  std::transform(text.begin(), text.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
  for (const char c : text) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    little += {c, '\0'};
    big += {'\0', c};
    hex += {digits[byte >> 4], digits[byte & 15]};
    unsigned mirror = 0;
    for (unsigned bit = 0; bit < 8; ++bit) mirror |= (byte >> bit & 1u) << (7 - bit);
    reversed += static_cast<char>(mirror);
  }
  std::transform(hex.begin(), hex.end(), std::back_inserter(hex_upper), [](unsigned char c) { return std::toupper(c); });
  return {{"text", text}, {"lower case", lower}, {"upper case", upper}, {"UTF-16", little}, {"UTF-16", big},
          {"base64", base64_of(text, 0)}, {"base64", base64_of(text, 1)}, {"base64", base64_of(text, 2)},
          {"hexadecimal", hex}, {"hexadecimal", hex_upper}, {"reversed bits", reversed}, {"turned over", turned}};
}

std::string inflated(ByteView from) {
  z_stream zlib{};
  std::string out;
  if (inflateInit(&zlib) != Z_OK) return out;
  zlib.next_in = const_cast<Bytef*>(from.data());
  zlib.avail_in = static_cast<uInt>(std::min<std::size_t>(from.size(), std::size_t{64} << 20));
  constexpr std::size_t most = std::size_t{16} << 20;
  std::string room(65536, '\0');
  for (int outcome = Z_OK; outcome == Z_OK && out.size() < most;) {
    zlib.next_out = reinterpret_cast<Bytef*>(room.data());
    zlib.avail_out = static_cast<uInt>(room.size());
    outcome = inflate(&zlib, Z_NO_FLUSH);
    out.append(room, 0, room.size() - zlib.avail_out);
  }
  inflateEnd(&zlib);
  return out;
}

}  // namespace

MarkerSearch::MarkerSearch(std::vector<std::string> markers) {
  for (std::size_t i = 0; i < markers.size(); ++i)
    for (auto& [name, bytes] : forms_of(markers[i])) forms_.push_back({i, name, std::move(bytes)});
}

void MarkerSearch::find(std::string_view text, const std::string& how, std::vector<Found>& found) const {
  for (const Form& form : forms_)
    if (text.find(form.bytes) != text.npos) found.push_back({form.marker, form.name + how});
}

std::vector<MarkerSearch::Found> MarkerSearch::in(ByteView bytes) const {
  std::vector<Found> found;
  find(text_of(bytes), "", found);
  for (std::size_t at = 0; at + 2 < bytes.size(); ++at) {
    // RFC 1950: Deflate, a window of at most 32 KiB, and the check of both bytes.
    if ((bytes[at] & 15) != 8 || bytes[at] >> 4 > 7 || (bytes[at] << 8 | bytes[at + 1]) % 31 != 0) continue;
    find(inflated(bytes.subspan(at)), ", compressed", found);
  }
  return found;
}

std::string form_of_marker(ByteView bytes) {
  static const MarkerSearch search({std::string(canary)});
  const auto found = search.in(bytes);
  return found.empty() ? std::string() : found.front().form;
}

}  // namespace dokaz::test
