// SPDX-License-Identifier: GPL-3.0-or-later
// Whether what a PNG states about its colours can be true, or is a place for something else.
#pragma once

#include "collector/intake/png/png_raster.hpp"

namespace dokaz::intake::png {

/// For a chunk of the right size, PLTE to cLLI in png_walker.hpp; true for those with no rule:
///   gAMA       0.01 to 10
///   cHRM       each x + y at most 1
///   mDCV       each x + y at most 1; minimum below maximum, at most 10000 cd/m2
///   cLLI       average at most maximum, at most 10000 cd/m2
///   cICP       code points of ITU-T H.273; matrix 0, range 0 or 1
///   sBIT       1 to the bits of a sample
///   bKGD, tRNS a sample of the picture's depth, or an index into the palette
bool is_plausible(std::string_view type, ByteView payload, const Raster& raster, std::size_t palette_entries);

}  // namespace dokaz::intake::png
