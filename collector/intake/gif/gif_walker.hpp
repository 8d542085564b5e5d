// SPDX-License-Identifier: GPL-3.0-or-later
// GIF (87a and 89a): screen, colours, frames and the number of plays, and nothing else.
#pragma once

#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake {

/// The clean copy is, exactly:
///   "GIF89a" screen [global colours] [loop] frame+ 3B
///   loop  = 21 FF 0B "NETSCAPE2.0" 03 01 plays 00, only with two frames or more
///   frame = [21 F9 04 flags delay index 00] 2C place flags [local colours] size data 00
/// The screen's flags are the table's bit and size, and resolution 8; its background is 0 unless it may be
/// seen (the first frame is smaller than the screen or has transparent pixels, or any frame disposes to
/// background) and is a colour of the global table; its aspect ratio is 0 for square pixels. A frame lies
/// inside the screen; its control has disposal 0 to 3, and a transparent index only where a pixel has it.
/// All other bits of flags are 0.
/// Colours that no pixel has are black in both kinds of tables; the transparent index needs no colour but
/// keeps the one it has. Every index that a pixel has is one of its table or transparent.
///
/// The data are decoded: they hold just the frame's pixels, then the code for the end, then zero bits, in
/// blocks of 255 bytes but for the last. What stands behind the last pixel is removed as `gif.lzw.slack`,
/// colours of nobody as `gif.colours.unused`, each as one element over the whole file.
///
/// `truncated_media`: ends before 3B, or the data end before the last pixel. `malformed_media`: everything
/// else that is not GIF, bytes between blocks included.
Result<Walked> walk_gif(ByteView file, const WalkOptions& options = {});

}  // namespace dokaz::intake
