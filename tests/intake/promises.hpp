// SPDX-License-Identifier: GPL-3.0-or-later
// What must hold for every file that a walker accepts. Unit tests, damaged files and fuzzers all ask here.
#pragma once

#include <string>

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/walk_media.hpp"

namespace dokaz::test {

inline Bytes clean_copy(ByteView file, const intake::CleanPlan& plan) {
  return intake::PlannedCopy(intake::MemoryContent(file), plan).bytes(0, plan.size()).value();
}

/// Empty where all hold: the independent check agrees with the walker, recovery gives the file back, and a
/// second pass finds nothing to remove and changes nothing.
inline std::string broken_promise(ByteView file, const intake::Walked& walked,
                                  const intake::WalkOptions& options = {}) {
  const Bytes clean = clean_copy(file, walked.plan);
  const auto rebuilt = apply_recovery(encode_recovery(recovery_steps(walked.plan, file.size()), file), clean, file.size());
  if (!rebuilt || !std::ranges::equal(*rebuilt, file)) return "recovery does not give the original";
  const auto checked = intake::check_clean(intake::MemoryContent(file), intake::MemoryContent(clean));
  if (!checked) return "the check refuses: " + checked.error().detail;
  if (checked->media != walked.media || checked->width != walked.width || checked->height != walked.height)
    return "the two readers disagree";
  const auto again = intake::walk_media(intake::MemoryContent(clean), options);
  if (!again) return "a second pass refuses: " + again.error().detail;
  if (!again->removed.empty()) return "a second pass removes " + again->removed.front().kind;
  if (clean_copy(clean, again->plan) != clean) return "a second pass changes something";
  return {};
}

}  // namespace dokaz::test
