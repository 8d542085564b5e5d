// SPDX-License-Identifier: GPL-3.0-or-later
// The movie box (ISO/IEC 14496-12, 8.2 to 8.5): read with its tracks, and written anew.
#pragma once

#include "collector/intake/mp4/edit_list.hpp"
#include "collector/intake/mp4/sample_entry.hpp"

namespace dokaz::intake::mp4 {

inline constexpr std::size_t most_tracks = 256;
inline constexpr std::size_t most_descriptions = 16;

/// Collects what the clean copy does not hold. The list stays within what an answer may hold.
class LeftOut {
 public:
  explicit LeftOut(Walked& walked) : walked_(walked) {}
  void element(std::string kind, std::uint64_t length, const Sha256& digest);
  void element(std::string kind, ByteView bytes) { element(std::move(kind), bytes.size(), sha256(bytes)); }
  /// Each warning once.
  void warn(std::string warning);
  Walked& walked() { return walked_; }
  /// `too_large` after too many elements.
  Status outcome() const;

 private:
  Walked& walked_;
  bool full_ = false;
};

/// A track that is kept.
struct Track {
  bool picture = false;
  std::uint32_t flags = 0;            ///< enabled 1, in movie 2, in preview 4
  std::uint16_t group = 0;            ///< of alternates, counted from 1 in order of appearance
  std::uint32_t width = 0, height = 0;  ///< as shown, 16.16; 0 for sound
  unsigned orientation = 1;
  std::uint32_t timescale = 0;
  std::vector<Edit> edits;
  std::vector<SampleEntry> entries;   ///< those that are used
  SampleTable table;
  std::uint64_t shown_duration = 0;   ///< in the movie's timescale

  /// Where the original states what is written in one form; absent where it does not.
  struct Originals {
    std::optional<bmff::Box> tkhd, mdhd, hdlr, media_header, dref, stsd;
  } originals;

  /// After filtering: sizes by sample where the codec has a filter, and where each chunk begins in the
  /// clean copy's media data.
  std::vector<std::uint32_t> new_sizes;
  std::vector<std::uint64_t> new_offsets;

  bool is_filtered() const;
};

struct Movie {
  std::uint32_t timescale = 0;
  std::vector<Track> tracks;
  std::optional<bmff::Box> mvhd;

  bool has_pictures() const;
  /// In its own timescale.
  std::uint64_t duration() const;
};

/// From the payload of `moov`, which must live as long.
/// `unsupported_media`: compressed, fragmented, encrypted, external or reference movies, codecs not on the list
/// (the detail names them), matrices that do more than turn or mirror; `malformed_media`; `too_large`.
Result<Movie> read_movie(ByteView moov, const WalkOptions& options, LeftOut& left_out);

/// The whole moov box. `media_data` is where the media data begin in the clean copy. Where `left_out` is given,
/// boxes that are not as they were go into it.
Bytes write_movie(const Movie& movie, bool quicktime, bool wide_offsets, std::uint64_t media_data, ByteView original,
                  LeftOut* left_out);

}  // namespace dokaz::intake::mp4
