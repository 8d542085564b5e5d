// SPDX-License-Identifier: GPL-3.0-or-later
// Signed histories of pictures (C2PA, in JUMBF boxes of ISO/IEC 19566-5), wherever a file keeps them.
#pragma once

#include "collector/intake/plan/content.hpp"
#include "collector/intake/plan/left_out.hpp"

namespace dokaz::intake {

/// Whether a C2PA manifest store begins in what was left out: the label box of JUMBF with C2PA's UUID, which
/// JPEG's APP11, PNG's caBX, the uuid box of films and the C2PA chunk of WebP hold alike. At most 32 MiB are
/// looked at, the first 2 MiB of longer stretches.
Result<bool> holds_c2pa(const Content& original, const CleanPlan& plan);

}  // namespace dokaz::intake
