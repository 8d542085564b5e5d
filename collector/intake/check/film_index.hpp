// SPDX-License-Identifier: GPL-3.0-or-later
// The check's own reading of a film's index: tracks, times, sizes and places of samples.
#pragma once

#include "collector/intake/check/film_boxes.hpp"
#include "crypto/result.hpp"

namespace dokaz::intake::check {

/// Pairs of numbers (a count and a value), read one after another as single values.
class Values {
 public:
  explicit Values(std::string_view pairs) : rest_(pairs) { settle(); }
  bool ended() const { return count_ == 0; }
  std::uint32_t value() const { return value_; }
  std::uint32_t count() const { return count_; }
  /// `count` is at most count().
  void pass(std::uint32_t count) {
    count_ -= count;
    settle();
  }

 private:
  void settle() {
    while (count_ == 0 && rest_.size() >= 8) {
      count_ = static_cast<std::uint32_t>(number_at(rest_, 0, 4));
      value_ = static_cast<std::uint32_t>(number_at(rest_, 4, 4));
      rest_.remove_prefix(8);
    }
  }
  std::string_view rest_;
  std::uint32_t count_ = 0, value_ = 0;
};
/// Whether both give the same first `count` values. No pairs at all stand for zeros.
bool same_values(std::string_view a, std::string_view b, std::uint32_t count);

struct FilmEdit {
  std::uint64_t duration = 0;
  std::int64_t start = 0;
  friend bool operator==(const FilmEdit&, const FilmEdit&) = default;
};

struct FilmChunk {
  std::uint64_t offset = 0;
  std::uint32_t first_sample = 0, samples = 0, description = 0;  ///< description counted from 1
};

/// Views into the movie box.
struct FilmTrack {
  bool pictures = false;
  unsigned flags = 0, group = 0;
  std::string_view matrix;
  std::uint32_t width = 0, height = 0, timescale = 0;
  std::vector<FilmEdit> edits;
  std::vector<Atom> entries;
  std::string_view durations, offsets;       ///< pairs
  bool has_sync = false;
  std::string_view sync;                     ///< 4 bytes each
  std::uint32_t samples = 0, one_size = 0;   ///< one_size as stated
  std::uint32_t frame_size = 0;              ///< of uncompressed sound
  std::string_view sizes;
  std::vector<FilmChunk> chunks;

  std::uint32_t size_of(std::uint32_t sample) const {
    if (frame_size != 0) return frame_size;
    return one_size != 0 ? one_size : static_cast<std::uint32_t>(number_at(sizes, std::size_t{4} * sample, 4));
  }
};

struct FilmIndex {
  std::uint32_t timescale = 0;
  std::vector<FilmTrack> tracks;  ///< films and sound that have samples; no covers
};

/// From the content of `moov`. `not_clean` where it cannot be read.
Result<FilmIndex> film_index(std::string_view moov);

}  // namespace dokaz::intake::check
