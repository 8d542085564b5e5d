// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/sync/clock_check.hpp"

#include <cstdlib>

#include "proto/format/checkpoint.hpp"

namespace dokaz {

void ClockCheck::remember(std::int64_t off) {
  if (std::llabs(off) <= tolerance) return;
  if (!off_ || std::llabs(off) > std::llabs(*off_)) off_ = off;
}

void ClockCheck::shown_before(std::int64_t time, std::int64_t now) {
  if (time > now) remember(now - time);
}

void ClockCheck::shown_now(std::int64_t time, std::int64_t now) {
  shown_before(time, now);
  if (time < begun_) remember(begun_ - time);
}

void ClockCheck::cosigned(const Policy& policy, const Note& checkpoint, std::int64_t now) {
  for (const Witness& witness : policy.witnesses())
    for (const NoteSignature& line : checkpoint.signatures()) {
      const auto time = verify_cosignature(checkpoint, line, witness.key);
      if (time && *time < INT64_MAX) shown_before(static_cast<std::int64_t>(*time), now);
    }
}

}  // namespace dokaz
