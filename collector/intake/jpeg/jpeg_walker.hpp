// SPDX-License-Identifier: GPL-3.0-or-later
// JPEG (ITU-T T.81): writes the picture anew from an allow-list, and nothing else.
#pragma once

#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake {

/// The clean copy is, exactly:
///   SOI [JFIF] [Exif with Orientation 2 to 8] [Adobe] [profile] scan+ EOI
///   scan = DQT* [SOF0|SOF1|SOF2, first scan only] DHT* [DRI] SOS coded data
/// with one table to a segment, in ascending order, only those that the scan uses and that were not
/// already in force; JFIF without density and preview; Adobe with its transform byte alone; the profile as one
/// APP2 segment, `ICC_PROFILE` NUL 1 1 and a reduced profile (colour/icc_profile.hpp) for gray where the
/// frame has one component, for RGB where it has three. DRI stands where the interval of this scan is another
/// than of the one before; an interval that is not less than the scan's units is 0. Coded data are
/// decoded and end in the byte that holds the last bit of each interval, whose other bits are ones (T.81
/// F.1.2.3). What stood behind is removed as `jpeg.scan.slack`; the bytes whose filling was not ones, all of
/// them together, as `jpeg.scan.padding`. At most 1024 scans and 2^28 blocks in all of them.
///
/// Behind EOI nothing is kept, whatever it is: `jpeg.trailer.` and jpeg, mp4, samsung, zip or other. What further
/// pictures, films and previews say of themselves goes to the metadata reader.
///
/// `truncated_media`: ends before EOI, or coded data end before their last block.
/// `too_large`: a progressive component of more than 2^23 blocks, or more blocks in all scans than 2^28.
/// `unsupported_media`: lossless, hierarchical, arithmetic, 12-bit, DNL; a profile that cannot be reduced,
/// where that is asked for.
/// `malformed_media`: everything else that T.81 does not allow, bytes between segments included.
Result<Walked> walk_jpeg(ByteView file, const WalkOptions& options = {});

}  // namespace dokaz::intake
