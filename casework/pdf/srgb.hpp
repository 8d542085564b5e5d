// SPDX-License-Identifier: GPL-3.0-or-later
// What red, green and blue mean on our pages: an ICC profile of sRGB (IEC 61966-2-1), computed here.
#pragma once

#include "crypto/bytes.hpp"

namespace dokaz::pdf {

/// ICC version 2.1, a display profile over matrix and curves; the same bytes always.
Bytes srgb_profile();

}  // namespace dokaz::pdf
