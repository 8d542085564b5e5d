// SPDX-License-Identifier: GPL-3.0-or-later
// The sample table of one track (ISO/IEC 14496-12, 8.6 and 8.7): times, sizes and chunks of its samples.
#pragma once

#include <vector>

#include "collector/intake/bmff/boxes.hpp"

namespace dokaz::intake::mp4 {

/// So many of one value after another.
struct Run {
  std::uint32_t count = 0, value = 0;
};

/// Chunks from `first` on (counted from 0) hold so many samples of one description.
struct ChunkRun {
  std::uint32_t first = 0, samples = 0, description = 0;  ///< description counted from 1
};

/// Views into the movie box, which must live as long. All numbers agree with each other.
struct SampleTable {
  std::uint32_t samples = 0;
  std::uint32_t stated_size = 0;   ///< of each sample; 0 where they differ
  std::uint32_t uniform_size = 0;  ///< the same in bytes: QuickTime states 1 for a frame of uncompressed sound
  ByteView sizes;                  ///< 4 bytes each, where they differ
  std::vector<Run> durations;      ///< `samples` in all
  std::vector<Run> offsets;        ///< of composition, signed; none, or `samples` in all
  bool all_sync = true;
  ByteView sync;                   ///< 4 bytes each: ascending numbers of sync samples, counted from 1
  std::vector<ChunkRun> runs;      ///< the first at 0, ascending; none where there is no chunk
  ByteView chunk_offsets;
  std::size_t offset_size = 4;     ///< 4 or 8 bytes each

  std::uint32_t chunks() const { return static_cast<std::uint32_t>(chunk_offsets.size() / offset_size); }
  std::uint64_t chunk_offset(std::uint32_t index) const;
  std::uint32_t size_of(std::uint32_t sample) const {
    if (uniform_size != 0) return uniform_size;
    const Byte* at = sizes.data() + std::size_t{4} * sample;
    return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
  }
  /// Sum of all durations, in the media's timescale.
  std::uint64_t duration() const;
};

/// From the children of `stbl`, which lie in `movie`. `frame_bytes` is the size of a frame of uncompressed sound,
/// else 0. Zero runs go, equal neighbours become one.
/// `malformed_media`: tables that contradict each other or themselves; `unsupported_media`: `stz2`;
/// `too_large`: a time of 2^31 seconds and more.
Result<SampleTable> read_sample_table(ByteView movie, const std::vector<bmff::Box>& stbl, std::uint32_t frame_bytes,
                                      std::uint32_t timescale);

/// stts [ctts] [stss]; ctts has version 1 where an offset is negative, but always 0 in QuickTime, whose
/// readers take the number as signed.
void write_times(const SampleTable& table, bool quicktime, bmff::BoxWriter& out);
/// stsc.
void write_chunk_runs(const SampleTable& table, bmff::BoxWriter& out);

}  // namespace dokaz::intake::mp4
