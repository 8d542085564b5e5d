// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/png/png_values.hpp"

#include <algorithm>

namespace dokaz::intake::png {
namespace {

constexpr std::uint32_t most_light = 10'000 * 10'000;  // in 0.0001 cd/m2

/// Numbers of `width` bytes.
std::vector<std::uint32_t> numbers(ByteView payload, std::size_t width) {
  std::vector<std::uint32_t> out;
  for (; payload.size() >= width; payload = payload.subspan(width)) {
    std::uint32_t value = 0;
    for (const Byte byte : payload.first(width)) value = value << 8 | byte;
    out.push_back(value);
  }
  return out;
}

bool are_chromaticities(const std::vector<std::uint32_t>& values, std::uint32_t one) {
  for (std::size_t i = 0; i + 1 < values.size(); i += 2)
    if (values[i] > one || values[i + 1] > one - values[i]) return false;
  return true;
}

bool are_code_points(ByteView p) {
  const bool primaries = p[0] == 1 || p[0] == 2 || (p[0] >= 4 && p[0] <= 12) || p[0] == 22;
  const bool transfer = p[1] == 1 || p[1] == 2 || (p[1] >= 4 && p[1] <= 18);
  return primaries && transfer && p[2] == 0 && p[3] <= 1;
}

}  // namespace

bool is_plausible(std::string_view type, ByteView payload, const Raster& raster, std::size_t palette_entries) {
  const bool indexed = raster.colour == 3;
  if (type == "gAMA") {
    const std::uint32_t gamma = numbers(payload, 4)[0];
    return gamma >= 1000 && gamma <= 1'000'000;
  }
  if (type == "cHRM") return are_chromaticities(numbers(payload, 4), 100'000);
  if (type == "cICP") return are_code_points(payload);
  if (type == "cLLI") {
    const auto light = numbers(payload, 4);
    return light[0] <= most_light && light[1] <= light[0];
  }
  if (type == "mDCV") {
    const auto light = numbers(payload.subspan(16), 4);
    return are_chromaticities(numbers(payload.first(16), 2), 50'000) && light[0] <= most_light && light[1] < light[0];
  }
  if (type == "sBIT") {
    const unsigned most = indexed ? 8 : raster.depth;
    return std::all_of(payload.begin(), payload.end(), [&](Byte bits) { return bits >= 1 && bits <= most; });
  }
  if (indexed) return type != "bKGD" || payload[0] < palette_entries;
  if (type == "bKGD" || type == "tRNS")
    for (const std::uint32_t sample : numbers(payload, 2))
      if (sample >> raster.depth != 0) return false;
  return true;
}

}  // namespace dokaz::intake::png
