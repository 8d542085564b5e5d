// SPDX-License-Identifier: GPL-3.0-or-later
// JPEG (ITU-T T.81): writes the picture anew from an allow-list, and nothing else.
#pragma once

#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake {

/// The clean copy is, exactly:
///   SOI [JFIF] [Exif with Orientation 2 to 8] [Adobe] scan+ EOI
///   scan = DQT* [SOF0|SOF1|SOF2, first scan only] DHT* [DRI] SOS coded data
/// with one table to a segment, in ascending order, only those that the scan uses and that were not
/// already in force; JFIF without density and preview; Adobe with its transform byte alone. Coded data
/// are decoded and end in the byte that holds the last bit of each interval; what stood behind is
/// removed as `jpeg.scan.slack`.
///
/// `truncated_media`: ends before EOI, or coded data end before their last block.
/// `too_large`: a progressive component of more than 2^23 blocks.
/// `unsupported_media`: lossless, hierarchical, arithmetic, 12-bit, DNL.
/// `malformed_media`: everything else that T.81 does not allow, bytes between segments included.
Result<Walked> walk_jpeg(ByteView file, const WalkOptions& options = {});

}  // namespace dokaz::intake
