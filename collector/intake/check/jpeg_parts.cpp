// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/jpeg_parts.hpp"

#include "collector/intake/check/clean_check.hpp"

namespace dokaz::intake::check {

std::size_t table_length(bool quantisation, std::string_view rest) {
  if (quantisation) {
    const std::size_t length = u8(rest, 0) < 16 ? 65 : 129;
    return u8(rest, 0) < 32 && rest.size() >= length ? length : 0;
  }
  if (rest.size() < 17 || u8(rest, 0) > 31) return 0;
  std::size_t length = 17;
  for (std::size_t i = 1; i <= 16; ++i) length += u8(rest, i);
  return rest.size() >= length ? length : 0;
}
TableName table_name(bool quantisation, std::string_view table) {
  return {quantisation ? 2 : u8(table, 0) >> 4, u8(table, 0) & 15};
}

Result<FrameHeader> frame_header(unsigned marker, std::string_view body) {
  if (body.size() < 6 || body.size() != 6 + 3 * u8(body, 5) || u8(body, 0) != 8) return unclean("frame header");
  FrameHeader frame{marker, u16(body, 3), u16(body, 1), {}};
  for (std::size_t at = 6; at < body.size(); at += 3)
    frame.components.push_back({u8(body, at), u8(body, at + 1) >> 4, u8(body, at + 1) & 15, u8(body, at + 2)});
  for (const FrameComponent& c : frame.components)
    if (c.across < 1 || c.across > 4 || c.down < 1 || c.down > 4) return unclean("frame header");
  if (frame.components.empty() || !frame.width || !frame.height) return unclean("frame header");
  return frame;
}

Result<ScanNeeds> scan_needs(const FrameHeader& frame, std::string_view body) {
  if (body.size() < 6 || body.size() != 4 + 2 * u8(body, 0)) return unclean("scan header");
  const bool progressive = frame.marker == 0xc2;
  const unsigned start = u8(body, body.size() - 3), high = u8(body, body.size() - 1) >> 4;
  const bool dc = start == 0 && high == 0, ac = !progressive || start != 0;
  ScanNeeds needs;
  unsigned most_across = 1, most_down = 1;
  for (const FrameComponent& c : frame.components)
    most_across = std::max(most_across, c.across), most_down = std::max(most_down, c.down);
  const auto up = [](std::uint64_t a, std::uint64_t b) { return a / b + (a % b != 0); };
  needs.units = up(frame.width, 8 * most_across) * up(frame.height, 8 * most_down);
  for (std::size_t at = 1; at + 3 < body.size(); at += 2) {
    const FrameComponent* found = nullptr;
    for (const FrameComponent& c : frame.components)
      if (c.id == u8(body, at)) found = &c;
    if (!found) return unclean("scan header");
    const unsigned selectors = u8(body, at + 1);
    needs.components.push_back(found->id);
    needs.tables.insert({2, found->quantisation});
    if (dc) needs.tables.insert({0, selectors >> 4});
    if (ac) needs.tables.insert({1, selectors & 15});
    if ((!dc && selectors >> 4) || (!ac && (selectors & 15))) needs.selectors_exact = false;
    if (body.size() == 6)
      needs.units = up(up(std::uint64_t{frame.width} * found->across, most_across), 8) *
                    up(up(std::uint64_t{frame.height} * found->down, most_down), 8);
  }
  return needs;
}

std::optional<Interval> next_interval(std::string_view& rest) {
  Interval out;
  for (std::size_t at = 0;;) {
    const std::size_t mark = rest.find('\xff', at);
    const std::size_t code = mark == std::string_view::npos ? mark : rest.find_first_not_of('\xff', mark);
    if (code == std::string_view::npos) return std::nullopt;
    out.fill |= code > mark + 1;
    at = code + 1;
    if (rest[code] == 0) continue;
    out.coded = rest.substr(0, mark);
    const bool restart = (u8(rest, code) & 0xf8) == 0xd0;
    if (restart) out.restart = rest[code];
    rest.remove_prefix(restart ? at : mark);
    return out;
  }
}

}  // namespace dokaz::intake::check
