// SPDX-License-Identifier: GPL-3.0-or-later
// What holds but is proved by nobody independent: one text each, the same wherever a check says so.
// verify.sh says the same words; a test compares.
#pragma once

#include <string_view>

namespace dokaz::limit {

inline constexpr std::string_view one_log =
    "No independent witness vouches for the log: its operator alone says that it shows everybody the same.";
inline constexpr std::string_view claimed_time =
    "The time is claimed only: nobody independent proves when the statement existed.";
inline constexpr std::string_view no_earliest_time =
    "Nobody independent proves a time before which the statement did not exist.";
inline constexpr std::string_view not_stored = "No statement of the server that it stored the objects is here.";

}  // namespace dokaz::limit
