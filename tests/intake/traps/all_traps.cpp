// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/intake/traps/trap.hpp"

namespace dokaz::test {

Traps all_traps() {
  Traps out;
  for (const auto kind : {jpeg_traps, png_traps, webp_traps, gif_traps, tiff_traps, heif_traps, film_traps, refused_kinds})
    for (Trap& trap : kind()) out.push_back(std::move(trap));
  return out;
}

}  // namespace dokaz::test
