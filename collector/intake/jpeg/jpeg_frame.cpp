// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/jpeg/jpeg_frame.hpp"

#include <algorithm>

#include "collector/intake/jpeg/jpeg_segments.hpp"

namespace dokaz::intake::jpeg {
namespace {

constexpr std::uint32_t largest_side = 65500;  // what decoders accept

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("JPEG: ") + what); }

std::uint64_t divide_up(std::uint64_t value, std::uint64_t by) { return (value + by - 1) / by; }

}  // namespace

bool Scan::uses_quantisation(unsigned id) const {
  return std::any_of(components.begin(), components.end(), [&](const auto& c) { return c.quantisation == id; });
}
bool Scan::repeats_component_of(unsigned quantisation_id) const {
  return std::any_of(components.begin(), components.end(),
                     [&](const auto& c) { return c.quantisation == quantisation_id && c.repeated; });
}
bool Scan::uses_huffman(unsigned kind, unsigned id) const {
  if (kind == 0 ? !uses_dc() : !uses_ac()) return false;
  return std::any_of(components.begin(), components.end(),
                     [&](const auto& c) { return (kind == 0 ? c.dc : c.ac) == id; });
}

bool Frame::complete() const {
  return std::all_of(components.begin(), components.end(), [](const auto& c) { return c.scanned; });
}
void Frame::note_scan(const Scan& scan) {
  for (const ScanComponent& in_scan : scan.components) {
    Component& component = components[in_scan.index];
    component.scanned = true;
    for (unsigned k = scan.first; k <= scan.last; ++k) component.lowest[k] = static_cast<signed char>(scan.low);
  }
}

std::uint64_t Frame::units_in(const Scan& scan) const {
  unsigned widest = 1, highest = 1;
  for (const Component& component : components) {
    widest = std::max(widest, component.horizontal);
    highest = std::max(highest, component.vertical);
  }
  if (scan.components.size() > 1) return divide_up(width, 8 * widest) * divide_up(height, 8 * highest);
  const Component& only = components[scan.components[0].index];
  return divide_up(divide_up(std::uint64_t{width} * only.horizontal, widest), 8) *
         divide_up(divide_up(std::uint64_t{height} * only.vertical, highest), 8);
}

std::uint64_t Frame::blocks_in(const Scan& scan) const {
  std::uint64_t in_unit = 0;
  for (const ScanComponent& c : scan.components)
    in_unit += components[c.index].horizontal * components[c.index].vertical;
  return units_in(scan) * (scan.components.size() > 1 ? in_unit : 1);
}

std::uint64_t Frame::fewest_bits(const Scan& scan) const {
  if (!scan.progressive) return 2 * blocks_in(scan);  // a DC code and an end of block
  return scan.first == 0 ? blocks_in(scan) : 0;       // a run may end many blocks at once
}

Result<Frame> read_frame(Byte marker, ByteView payload) {
  if (payload.size() < 6 || payload.size() != 6 + 3 * std::size_t{payload[5]}) return bad("frame header");
  if (payload[0] != 8) return fail(Errc::unsupported_media, "JPEG: more than 8 bits a sample");
  Frame frame{marker, number16(payload.subspan(3)), number16(payload.subspan(1)), {}};
  if (frame.height == 0) return fail(Errc::unsupported_media, "JPEG: number of lines stated late");
  if (frame.width == 0 || frame.width > largest_side || frame.height > largest_side) return bad("dimensions");
  if (payload[5] < 1 || payload[5] > 4) return bad("number of components");
  for (ByteView rest = payload.subspan(6); !rest.empty(); rest = rest.subspan(3)) {
    const Component component{rest[0], static_cast<unsigned>(rest[1] >> 4), rest[1] & 15u, rest[2]};
    const auto in_range = [](unsigned sampling) { return sampling >= 1 && sampling <= 4; };
    if (!in_range(component.horizontal) || !in_range(component.vertical) || component.quantisation > 3)
      return bad("component");
    for (const Component& other : frame.components)
      if (other.id == component.id) return bad("component named twice");
    frame.components.push_back(component);
  }
  return frame;
}

Result<Scan> read_scan(const Frame& frame, ByteView payload) {
  if (payload.empty() || payload[0] < 1 || payload[0] > 4 || payload.size() != 4 + 2 * std::size_t{payload[0]})
    return bad("scan header");
  Scan scan;
  scan.progressive = frame.progressive();
  const ByteView tail = payload.last(3);
  scan.first = tail[0];
  scan.last = tail[1];
  scan.high = tail[2] >> 4;
  scan.low = tail[2] & 15;
  std::size_t next = 0;  // components come in the frame's order
  unsigned blocks = 0;
  for (ByteView rest = payload.subspan(1, 2 * std::size_t{payload[0]}); !rest.empty(); rest = rest.subspan(2)) {
    while (next < frame.components.size() && frame.components[next].id != rest[0]) ++next;
    if (next == frame.components.size()) return bad("scan of an unknown component");
    const Component& component = frame.components[next];
    blocks += component.horizontal * component.vertical;
    scan.components.push_back({next, static_cast<unsigned>(rest[1] >> 4), rest[1] & 15u, component.quantisation,
                               component.scanned, component.id});
    if (scan.components.back().dc > 3 || scan.components.back().ac > 3) return bad("table selector");
    if (component.scanned && !scan.progressive) return bad("component scanned twice");
    ++next;
  }
  if (scan.components.size() > 1 && blocks > 10) return bad("too many blocks in a unit");
  if (!scan.progressive) {
    if (scan.first != 0 || scan.last != 63 || scan.high != 0 || scan.low != 0) return bad("spectral selection");
    return scan;
  }
  const bool dc = scan.first == 0;
  if (scan.last > 63 || scan.first > scan.last || (dc && scan.last != 0) || (!dc && scan.components.size() > 1))
    return bad("spectral selection");
  if (scan.low > 13 || (scan.high != 0 && scan.high != scan.low + 1)) return bad("successive approximation");
  for (const ScanComponent& component : scan.components)
    for (unsigned k = scan.first; k <= scan.last; ++k)
      if ((!component.repeated && !dc) ||
          frame.components[component.index].lowest[k] !=
              (scan.high == 0 ? Component::nothing : static_cast<signed char>(scan.high)))
        return bad("scan out of order");
  return scan;
}

Bytes scan_segment(const Scan& scan) {
  const std::size_t count = scan.components.size();
  Bytes out = {0xff, SOS, 0, static_cast<Byte>(6 + 2 * count), static_cast<Byte>(count)};
  for (const ScanComponent& component : scan.components) {
    out.push_back(component.id);
    out.push_back(static_cast<Byte>((scan.uses_dc() ? component.dc : 0) << 4 | (scan.uses_ac() ? component.ac : 0)));
  }
  out.push_back(static_cast<Byte>(scan.first));
  out.push_back(static_cast<Byte>(scan.last));
  out.push_back(static_cast<Byte>(scan.high << 4 | scan.low));
  return out;
}

Result<std::size_t> huffman_length(ByteView tables) {
  if (tables.size() < 17 || tables[0] >> 4 > 1 || (tables[0] & 15) > 3) return bad("Huffman table");
  std::size_t symbols = 0;
  unsigned room = 1;  // codes left at this length
  for (std::size_t bits = 1; bits <= 16; ++bits) {
    room *= 2;
    if (tables[bits] > room) return bad("Huffman table");
    room -= tables[bits];
    symbols += tables[bits];
  }
  if (symbols > 256 || tables.size() < 17 + symbols) return bad("Huffman table");
  return 17 + symbols;
}

}  // namespace dokaz::intake::jpeg
