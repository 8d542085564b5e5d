// SPDX-License-Identifier: GPL-3.0-or-later
// What walkers and checks read: a photo in memory, a film in its file, or the clean copy that a plan makes.
#pragma once

#include "crypto/readable.hpp"

namespace dokaz::intake {

using Content = Readable;
using MemoryContent = ReadableBytes;

}  // namespace dokaz::intake
