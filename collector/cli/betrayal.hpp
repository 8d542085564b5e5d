// SPDX-License-Identifier: GPL-3.0-or-later
// What a file would betray about people, and what a clean copy of it still would, in plain words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collector/intake/intake.hpp"

namespace dokaz::cli {

/// The most dangerous first.
enum class Danger { place, device, time, words, pictures, software, provenance, unknown };
/// "place": the name in --json.
std::string_view name_of(Danger danger);
/// "WHERE": the word in front of it.
std::string_view heading_of(Danger danger);

struct Betrayal {
  Danger danger = Danger::unknown;
  std::string what;                   ///< "where it was taken"
  std::optional<std::string> value;   ///< what the file says, safe to print
  std::size_t parts = 0;              ///< of the file that would be left out for it; 0: a value, not a part
  std::uint64_t bytes = 0;            ///< that these parts have
};

/// By danger; first what the file says, then its parts.
std::vector<Betrayal> betrayals_of(const TakenIn& item);

/// What no clean copy can take away, for this kind of file.
std::vector<std::string> remains_of(const TakenIn& item);

}  // namespace dokaz::cli
