// SPDX-License-Identifier: GPL-3.0-or-later
// WebP (RFC 9649): still pictures and animations, lossy and lossless, written anew from an allow-list of chunks.
#pragma once

#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake {

/// The clean copy is, exactly, with every size as small as its content and every padding byte zero:
///   still, simple     RIFF(WEBP picture), picture without ALPH
///   still, extended   RIFF(WEBP VP8X [ICCP] picture [EXIF]) where there is at least one of ICCP, ALPH, EXIF
///   animation         RIFF(WEBP VP8X [ICCP] ANIM ANMF(picture)+ [EXIF])
///   picture = [ALPH] "VP8 " | VP8L
/// VP8X is 10 bytes, its reserved bits zero. Its flags say just what the file holds; alpha is ALPH, or the
/// alpha bit of a VP8L, in any frame. The canvas is the picture of a still file. EXIF is the 26 bytes with
/// Orientation 2 to 8; ICCP a reduced profile (collector/intake/colour/). ANIM keeps its background only
/// where a frame lets it be seen (the first one is smaller than the canvas or has alpha and blends, or any
/// one disposes to background), else 0. The reserved bits of ANMF are zero; each frame lies inside the canvas.
///
/// A picture's bitstream says the size that its frame or canvas says. VP8: a key frame to be shown, without
/// scaling. ALPH: reserved bits zero, no other pre-processing than level reduction, and not longer than the
/// plane where it is not compressed.
/// What stands behind the end of a bitstream is removed as `webp.VP8L.slack` and so on where
/// webp_bitstream.hpp can tell: VP8L and ALPH, which are decoded. Bits of their last byte that no code has are 0. Nothing in VP8 says where its partitions end
/// but the boolean decoder; what stands behind them is seen by the judge of pixels alone (pixels_webp.cpp), and
/// only behind the last one.
///
/// `truncated_media`: the file is shorter than RIFF or a chunk says, or no picture. `malformed_media`: a
/// wrong size, a second picture, a picture out of place. `unsupported_media`: another bitstream version.
Result<Walked> walk_webp(ByteView file, const WalkOptions& options = {});

}  // namespace dokaz::intake
