// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>

#include "collector/intake/mp4/display_matrix.hpp"
#include "collector/intake/mp4/movie.hpp"
#include "collector/intake/mp4/movie_metadata.hpp"
#include "crypto/counted.hpp"

namespace dokaz::intake::mp4 {
namespace {

using bmff::Box;
using bmff::Fields;
using bmff::Type;
using bmff::type;

constexpr std::size_t most_removed = 16'000;

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("MP4: ") + what); }
Error unsupported(std::string what) { return fail(Errc::unsupported_media, "MP4: " + what); }

class MovieReader {
 public:
  MovieReader(ByteView moov, const WalkOptions& options, LeftOut& left_out)
      : moov_(moov), content_(moov), options_(options), left_out_(left_out) {}

  Result<Movie> run() {
    DOKAZ_LET(boxes, bmff::boxes_in(content_, 0, moov_.size()));
    for (const Box& box : boxes) {
      switch (box.type) {
        case type("mvhd"): DOKAZ_TRY(read_movie_header(box)); break;
        case type("trak"):
          if (++tracks_ > most_tracks) return fail(Errc::too_large, "MP4: too many tracks");
          DOKAZ_TRY(read_track(box));
          break;
        case type("cmov"): return unsupported("a compressed movie box");
        case type("mvex"): return unsupported("a fragmented film");
        case type("rmra"): return unsupported("a film that only refers to others");
        case type("udta"): read_user_data(payload(box), left_out_.walked()); remove(box); break;
        case type("meta"): read_meta(payload(box), left_out_.walked()); remove(box); break;
        default: remove(box);
      }
    }
    if (movie_.timescale == 0) return bad("no movie header");
    // Without another film such a track is the film, and no cover.
    if (still_ != 0 && !movie_.has_pictures()) return unsupported("pictures coded as " + bmff::plain_name(still_));
    if (movie_.tracks.empty()) return unsupported("no pictures and no sound");
    for (Track& track : movie_.tracks) DOKAZ_TRY(finish(track));
    warn_of_play();
    return std::move(movie_);
  }

 private:
  ByteView payload(const Box& box) const {
    return moov_.subspan(static_cast<std::size_t>(box.payload()), static_cast<std::size_t>(box.payload_size()));
  }
  void remove(const Box& box) { remove(box, bmff::plain_name(box.type)); }
  void remove(const Box& box, const std::string& name) {
    left_out_.element("mp4." + name, moov_.subspan(static_cast<std::size_t>(box.offset), static_cast<std::size_t>(box.size)));
  }
  Result<std::vector<Box>> children(const Box& box) const { return bmff::boxes_in(content_, box.payload(), box.end()); }
  void note_time(const char* name, std::uint64_t seconds) {
    if (const std::string time = time_since_1904(seconds); !time.empty()) add_value(left_out_.walked(), name, time);
  }

  Status read_movie_header(const Box& box) {
    if (movie_.mvhd) return bad("two movie headers");
    movie_.mvhd = box;
    Fields in(payload(box));
    const std::size_t size = in.u8() == 1 ? 8 : 4;
    in.skip(3);
    note_time("mvhd.creation_time", in.number(size));
    note_time("mvhd.modification_time", in.number(size));
    movie_.timescale = in.u32();
    in.skip(size + 4);
    muted_ = in.u16() == 0;
    in.skip(10);
    const auto orientation = orientation_of_matrix(in.bytes(36));
    if (!in.ok() || movie_.timescale == 0) return bad("the movie header");
    if (orientation != 1u) return unsupported("a matrix over the whole film");
    return {};
  }

  /// One box of that type among `boxes`; nothing where there is none.
  Result<std::optional<Box>> one(const std::vector<Box>& boxes, Type name) const {
    std::optional<Box> out;
    for (const Box& box : boxes) {
      if (box.type != name) continue;
      if (out) return bad("a box twice in a track");
      out = box;
    }
    return out;
  }
  Result<Box> needed(const std::vector<Box>& boxes, Type name) const {
    DOKAZ_LET(box, one(boxes, name));
    if (!box) return fail(Errc::malformed_media, "MP4: a track without " + bmff::plain_name(name));
    return *box;
  }

  Status read_track(const Box& trak) {
    DOKAZ_LET(parts, children(trak));
    DOKAZ_LET(mdia, needed(parts, type("mdia")));
    DOKAZ_LET(media, children(mdia));
    DOKAZ_LET(hdlr, needed(media, type("hdlr")));
    DOKAZ_LET(minf, needed(media, type("minf")));
    DOKAZ_LET(information, children(minf));
    DOKAZ_LET(stbl, needed(information, type("stbl")));
    DOKAZ_LET(tables, children(stbl));
    DOKAZ_LET(stsd, needed(tables, type("stsd")));
    DOKAZ_LET(descriptions, descriptions_of(stsd));
    Fields handler_fields(payload(hdlr));
    handler_fields.skip(8);
    const Type handler = handler_fields.u32();
    const Type codec = descriptions.empty() ? 0 : descriptions.front().type;
    for (const Box& box : descriptions)
      if (box.type == type("encv") || box.type == type("enca") || box.type == type("drmi") || box.type == type("drms"))
        return unsupported("encrypted media");
    for (const Box& box : parts)
      if (box.type == type("udta")) read_user_data(payload(box), left_out_.walked());

    const bool picture = handler == type("vide");
    const bool empty = has_no_samples(tables);
    if (empty) left_out_.warn("a track without content is kept in recovery only");
    if (empty) return remove(trak, "trak.empty"), Status{};
    if (!picture && handler != type("soun")) return drop(trak, codec, handler), Status{};
    if (picture && is_still_codec(codec)) {
      still_ = codec;
      return drop(trak, codec, handler), Status{};
    }
    if (picture ? !is_picture_codec(codec) : !is_sound_codec(codec))
      return unsupported((picture ? "pictures coded as " : "sound coded as ") + bmff::plain_name(codec));

    Track track;
    track.picture = picture;
    DOKAZ_LET(tkhd, needed(parts, type("tkhd")));
    DOKAZ_LET(mdhd, needed(media, type("mdhd")));
    DOKAZ_LET(edts, one(parts, type("edts")));
    DOKAZ_LET(header, one(information, picture ? type("vmhd") : type("smhd")));
    DOKAZ_LET(dinf, one(information, type("dinf")));
    track.originals = {tkhd, mdhd, hdlr, header, {}, stsd};
    DOKAZ_TRY(read_track_header(tkhd, track));
    DOKAZ_TRY(read_media_header(mdhd, track));
    if (edts) DOKAZ_TRY(read_edit_box(*edts, track));
    if (dinf) DOKAZ_TRY(check_references(*dinf, track));
    DOKAZ_TRY(read_descriptions(descriptions, track));
    DOKAZ_LET(table, read_sample_table(moov_, tables, track.entries.front().coding.frame_bytes, track.timescale));
    track.table = std::move(table);
    DOKAZ_TRY(keep_used_entries(track));

    static constexpr Type kept[] = {type("tkhd"), type("edts"), type("mdia"), type("mdhd"), type("hdlr"), type("minf"),
                                    type("vmhd"), type("smhd"), type("dinf"), type("stbl"), type("stsd"), type("stts"),
                                    type("ctts"), type("stss"), type("stsc"), type("stsz"), type("stco"), type("co64")};
    for (const std::vector<Box>* level : {&parts, &media, &information, &tables})
      for (const Box& box : *level)
        if (std::find(std::begin(kept), std::end(kept), box.type) == std::end(kept)) remove(box);
    movie_.tracks.push_back(std::move(track));
    return {};
  }

  Result<std::vector<Box>> descriptions_of(const Box& stsd) const {
    Fields in(payload(stsd));
    const std::uint32_t version = in.u32() >> 24, count = in.u32();
    if (!in.ok()) return bad("the sample descriptions");
    DOKAZ_LET(boxes, bmff::boxes_in(content_, stsd.payload() + 8, stsd.end()));
    if (boxes.size() != count) return bad("the number of sample descriptions");
    if (boxes.size() > most_descriptions) return fail(Errc::too_large, "MP4: too many sample descriptions");
    if (version != 0) return unsupported("sample descriptions of another version");
    return boxes;
  }

  bool has_no_samples(const std::vector<Box>& tables) const {
    for (const Box& box : tables)
      if (box.type == type("stsz") || box.type == type("stz2")) {
        Fields in(payload(box));
        in.skip(8);
        return in.u32() == 0;
      }
    return false;
  }

  void drop(const Box& trak, Type codec, Type handler) {
    const std::string name = bmff::plain_name(codec != 0 ? codec : handler);
    remove(trak, "trak." + name);
    switch (codec) {
      case type("gpmd"):
      case type("camm"):
      case type("mebx"):
      case type("rtmd"):
      case type("djmd"):
        left_out_.warn("a track of sensor readings, such as places and movements, is kept in recovery only");
        break;
      case type("tmcd"): left_out_.warn("a time code track is kept in recovery only"); break;
      default:
        if (handler == type("text") || handler == type("sbtl") || handler == type("subt") || handler == type("clcp"))
          left_out_.warn("a track of texts, such as subtitles or chapters, is kept in recovery only");
        else
          left_out_.warn("a track that is neither film nor sound is kept in recovery only");
    }
  }

  Status read_track_header(const Box& box, Track& track) {
    Fields in(payload(box));
    const std::size_t size = in.u8() == 1 ? 8 : 4;
    track.flags = in.u24() & 7;
    note_time("tkhd.creation_time", in.number(size));
    note_time("tkhd.modification_time", in.number(size));
    in.skip(4 + 4 + size + 8 + 2);
    const std::uint16_t group = in.u16(), volume = in.u16();
    in.skip(2);
    const ByteView matrix = in.bytes(36);
    const std::uint32_t width = in.u32(), height = in.u32();
    if (!in.ok()) return bad("a track header is cut");
    if (group != 0) track.group = groups_.try_emplace(group, static_cast<std::uint16_t>(groups_.size() + 1)).first->second;
    constexpr std::uint32_t enabled = 1;
    if (!(track.flags & enabled))
      left_out_.warn("a track that is switched off, so that programs do not play it, stays in the clean copy");
    if (!track.picture) return silent_ = silent_ || volume == 0, Status{};
    const auto orientation = orientation_of_matrix(matrix);
    if (!orientation) return unsupported("a matrix that does more than turn or mirror");
    track.orientation = *orientation;
    track.width = width;
    track.height = height;
    return {};
  }

  Status read_media_header(const Box& box, Track& track) {
    Fields in(payload(box));
    const std::size_t size = in.u8() == 1 ? 8 : 4;
    in.skip(3);
    note_time("mdhd.creation_time", in.number(size));
    note_time("mdhd.modification_time", in.number(size));
    track.timescale = in.u32();
    if (!in.ok() || track.timescale == 0) return bad("a media header");
    return {};
  }

  Status read_edit_box(const Box& edts, Track& track) {
    DOKAZ_LET(boxes, children(edts));
    DOKAZ_LET(elst, one(boxes, type("elst")));
    for (const Box& box : boxes)
      if (box.type != type("elst")) remove(box);
    if (!elst) return {};
    DOKAZ_LET(edits, read_edits(payload(*elst)));
    track.edits = std::move(edits);
    return {};
  }

  Status check_references(const Box& dinf, Track& track) {
    constexpr std::uint32_t in_this_file = 1;
    DOKAZ_LET(boxes, children(dinf));
    DOKAZ_LET(dref, one(boxes, type("dref")));
    for (const Box& box : boxes)
      if (box.type != type("dref")) remove(box);
    if (!dref) return {};
    track.originals.dref = dref;
    if (dref->payload_size() < 8) return bad("the data references");
    DOKAZ_LET(references, bmff::boxes_in(content_, dref->payload() + 8, dref->end()));
    for (const Box& reference : references) {
      Fields in(payload(reference));
      if (!(in.u32() & in_this_file)) return unsupported("media data in other files");
    }
    return {};
  }

  Status read_descriptions(const std::vector<Box>& descriptions, Track& track) {
    for (const Box& box : descriptions) {
      std::vector<std::string> warnings;
      auto entry = track.picture ? clean_picture_entry(box.type, payload(box), options_, warnings)
                                 : clean_sound_entry(box.type, payload(box), warnings);
      if (!entry) return std::move(entry).error();
      for (std::string& warning : warnings) left_out_.warn(std::move(warning));
      if (track.picture ? !is_picture_codec(box.type) : !is_sound_codec(box.type))
        return unsupported("sample descriptions of different kinds");
      if (entry->coding.frame_bytes != (track.entries.empty() ? *entry : track.entries.front()).coding.frame_bytes)
        return unsupported("sample descriptions of different kinds");
      track.entries.push_back(std::move(*entry));
    }
    return {};
  }

  /// Descriptions without samples go; the others are counted anew.
  Status keep_used_entries(Track& track) {
    std::vector<std::uint32_t> number(track.entries.size() + 1, 0);
    for (const ChunkRun& run : track.table.runs) {
      if (run.description > track.entries.size()) return bad("a sample without description");
      number[run.description] = 1;
    }
    std::vector<SampleEntry> used;
    for (std::size_t i = 0; i < track.entries.size(); ++i) {
      if (number[i + 1] == 0) continue;
      used.push_back(std::move(track.entries[i]));
      number[i + 1] = static_cast<std::uint32_t>(used.size());
    }
    track.entries = std::move(used);
    for (ChunkRun& run : track.table.runs) run.description = number[run.description];
    return {};
  }

  /// What needs the movie header, which may stand behind the tracks.
  Status finish(Track& track) {
    track.shown_duration = track.edits.empty() ? rescaled(track.table.duration(), track.timescale, movie_.timescale)
                                               : duration_of(track.edits);
    const Hidden hidden = hidden_by(track.edits, track.table, track.timescale, movie_.timescale);
    constexpr std::uint64_t usual_in_sound = 1000;  // encoders put up to some tenths of a second of silence there
    if (track.picture && hidden.samples > 0) {
      left_out_.warn(counted("{} of {} frames are hidden by an edit list and stay in the clean copy",
                             {std::to_string(hidden.samples), std::to_string(track.table.samples)}));
    } else if (!track.picture && hidden.milliseconds > usual_in_sound) {
      left_out_.warn(counted("{} seconds of sound are hidden by an edit list and stay in the clean copy",
                             {std::to_string(hidden.milliseconds / 1000) + "." + std::to_string(hidden.milliseconds / 100 % 10)}));
    }
    return {};
  }

  /// Of what the one form of a clean copy leaves to the program that plays it.
  void warn_of_play() {
    std::size_t pictures = 0, sounds = 0;
    for (const Track& track : movie_.tracks) ++(track.picture ? pictures : sounds);
    if (silent_ || (muted_ && sounds > 0))
      left_out_.warn("sound that the original sets to volume 0 can be heard in the clean copy");
    if (pictures > 1)
      left_out_.warn("several picture tracks: all stay in the clean copy, which does not say how they lie over each other");
  }

  ByteView moov_;
  MemoryContent content_;
  const WalkOptions& options_;
  LeftOut& left_out_;
  Movie movie_;
  std::size_t tracks_ = 0;
  bool muted_ = false, silent_ = false;
  std::map<std::uint16_t, std::uint16_t> groups_;
  Type still_ = 0;
};

}  // namespace

void LeftOut::element(std::string kind, std::uint64_t length, const Sha256& digest) {
  if (walked_.removed.size() >= most_removed) full_ = true;
  else walked_.removed.push_back({std::move(kind), length, digest});
}

void LeftOut::warn(std::string warning) {
  constexpr std::size_t most_warnings = 24;
  auto& warnings = walked_.warnings;
  if (warnings.size() < most_warnings && std::find(warnings.begin(), warnings.end(), warning) == warnings.end())
    warnings.push_back(std::move(warning));
}

Status LeftOut::outcome() const {
  if (full_) return fail(Errc::too_large, "MP4: too many boxes that are not film or sound");
  return {};
}

bool Track::is_filtered() const {
  return std::any_of(entries.begin(), entries.end(), [](const SampleEntry& e) { return e.coding.filter != Filter::none; });
}

bool Movie::has_pictures() const {
  return std::any_of(tracks.begin(), tracks.end(), [](const Track& track) { return track.picture; });
}

std::uint64_t Movie::duration() const {
  std::uint64_t out = 0;
  for (const Track& track : tracks) out = std::max(out, track.shown_duration);
  return out;
}

Result<Movie> read_movie(ByteView moov, const WalkOptions& options, LeftOut& left_out) {
  return MovieReader(moov, options, left_out).run();
}

}  // namespace dokaz::intake::mp4
