// SPDX-License-Identifier: GPL-3.0-or-later
// `dokaz-intake draw`: one picture as paper takes it. Started by whoever makes pages, and by nobody else.
#pragma once

namespace dokaz::intake {

/// Descriptor 3 is a memory file with the picture, 4 an empty one for what is drawn: of a
/// PNG all its pixels as a portable pixmap, of every other picture a JPEG. Enters the sandbox before it looks
/// at the picture. The exit code: 0, 1 where it cannot be drawn, else the sandbox or a descriptor failed.
int draw();

}  // namespace dokaz::intake
