// SPDX-License-Identifier: GPL-3.0-or-later
// When the case file last pulled all that there was: whoever relies on what it does not know has to know how old it is.
#pragma once

#include "casework/casefile/case_file.hpp"

namespace dokaz {

/// Of a pull that came to its end. `now`: seconds since 1970 UTC by this machine's clock, which proves nothing.
Status keep_last_pull(CaseFile& file, std::int64_t now);
/// Nothing before the first.
Result<std::optional<std::int64_t>> last_pull(CaseFile& file);

/// Longer ago than a day, never, or in the future of this clock.
bool is_old_pull(const std::optional<std::int64_t>& pulled, std::int64_t now);
/// For whoever hands something on or asks whether they may: a line of its own; empty where it is not old.
std::string old_pull_text(const std::optional<std::int64_t>& pulled, std::int64_t now);

}  // namespace dokaz
