// SPDX-License-Identifier: GPL-3.0-or-later
// Edit lists (ISO/IEC 14496-12, 8.6.6): which part of the samples is shown, and when.
#pragma once

#include "collector/intake/mp4/sample_table.hpp"

namespace dokaz::intake::mp4 {

struct Edit {
  std::uint64_t duration = 0;    ///< in the movie's timescale
  std::int64_t media_time = 0;   ///< in the media's timescale; -1: nothing is shown
};

inline constexpr std::size_t most_edits = 256;

/// From the payload of `elst`. `unsupported_media` where an edit changes the speed, `too_large` for more
/// than `most_edits`, `malformed_media` for another negative time or one of 2^47 and more.
Result<std::vector<Edit>> read_edits(ByteView payload);

/// edts with elst, of version 1 where a number needs it; nothing for no edits.
void write_edits(const std::vector<Edit>& edits, bmff::BoxWriter& out);

/// Sum of the edits' durations, in the movie's timescale.
std::uint64_t duration_of(const std::vector<Edit>& edits);

struct Hidden {
  std::uint32_t samples = 0;       ///< of which no part is ever shown
  std::uint64_t milliseconds = 0;  ///< of those together
};
/// No edits hide nothing.
Hidden hidden_by(const std::vector<Edit>& edits, const SampleTable& table, std::uint32_t media_timescale,
                 std::uint32_t movie_timescale);

/// `value` units of `from` in units of `to`, rounded up; for less than 2^31 seconds.
inline std::uint64_t rescaled(std::uint64_t value, std::uint32_t from, std::uint32_t to) {
  return value / from * to + (value % from * to + from - 1) / from;
}

}  // namespace dokaz::intake::mp4
