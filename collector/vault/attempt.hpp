// SPDX-License-Identifier: GPL-3.0-or-later
// What became of the newest try to bring something to the server: kept in the vault, so that it is known after a restart.
#pragma once

#include <cstdint>
#include <optional>

#include "crypto/errc.hpp"

namespace dokaz {

/// The newest try of one statement and its objects.
struct Attempt {
  std::optional<Errc> failure;  // nothing: begun, and its end was not told
};

/// The newest run of a sync, as a whole. Times are of this device's clock, in seconds since 1970 UTC.
struct SyncRun {
  std::int64_t begun = 0;
  std::optional<std::int64_t> ended;  // nothing: under way, or killed
  std::uint64_t reached = 0;          // the number of the newest statement that there was when it began
  std::optional<Errc> failure;        // what held up all that it did not bring
  std::uint64_t server_ahead = 0;     // statements of this chain that the server holds and the vault does not
  /// Seconds that this device's clock seems to be ahead of the server's and the witnesses' (negative: behind), where
  /// that is more than a sync can explain. Said, never corrected.
  std::optional<std::int64_t> clock_off;
};

}  // namespace dokaz
