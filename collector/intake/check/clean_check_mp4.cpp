// SPDX-License-Identifier: GPL-3.0-or-later
// The check of films and sound of the MP4 family.
#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/check/film_grammar.hpp"
#include "collector/intake/check/film_samples.hpp"

namespace dokaz::intake::check {
namespace {

constexpr std::uint64_t largest_index = std::uint64_t{96} << 20;
constexpr std::size_t most_boxes = 20'000;

/// Which of the original's entries the clean copy holds, by number from 1.
std::vector<std::uint32_t> used_entries(const FilmTrack& track) {
  std::vector<bool> used(track.entries.size() + 1);
  for (const FilmChunk& chunk : track.chunks) used[chunk.description] = true;
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 1; i < used.size(); ++i)
    if (used[i]) out.push_back(i);
  return out;
}

/// Alternate groups may be numbered anew but not divided or joined.
bool same_groups(const std::vector<FilmTrack>& a, const std::vector<FilmTrack>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if ((a[i].group == 0) != (b[i].group == 0)) return false;
    for (std::size_t j = 0; j < i; ++j)
      if ((a[i].group == a[j].group) != (b[i].group == b[j].group)) return false;
  }
  return true;
}

Result<TrackPair> compare_tracks(const FilmTrack& original, const FilmTrack& clean) {
  if (original.pictures != clean.pictures || original.flags != clean.flags || original.timescale != clean.timescale)
    return unclean("a track differs");
  if (original.width != clean.width || original.height != clean.height ||
      (clean.pictures && orientation_of_film(original.matrix) != orientation_of_film(clean.matrix)))
    return unclean("how a film is shown differs");
  if (original.edits != clean.edits) return unclean("an edit list differs");
  if (original.samples != clean.samples) return unclean("the number of samples differs");
  if (!same_values(original.durations, clean.durations, clean.samples) ||
      !same_values(original.offsets, clean.offsets, clean.samples))
    return unclean("times differ");
  const bool all_sync = !original.has_sync || original.sync.size() / 4 == original.samples;
  if (clean.has_sync ? original.sync != clean.sync || !original.has_sync : !all_sync) return unclean("sync samples differ");
  const std::vector<std::uint32_t> used = used_entries(original);
  if (used.size() != clean.entries.size() || original.chunks.size() != clean.chunks.size())
    return unclean("sample descriptions or chunks differ");
  TrackPair pair{&original, &clean, {}};
  for (std::size_t i = 0; i < used.size(); ++i) {
    DOKAZ_LET(coding, film_entry(clean.entries[i], original.entries[used[i] - 1], clean.pictures));
    pair.codings.push_back(coding);
  }
  for (std::size_t i = 0; i < clean.chunks.size(); ++i)
    if (used[clean.chunks[i].description - 1] != original.chunks[i].description) return unclean("a chunk's description differs");
  return pair;
}

/// The content of the movie box of an original.
Result<Bytes> index_of_original(const Content& file) {
  std::size_t boxes = 0;
  for (auto box = file_box(file, 0); box && ++boxes < most_boxes; box = file_box(file, box->end)) {
    if (box->name != "moov") continue;
    if (box->end - box->begin > largest_index) return unclean("an index of such a size");
    return file.bytes(box->begin, box->end - box->begin);
  }
  return unclean("no index in the original");
}

}  // namespace

Result<Checked> film(const Content& original, const Content& clean, Media media) {
  const std::string type = film_type(media);
  DOKAZ_LET(front, clean.bytes(0, std::min<std::uint64_t>(type.size() + 8, clean.size())));
  if (!text_of(front).starts_with(type)) return unclean("ftyp");
  const std::uint64_t size = number_at(text_of(front), type.size(), 4);
  if (text_of(front).substr(type.size() + 4) != "moov" || size < 8 || size > largest_index) return unclean("moov");
  DOKAZ_LET(moov, clean.bytes(type.size() + 8, size - 8));
  const std::uint64_t at = type.size() + size;
  const auto mdat = file_box(clean, at);
  if (!mdat || mdat->name != "mdat" || mdat->end != clean.size() || mdat->begin == mdat->end) return unclean("mdat");
  const std::uint64_t media_size = mdat->end - mdat->begin;
  DOKAZ_LET(stated, clean.bytes(at, 4));
  const bool long_form = media_size + 8 > UINT32_MAX;
  if (mdat->begin - at != (long_form ? 16u : 8u) || number_at(text_of(stated), 0, 4) != (long_form ? 1 : media_size + 8))
    return unclean("mdat's size");

  DOKAZ_LET(after, film_index(text_of(moov)));
  DOKAZ_TRY(film_grammar(text_of(moov), after, media, clean.size() > UINT32_MAX));
  DOKAZ_LET(original_moov, index_of_original(original));
  DOKAZ_LET(before, film_index(text_of(original_moov)));
  if (before.timescale != after.timescale) return unclean("the film's timescale differs");
  if (before.tracks.size() != after.tracks.size()) return unclean("number of tracks");
  if (!same_groups(before.tracks, after.tracks)) return unclean("alternate groups differ");
  std::vector<TrackPair> tracks;
  Checked checked{media, 0, 0, {}, {}, {}};
  for (std::size_t i = 0; i < after.tracks.size(); ++i) {
    DOKAZ_LET(pair, compare_tracks(before.tracks[i], after.tracks[i]));
    if (after.tracks[i].pictures && checked.width == 0) {
      checked.width = static_cast<std::uint32_t>(number_at(after.tracks[i].entries.front().body, 24, 2));
      checked.height = static_cast<std::uint32_t>(number_at(after.tracks[i].entries.front().body, 26, 2));
    }
    tracks.push_back(std::move(pair));
  }
  DOKAZ_LET(before_samples, clean.bytes(0, mdat->begin));
  Sha256Stream whole;
  whole.update(before_samples);
  DOKAZ_LET(hash, compare_samples(original, clean, tracks, mdat->begin, mdat->end, std::move(whole)));
  checked.clean = hash;
  return checked;
}

}  // namespace dokaz::intake::check
