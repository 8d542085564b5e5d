// SPDX-License-Identifier: GPL-3.0-or-later
// The file `contradicted` in a data folder: witnesses have seen another history of this log, and nothing is written
// until the operator has looked at it. docs/decisions/2026-11-contradicting-witness.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/files.hpp"

namespace dokaz::server {

inline constexpr std::string_view contradicted_event =
    "writes_stopped: witnesses have seen another history of this log; reading goes on; see the operator's guide, 8";

struct Contradiction {
  std::int64_t time = 0;                ///< when it was found, seconds since 1970 UTC, of the server's clock
  std::vector<std::string> witnesses;   ///< their names in the policy
};

/// There is such a file, whatever is in it.
bool is_contradicted(const Path& folder);
/// Durable when it returns. What is there already stays.
Status mark_contradicted(const Path& folder, const Contradiction& found);
/// not_found; malformed.
Result<Contradiction> read_contradiction(const Path& folder);
/// The operator has looked at it: not_found where there is none. Only while no server has the folder.
Status forget_contradiction(const Path& folder);

}  // namespace dokaz::server
