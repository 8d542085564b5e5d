// SPDX-License-Identifier: GPL-3.0-or-later
// PNG and animated PNG (W3C PNG, third edition): copies an allow-list of chunks in one fixed order.
#pragma once

#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake {

/// The clean copy is, exactly:
///   signature IHDR [eXIf with Orientation 2 to 8] [cICP] [mDCV] [cLLI] [iCCP] [gAMA] [cHRM] [sRGB] [sBIT]
///   [PLTE, indexed colour only] [tRNS] [bKGD] [pHYs] [acTL] ([fcTL] IDAT+) (fcTL fdAT+)* IEND
/// with fcTL and fdAT only where there is acTL, and sRGB only where there is no iCCP. Chunks are the original's,
/// whole, with their CRC, but for these, which are written anew:
///   iCCP   the profile reduced (collector/intake/colour/) and stored (png_profile.hpp)
///   pHYs   unit 0; the two numbers differ, are 1 to 10000, and have no common divisor
///   PLTE   colours that no pixel of any frame has, nor bKGD, are 00 00 00; such entries of tRNS are ff
/// Every index that a pixel has is one of the palette's. Where a row ends within a byte, the bits behind it are
/// the same in all rows of all frames, all 0 or all 1: the file is refused otherwise, because they cannot
/// change without the raster being compressed anew.
/// Every raster is inflated to its end: it must have just the size that the header states, and nothing
/// may stand behind it in its chunks; empty IDAT are left out, and so is each of cICP to sBIT and bKGD
/// whose value is not plausible (png_values.hpp). acTL asks for at most 65535 plays.
///
/// `truncated_media`: ends before IEND, or a raster is shorter than stated. `unsupported_media`: an
/// unknown chunk that a decoder must understand. `too_large`: a raster over 4 GiB, or a row
/// over 128 MiB.
/// `malformed_media`: a wrong CRC, size, order or value.
Result<Walked> walk_png(ByteView file, const WalkOptions& options = {});

}  // namespace dokaz::intake
