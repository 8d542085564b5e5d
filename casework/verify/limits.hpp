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
inline constexpr std::string_view no_root =
    "The case's fingerprint was not given by another way: whoever made this may have made up the case.";
inline constexpr std::string_view no_policy =
    "The policy was not given by another way: log and witnesses are those that this names itself.";
inline constexpr std::string_view unconfirmed_stamps =
    "Time stamps are here that lead to no authority's root that was given: they prove nothing.";
inline constexpr std::string_view revocation =
    "That the time authority's certificate was not revoked is not shown.";
inline constexpr std::string_view clocks =
    "The clocks contradict each other: what is proved not to be before is later than what is proved not to be after.";
inline constexpr std::string_view no_reason = "Items are withheld without a reason.";
/// Of an item of a case, in the folder of somebody without the legal group's key.
inline constexpr std::string_view original_sealed =
    "The original and the sealed facts were not opened: they are for the legal recipients alone.";
inline constexpr std::string_view item_sealed =
    "It was not cleaned, and nothing of it opens here: it is for the legal recipients alone.";
inline constexpr std::string_view not_stored = "No statement of the server that it stored the objects is here.";

}  // namespace dokaz::limit
