// SPDX-License-Identifier: GPL-3.0-or-later
// `dokaz-intake draw`: one picture as paper takes it. Started by whoever makes pages, and by nobody else.
#pragma once

namespace dokaz::intake {

/// How `draw` ends where it has drawn: this, and what is to be said of the picture.
inline constexpr int drawn = 32, drawn_several = 1, drawn_with_metadata = 2, drawn_as_coded = 4;
/// How it ends where the picture cannot be drawn. Every other end is not the picture's fault.
inline constexpr int not_drawn = 1;

/// Descriptor 3 is a memory file with the picture, 4 an empty one for what is drawn, upright: of a PNG all its pixels as a
/// portable pixmap, of every other picture a JPEG. Enters the sandbox before it looks at the picture. The exit code:
/// `drawn`, with `drawn_several` where it is the first of several pages or frames, `drawn_with_metadata` where intake would
/// remove something of the file or does not know it, `drawn_as_coded` where no pixel is another than in the file;
/// `not_drawn`; else the sandbox or a descriptor failed.
int draw();

}  // namespace dokaz::intake
