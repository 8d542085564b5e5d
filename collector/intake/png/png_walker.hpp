// SPDX-License-Identifier: GPL-3.0-or-later
// PNG and animated PNG (W3C PNG, third edition): copies an allow-list of chunks in one fixed order.
#pragma once

#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake {

/// The clean copy is, exactly:
///   signature IHDR [eXIf with Orientation 2 to 8] [cICP] [mDCV] [cLLI] [gAMA] [cHRM] [sRGB] [sBIT]
///   [PLTE, indexed colour only] [tRNS] [bKGD] [acTL] ([fcTL] IDAT+) (fcTL fdAT+)* IEND
/// with fcTL and fdAT only where there is acTL. Chunks are the original's, whole, with their CRC.
/// Every raster is inflated to its end: it must have just the size that the header states, and nothing
/// may stand behind it in its chunks; empty IDAT are left out, and so is each of cICP to sBIT and bKGD
/// whose value is not plausible (png_values.hpp). acTL asks for at most 65535 plays.
///
/// `truncated_media`: ends before IEND, or a raster is shorter than stated. `unsupported_media`: an
/// unknown chunk that a decoder must understand. `too_large`: a raster over 4 GiB.
/// `malformed_media`: a wrong CRC, size, order or value.
Result<Walked> walk_png(ByteView file, const WalkOptions& options = {});

}  // namespace dokaz::intake
