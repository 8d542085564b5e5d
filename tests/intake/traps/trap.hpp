// SPDX-License-Identifier: GPL-3.0-or-later
// A file that tries to keep or do something: what it is called, where its marker lies, what must come of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "crypto/bytes.hpp"

namespace dokaz::test {

struct Trap {
  unsigned group = 0;            ///< the case of the list in issue 3
  std::string name;              ///< also that of the file, with the extension that its content calls for
  std::string outcome;           ///< "clean", or the name of the failure
  std::function<Bytes()> make;
};
using Traps = std::vector<Trap>;

Traps jpeg_traps();
Traps png_traps();
Traps webp_traps();
Traps gif_traps();
Traps tiff_traps();
/// HEIC and AVIF.
Traps heif_traps();
/// The MP4 family.
Traps film_traps();
/// Kinds that are recognised and refused by name.
Traps refused_kinds();
/// Files that want time or memory.
Traps hostile_traps();

/// All of them.
Traps all_traps();

}  // namespace dokaz::test
