// SPDX-License-Identifier: GPL-3.0-or-later
// The forms of what a file's metadata may state: format.md section 4. The parent holds every answer against them.
#pragma once

#include <string_view>

#include "collector/intake/intake.hpp"

namespace dokaz::intake {

inline constexpr std::size_t contradictions_cap = 16;
inline constexpr std::size_t contradiction_values_cap = 16;
inline constexpr std::size_t contradiction_value_cap = 256;  ///< bytes
inline constexpr std::uint64_t largest_fact_number = (std::uint64_t{1} << 53) - 1;

/// "2026-05-01", "2026-05-01T10:12[:00[.123]][+02:00]": a day that the calendar has.
bool is_time(std::string_view text);
/// The same to the second at least, in UTC: "…Z".
bool is_satellite_time(std::string_view text);
/// "53.9,27.5667" or "53.9,27.5667,-12.5"
bool is_place(std::string_view text);
/// "exif DateTimeOriginal", "exif Make 2"
bool is_source(std::string_view text);

/// Whether name, kind and form of the value are those of a fact that metadata can state.
bool is_metadata_fact(const MetadataFact& fact);
/// Whether it names such a fact and 2 to 16 sources with values of plain text, not all of them the same.
bool is_contradiction(const Contradiction& contradiction);

}  // namespace dokaz::intake
