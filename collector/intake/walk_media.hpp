// SPDX-License-Identifier: GPL-3.0-or-later
// The one list of walkers: which of them reads which kind of file.
#pragma once

#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake {

/// Recognises the kind by its first bytes and walks the file. The failures of recognise() and of the walker.
Result<Walked> walk_media(const Content& file, const WalkOptions& options = {});

}  // namespace dokaz::intake
