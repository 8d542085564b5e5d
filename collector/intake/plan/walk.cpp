// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake {

unsigned orientation_of(ByteView tiff) {
  if (tiff.size() < 10) return 0;
  const bool big = tiff[0] == 'M' && tiff[1] == 'M';
  if (!big && !(tiff[0] == 'I' && tiff[1] == 'I')) return 0;
  const auto short_at = [&](std::size_t at) {
    return static_cast<unsigned>(big ? tiff[at] << 8 | tiff[at + 1] : tiff[at + 1] << 8 | tiff[at]);
  };
  const auto long_at = [&](std::size_t at) {
    const std::size_t first = short_at(at), second = short_at(at + 2);
    return big ? first << 16 | second : second << 16 | first;
  };
  if (short_at(2) != 42) return 0;
  const std::size_t directory = long_at(4);
  if (directory > tiff.size() - 2) return 0;
  const std::size_t entries = short_at(directory);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.size()) return 0;
    if (short_at(entry) != 0x0112) continue;
    const unsigned value = short_at(entry + 8);
    const bool well_formed = short_at(entry + 2) == 3 && long_at(entry + 4) == 1 && value >= 1 && value <= 8;
    return well_formed ? value : 0;
  }
  return 0;
}

Bytes canonical_exif(unsigned orientation) {
  return {'M', 'M', 0, 42, 0, 0, 0, 8,                                             // header, directory at 8
          0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, static_cast<Byte>(orientation), 0, 0,  // one SHORT
          0, 0, 0, 0};                                                             // no further directory
}

}  // namespace dokaz::intake
