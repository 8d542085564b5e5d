// SPDX-License-Identifier: GPL-3.0-or-later
// What an item states, as facts of the registry, split by who may see them: format.md section 4.
#pragma once

#include "collector/intake/beside.hpp"
#include "collector/intake/intake.hpp"
#include "proto/format/fact.hpp"
#include "proto/format/object.hpp"

namespace dokaz {

inline constexpr std::size_t max_written_note_size = 8192;  // bytes of UTF-8
/// A seal commits to a multiple of this many facts: decoys fill up, so that their number does not
/// tell whether a photo held a place, a camera's serial number or a note.
inline constexpr std::size_t fact_count_step = 32;
/// So many commitments fit in a statement: 47 bytes each, and some 600 for the other lines.
inline constexpr std::size_t max_facts_of_item = 10 * fact_count_step;

struct ItemFacts {
  std::vector<Fact> team;
  std::vector<Fact> legal;
};

/// `malformed` if the note is not UTF-8 or has control characters other than tab and line feed,
/// `too_large` if it is over max_written_note_size.
Status check_note(std::string_view note);
/// Whether it is UTF-8 without control characters other than tab and line feed.
bool check_text(std::string_view text);
/// All but original.sha512, for which there is room: it is found while the clean copy is sealed. The failures of
/// check_note; `too_large` for more than max_facts_of_item. A file name that is not UTF-8 is stated with "?" in the place of what is not, and a warning.
/// `stated` are facts of the documenter's own, for the legal recipients.
Result<ItemFacts> facts_of(const TakenIn& item, std::string_view file_name, std::string_view note,
                           const std::vector<Sidecar>& sidecars = {}, const std::vector<Fact>& stated = {});
/// Of a file that was not cleaned: all of them for the legal recipients, the note as well, since there is no
/// object for the team; but original.sha512. The same failures.
Result<ItemFacts> facts_of_uncleaned(const UncleanedFile& file, const Sha256& original_sha256,
                                     std::string_view file_name, std::string_view note,
                                     const std::vector<Sidecar>& sidecars = {},
                                     const std::vector<Fact>& stated = {});
/// The sidecars as an object holds them.
std::vector<SidecarMember> sidecar_members(const std::vector<Sidecar>& sidecars);
/// The fact that was missing.
void add_original_sha512(ItemFacts& facts, const Sha512& hash);

}  // namespace dokaz
