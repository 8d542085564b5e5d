// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/film_grammar.hpp"

namespace dokaz::intake::check {
namespace {

using namespace std::string_view_literals;

std::string four(std::uint64_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
  return out;
}

/// x' = ax + cy, y' = bx + dy for the orientations from 1, as signs.
constexpr int signs[8][4] = {{1, 0, 0, 1}, {-1, 0, 0, 1}, {-1, 0, 0, -1}, {1, 0, 0, -1},
                             {0, 1, 1, 0}, {0, 1, -1, 0}, {0, -1, -1, 0}, {0, -1, 1, 0}};

std::string number_of(int sign) { return sign == 0 ? four(0) : sign > 0 ? four(0x10000) : four(0xffff0000); }

std::string matrix_of(unsigned orientation, std::uint32_t width, std::uint32_t height) {
  const auto& s = signs[orientation - 1];
  // Turned, the picture reaches below zero by so much.
  const std::uint32_t x = s[0] < 0 ? width : s[2] < 0 ? height : 0, y = s[1] < 0 ? width : s[3] < 0 ? height : 0;
  return number_of(s[0]) + number_of(s[1]) + four(0) + number_of(s[2]) + number_of(s[3]) + four(0) + four(x) + four(y) +
         four(0x40000000);
}

/// Rounded up; `value` is below 2^31 seconds.
std::uint64_t in_units(std::uint64_t value, std::uint64_t from, std::uint64_t to) {
  const std::uint64_t whole = value / from, part = value % from;
  return whole * to + (part * to) / from + ((part * to) % from != 0 ? 1 : 0);
}

std::size_t width_of(std::uint64_t value) { return value >> 32 ? 8 : 4; }
std::uint64_t version_for(std::uint64_t value) { return value >> 32 ? 0x01000000 : 0; }

struct TrackTimes {
  std::uint64_t media = 0, shown = 0;
};

Result<TrackTimes> times_of(const FilmTrack& track, std::uint32_t timescale) {
  TrackTimes out;
  if (track.timescale == 0) return unclean("a timescale of 0");
  std::uint64_t counted = 0;
  for (Values values(track.durations); !values.ended(); values.pass(values.count())) {
    if (values.value() >> 31) return unclean("a negative duration");
    counted += values.count();
    if (counted > track.samples) return unclean("more durations than samples");
    out.media += std::uint64_t{values.count()} * values.value();
  }
  if (counted != track.samples || out.media / track.timescale >> 31) return unclean("durations");
  if (track.edits.empty()) out.shown = in_units(out.media, track.timescale, timescale);
  if (track.edits.size() > 256) return unclean("too many edits");
  for (const FilmEdit& edit : track.edits) {
    if (edit.duration >> 47 || edit.start < -1 || edit.start >> 47 > 0) return unclean("an edit's time");
    out.shown += edit.duration;
  }
  return out;
}

bool is_merged(std::string_view pairs) {
  for (std::size_t at = 0; at < pairs.size(); at += 8) {
    if (number_at(pairs, at, 4) == 0) return false;
    if (at > 0 && pairs.substr(at + 4, 4) == pairs.substr(at - 4, 4)) return false;
  }
  return true;
}

Status time_tables(Strict& stbl, const FilmTrack& track, bool quicktime) {
  Strict stts = stbl.full_box("stts");
  stts.expect(track.durations.size() / 8, 4).text(track.durations);
  if (!stts.done() || !is_merged(track.durations)) return unclean("stts");
  if (stbl.next_is("ctts")) {
    bool negative = false, any = false;
    std::uint64_t counted = 0;
    for (Values values(track.offsets); !values.ended(); values.pass(values.count())) {
      negative = negative || values.value() >> 31;
      any = any || values.value() != 0;
      counted += values.count();
      if (counted > track.samples) return unclean("ctts");
    }
    Strict ctts = stbl.full_box("ctts", negative && !quicktime ? 0x01000000 : 0);
    ctts.expect(track.offsets.size() / 8, 4).text(track.offsets);
    if (!ctts.done() || !is_merged(track.offsets) || !any || counted != track.samples) return unclean("ctts");
  }
  if (stbl.next_is("stss")) {
    Strict stss = stbl.full_box("stss");
    stss.expect(track.sync.size() / 4, 4).text(track.sync);
    if (!stss.done() || track.sync.size() / 4 >= track.samples) return unclean("stss");
    std::uint64_t last = 0;
    for (std::size_t at = 0; at < track.sync.size(); at += 4) {
      const std::uint64_t sample = number_at(track.sync, at, 4);
      if (sample <= last || sample > track.samples) return unclean("stss");
      last = sample;
    }
  }
  return {};
}

Status place_tables(Strict& stbl, const FilmTrack& track, bool wide) {
  Strict stsc = stbl.full_box("stsc");
  const std::uint64_t runs = stsc.number(4);
  if (!stsc.holds() || runs == 0 || stsc.rest().size() != runs * 12) return unclean("stsc");
  std::uint64_t last = 0;
  std::string_view held;
  std::vector<bool> used(track.entries.size());
  for (std::uint64_t i = 0; i < runs; ++i) {
    const std::uint64_t first = stsc.number(4);
    const std::string_view what = stsc.take(8);
    const std::uint64_t description = number_at(what, 4, 4);
    if ((i == 0 ? first != 1 : first <= last) || first > track.chunks.size() || what == held) return unclean("stsc");
    if (number_at(what, 0, 4) == 0 || description == 0 || description > used.size()) return unclean("stsc");
    used[static_cast<std::size_t>(description - 1)] = true;
    last = first;
    held = what;
  }
  for (const bool is_used : used)
    if (!is_used) return unclean("a sample description without samples");

  Strict stsz = stbl.full_box("stsz");
  stsz.expect(track.one_size, 4).expect(track.samples, 4);
  if (track.frame_size != 0) stsz.demand(track.one_size == 1 || track.one_size == track.frame_size);
  if (track.one_size == 0) {
    const std::string_view sizes = stsz.take(std::size_t{4} * track.samples);
    bool differ = number_at(sizes, 0, 4) == 0;
    for (std::size_t at = 4; at < sizes.size() && !differ; at += 4) differ = sizes.substr(at, 4) != sizes.substr(0, 4);
    stsz.demand(differ);
  }
  if (!stsz.done()) return unclean("stsz");

  Strict offsets = stbl.full_box(wide ? "co64" : "stco");
  offsets.expect(track.chunks.size(), 4).take((wide ? 8 : 4) * track.chunks.size());
  if (!offsets.done()) return unclean("chunk offsets");
  return {};
}

Status edit_list(Strict& trak, const FilmTrack& track) {
  bool wide = false;
  for (const FilmEdit& edit : track.edits) wide = wide || edit.duration >> 32 || edit.start >> 31 > 0;
  const std::size_t size = wide ? 8 : 4;
  Strict edts = trak.box("edts");
  Strict elst = edts.full_box("elst", wide ? 0x01000000 : 0);
  elst.expect(track.edits.size(), 4).demand(!track.edits.empty());
  for (std::size_t i = 0; i < track.edits.size(); ++i) elst.take(2 * size), elst.expect(0x10000, 4);
  if (!elst.done() || !edts.done()) return unclean("edit list");
  return {};
}

Strict handler(Strict& in, std::string_view component, std::string_view kind) {
  Strict hdlr = in.full_box("hdlr");
  hdlr.text(component).text(kind).zeros(13);
  return hdlr;
}

class TrackGrammar {
 public:
  TrackGrammar(const FilmIndex& index, Media media, bool wide)
      : index_(index), quicktime_(media == Media::quicktime), wide_(wide) {}

  Status track(Strict trak, const FilmTrack& track, std::uint64_t number) {
    DOKAZ_LET(times, times_of(track, index_.timescale));
    const std::size_t size = width_of(times.shown);
    const unsigned group = track.group;
    if (group > groups_ + 1) return unclean("alternate group");
    groups_ = std::max(groups_, group);
    Strict tkhd = trak.full_box("tkhd", version_for(times.shown) | track.flags);
    tkhd.zeros(2 * size).expect(number, 4).zeros(4).expect(times.shown, size).zeros(10).expect(group, 2);
    tkhd.expect(track.pictures ? 0 : 0x100, 2).zeros(2);
    const unsigned orientation = track.pictures ? orientation_of_film(track.matrix) : 1;
    if (orientation == 0) return unclean("display matrix");
    tkhd.text(matrix_of(orientation, track.width, track.height)).expect(track.width, 4).expect(track.height, 4);
    if (!tkhd.done()) return unclean("tkhd");
    if (trak.next_is("edts")) DOKAZ_TRY(edit_list(trak, track));
    else if (!track.edits.empty()) return unclean("edit list");
    Strict mdia = trak.box("mdia");
    DOKAZ_TRY(media(mdia, track, times));
    if (!mdia.done() || !trak.done()) return unclean("a track holds more");
    return {};
  }

 private:
  Status media(Strict& mdia, const FilmTrack& track, const TrackTimes& times) {
    const std::size_t size = width_of(times.media);
    Strict mdhd = mdia.full_box("mdhd", version_for(times.media));
    mdhd.zeros(2 * size).expect(track.timescale, 4).expect(times.media, size).expect(0x55c4, 2).zeros(2);
    if (!mdhd.done()) return unclean("mdhd");
    if (!handler(mdia, quicktime_ ? "mhlr"sv : "\0\0\0\0"sv, track.pictures ? "vide" : "soun").done()) return unclean("hdlr");
    Strict minf = mdia.box("minf");
    Strict header = minf.full_box(track.pictures ? "vmhd" : "smhd", track.pictures ? 1 : 0);
    if (!header.zeros(track.pictures ? 8 : 4).done()) return unclean("media header");
    if (quicktime_ && !handler(minf, "dhlr", "url ").done()) return unclean("data handler");
    Strict dinf = minf.box("dinf");
    Strict dref = dinf.full_box("dref");
    Strict url = dref.expect(1, 4).full_box("url ", 1);
    if (!url.done() || !dref.done() || !dinf.done()) return unclean("data reference");
    Strict stbl = minf.box("stbl");
    Strict stsd = stbl.full_box("stsd");
    stsd.expect(track.entries.size(), 4).demand(track.entries.size() <= 16);
    for (const Atom& entry : track.entries) stsd.text(entry.whole);
    if (!stsd.done()) return unclean("stsd");
    DOKAZ_TRY(time_tables(stbl, track, quicktime_));
    DOKAZ_TRY(place_tables(stbl, track, wide_));
    if (!stbl.done() || !minf.done()) return unclean("a sample table holds more");
    return {};
  }

  const FilmIndex& index_;
  bool quicktime_, wide_;
  unsigned groups_ = 0;
};

}  // namespace

std::string film_type(Media media) {
  switch (media) {
    case Media::mp4: return four(28) + "ftypmp42" + four(0) + "mp42isomiso6";
    case Media::quicktime: return four(20) + "ftypqt  " + four(0) + "qt  ";
    case Media::three_gp: return four(28) + "ftyp3gp6" + four(0) + "3gp6isomiso6";
    case Media::m4a: return four(32) + "ftypM4A " + four(0) + "M4A mp42isomiso6";
    case Media::jpeg:
    case Media::png:
    case Media::webp:
    case Media::gif:
    case Media::tiff:
    case Media::heic:
    case Media::avif: break;
  }
  return {};
}

unsigned orientation_of_film(std::string_view matrix) {
  if (matrix.size() != 36) return 0;
  if (matrix.find_first_not_of('\0') == matrix.npos) return 1;
  if (matrix.substr(8, 4) != four(0) || matrix.substr(20, 4) != four(0) || matrix.substr(32) != four(0x40000000)) return 0;
  for (unsigned i = 0; i < 8; ++i) {
    const auto& s = signs[i];
    if (matrix.substr(0, 8) == number_of(s[0]) + number_of(s[1]) && matrix.substr(12, 8) == number_of(s[2]) + number_of(s[3]))
      return i + 1;
  }
  return 0;
}

Status film_grammar(std::string_view moov, const FilmIndex& index, Media media, bool wide) {
  if (index.tracks.empty() || index.tracks.size() > 256) return unclean("number of tracks");
  std::uint64_t longest = 0;
  bool pictures = false;
  for (const FilmTrack& track : index.tracks) {
    DOKAZ_LET(times, times_of(track, index.timescale));
    longest = std::max(longest, times.shown);
    pictures = pictures || track.pictures;
  }
  if (pictures != (media != Media::m4a)) return unclean("kind of film");
  Strict rest(moov);
  Strict mvhd = rest.full_box("mvhd", version_for(longest));
  const std::size_t size = width_of(longest);
  mvhd.zeros(2 * size).expect(index.timescale, 4).expect(longest, size).expect(0x10000, 4).expect(0x100, 2).zeros(10);
  mvhd.text(matrix_of(1, 0, 0)).zeros(24).expect(index.tracks.size() + 1, 4);
  if (!mvhd.done()) return unclean("mvhd");
  TrackGrammar grammar(index, media, wide);
  std::uint64_t number = 0;
  for (const FilmTrack& track : index.tracks) DOKAZ_TRY(grammar.track(rest.box("trak"), track, ++number));
  if (!rest.done()) return unclean("the index holds more");
  return {};
}

}  // namespace dokaz::intake::check
