// SPDX-License-Identifier: GPL-3.0-or-later
// The check of a film's samples: both files read once, side by side.
#pragma once

#include "collector/intake/check/film_entries.hpp"
#include "collector/intake/check/film_index.hpp"

namespace dokaz::intake::check {

/// A track in both files, with the coding of each entry of the clean copy.
struct TrackPair {
  const FilmTrack* original = nullptr;
  const FilmTrack* clean = nullptr;
  std::vector<FilmCoding> codings;
};

/// The chunks of the clean copy must fill [begin, end) without a gap, in the order in which the original holds them;
/// each sample must be the original's, without the units that are no picture. Chunks agree in number and samples.
/// `front` has taken the clean copy's bytes before `begin`; gives the hash of all of it, as it was compared; `not_clean`, or what reading gives. Memory is constant but for
/// the order of chunks and, for AV1 and MPEG-4 part 2, one sample of each file.
Result<Sha256> compare_samples(const Content& original, const Content& clean, const std::vector<TrackPair>& tracks,
                               std::uint64_t begin, std::uint64_t end, Sha256Stream front);

}  // namespace dokaz::intake::check
