// SPDX-License-Identifier: GPL-3.0-or-later
// The media data of a film: the kept samples in the order in which they lie in the file, and nothing between them.
#pragma once

#include "collector/intake/mp4/movie.hpp"

namespace dokaz::intake::mp4 {

/// More of these are `too_large`.
inline constexpr std::size_t most_chunks = 2'000'000, most_steps = 3'500'000;
inline constexpr std::uint32_t most_filtered_samples = std::uint32_t{1} << 24;
inline constexpr std::uint64_t most_units = std::uint64_t{1} << 25;
/// Of an AV1 or MPEG-4 sample, which is looked at as a whole.
inline constexpr std::uint64_t largest_filtered_sample = std::uint64_t{64} << 20;

/// The payload of an mdat box.
struct Extent {
  std::uint64_t begin = 0, end = 0;
};

/// Fills new_sizes and new_offsets of each track. Gives the media data, as copies of the original.
/// What lies in `media` and belongs to no kept sample is listed as `mp4.mdat.unused`; what the filters take out
/// of samples as `mp4.avc.sei` and the like, each with one digest over all of its kind in that order.
/// `malformed_media`: a sample outside `media`, samples that together are longer than `media`, broken units in
/// a sample; `too_large`.
Result<CleanPlan> gather_media_data(const Content& file, std::vector<Extent> media, Movie& movie, LeftOut& left_out);

}  // namespace dokaz::intake::mp4
