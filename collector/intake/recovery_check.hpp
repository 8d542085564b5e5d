// SPDX-License-Identifier: GPL-3.0-or-later
// Recovery is made, read again and compared with the original, before anybody relies on it.
#pragma once

#include "crypto/hash.hpp"
#include "proto/format/recovery.hpp"

namespace dokaz::intake {

/// A recovery whose bytes, read by RecoveryReader, gave the original.
struct CheckedRecovery {
  std::uint64_t size = 0;
  Sha256 recovery;
  Sha256 original;
};

/// Two windows are in memory at a time. `not_recoverable`; `io_error` where the original cannot be read.
Result<CheckedRecovery> check_recovery(const Readable& original, const Readable& clean,
                                       std::span<const RecoveryStep> steps);

}  // namespace dokaz::intake
