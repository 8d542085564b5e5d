// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/plain_text.hpp"

namespace dokaz::intake {
namespace {

/// Length of the acceptable character at the front; 0 where there is none (RFC 3629; C0, C1 and
/// the line and direction marks that could disguise a text are not acceptable).
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  char32_t value = first & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    value = value << 6 | (byte(i) & 0x3fu);
  }
  if ((length == 3 && value < 0x800) || (length == 4 && value < 0x10000) || value > 0x10ffff) return 0;
  if (value >= 0xd800 && value <= 0xdfff) return 0;
  if (value < 0xa0 || (value >= 0x2028 && value <= 0x202e) || (value >= 0x2066 && value <= 0x2069)) return 0;
  return length;
}

}  // namespace

std::string plain_text(std::string_view raw) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\0' || c == '\n' || c == '\r' || c == '\t'; };
  while (!raw.empty() && is_blank(raw.back())) raw.remove_suffix(1);
  while (!raw.empty() && is_blank(raw.front())) raw.remove_prefix(1);
  std::string out;
  while (!raw.empty()) {
    const std::size_t length = character(raw);
    const std::string_view next = length ? raw.substr(0, length) : std::string_view("\xef\xbf\xbd");
    if (out.size() + next.size() > text_cap) break;
    out += next;
    raw.remove_prefix(length ? length : 1);
  }
  return out;
}

bool is_plain_text(std::string_view text) {
  if (text.empty() || text.size() > text_cap) return false;
  while (!text.empty()) {
    const std::size_t length = character(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace dokaz::intake
