// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/mp4/display_matrix.hpp"
#include "collector/intake/mp4/movie.hpp"

namespace dokaz::intake::mp4 {
namespace {

using bmff::Box;
using bmff::BoxWriter;
using bmff::type;

constexpr std::uint32_t full_speed = 0x00010000;
constexpr std::uint16_t full_volume = 0x0100, undetermined_language = 0x55c4;

class MovieWriter {
 public:
  MovieWriter(const Movie& movie, bool quicktime, bool wide_offsets, std::uint64_t media_data, ByteView original,
              LeftOut* left_out)
      : movie_(movie), quicktime_(quicktime), wide_(wide_offsets), media_data_(media_data), original_(original),
        left_out_(left_out) {}

  Bytes run() {
    out_.begin(type("moov"));
    write_movie_header();
    std::uint32_t number = 0;
    for (const Track& track : movie_.tracks) write_track(track, ++number);
    return out_.end().take();
  }

 private:
  /// Writes one leaf box by `write`, and lists the original's where that said something else.
  void leaf(const char* name, const std::optional<Box>& original, auto&& write) {
    const std::size_t at = out_.size();
    write();
    if (!left_out_ || !original) return;
    const auto part = [&](std::uint64_t from, std::uint64_t size) {
      return original_.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(size));
    };
    if (text_of(part(original->payload(), original->payload_size())) != text_of(out_.from(at + 8)))
      left_out_->element(std::string("mp4.") + name, part(original->offset, original->size));
  }

  void write_movie_header() {
    leaf("mvhd", movie_.mvhd, [&] {
      const std::uint64_t duration = movie_.duration();
      const std::size_t size = size_of(duration);
      out_.begin_full(type("mvhd"), size == 8 ? 1 : 0).zeros(2 * size).u32(movie_.timescale).number(duration, size);
      out_.u32(full_speed).u16(full_volume).zeros(10);
      write_matrix(1, 0, 0, out_);
      out_.zeros(24).u32(movie_.tracks.size() + 1).end();
    });
  }

  static std::size_t size_of(std::uint64_t duration) { return duration > UINT32_MAX ? 8 : 4; }

  void write_track(const Track& track, std::uint32_t number) {
    out_.begin(type("trak"));
    leaf("tkhd", track.originals.tkhd, [&] {
      const std::size_t size = size_of(track.shown_duration);
      out_.begin_full(type("tkhd"), size == 8 ? 1 : 0, track.flags).zeros(2 * size).u32(number).zeros(4);
      out_.number(track.shown_duration, size).zeros(8 + 2).u16(track.group).u16(track.picture ? 0 : full_volume).zeros(2);
      write_matrix(track.orientation, track.width, track.height, out_);
      out_.u32(track.width).u32(track.height).end();
    });
    write_edits(track.edits, out_);
    out_.begin(type("mdia"));
    leaf("mdhd", track.originals.mdhd, [&] {
      const std::uint64_t duration = track.table.duration();
      const std::size_t size = size_of(duration);
      out_.begin_full(type("mdhd"), size == 8 ? 1 : 0).zeros(2 * size).u32(track.timescale).number(duration, size);
      out_.u16(undetermined_language).u16(0).end();
    });
    leaf("hdlr", track.originals.hdlr, [&] {
      write_handler(quicktime_ ? type("mhlr") : 0, track.picture ? type("vide") : type("soun"));
    });
    out_.begin(type("minf"));
    leaf(track.picture ? "vmhd" : "smhd", track.originals.media_header, [&] {
      if (track.picture) out_.begin_full(type("vmhd"), 0, 1).zeros(8).end();
      else out_.begin_full(type("smhd")).zeros(4).end();
    });
    if (quicktime_) write_handler(type("dhlr"), type("url "));
    out_.begin(type("dinf"));
    leaf("dref", track.originals.dref, [&] {
      out_.begin_full(type("dref")).u32(1).begin_full(type("url "), 0, 1).end().end();
    });
    out_.end();
    write_sample_table(track);
    out_.end().end().end();
  }

  void write_handler(bmff::Type component, bmff::Type handler) {
    out_.begin_full(type("hdlr")).u32(component).u32(handler).zeros(12 + 1).end();
  }

  void write_sample_table(const Track& track) {
    const SampleTable& table = track.table;
    out_.begin(type("stbl"));
    leaf("stsd", track.originals.stsd, [&] {
      out_.begin_full(type("stsd")).u32(track.entries.size());
      for (const SampleEntry& entry : track.entries) out_.raw(entry.box);
      out_.end();
    });
    write_times(table, quicktime_, out_);
    write_chunk_runs(table, out_);
    write_sizes(track);
    out_.begin_full(wide_ ? type("co64") : type("stco")).u32(track.new_offsets.size());
    for (const std::uint64_t offset : track.new_offsets) out_.number(media_data_ + offset, wide_ ? 8 : 4);
    out_.end().end();
  }

  /// One size for all where they are equal and it is not 0.
  void write_sizes(const Track& track) {
    const SampleTable& table = track.table;
    const bool filtered = !track.new_sizes.empty();
    const auto size_of_sample = [&](std::uint32_t i) { return filtered ? track.new_sizes[i] : table.size_of(i); };
    out_.begin_full(type("stsz"));
    if (!filtered && table.stated_size != 0) {
      out_.u32(table.stated_size).u32(table.samples).end();
      return;
    }
    const std::uint32_t first = size_of_sample(0);
    std::uint32_t equal = 1;
    while (equal < table.samples && size_of_sample(equal) == first) ++equal;
    if (first != 0 && equal == table.samples) {
      out_.u32(first).u32(table.samples).end();
      return;
    }
    out_.u32(0).u32(table.samples);
    if (!filtered) out_.raw(table.sizes);
    else for (const std::uint32_t size : track.new_sizes) out_.u32(size);
    out_.end();
  }

  const Movie& movie_;
  bool quicktime_, wide_;
  std::uint64_t media_data_;
  ByteView original_;
  LeftOut* left_out_;
  BoxWriter out_;
};

}  // namespace

Bytes write_movie(const Movie& movie, bool quicktime, bool wide_offsets, std::uint64_t media_data, ByteView original,
                  LeftOut* left_out) {
  return MovieWriter(movie, quicktime, wide_offsets, media_data, original, left_out).run();
}

}  // namespace dokaz::intake::mp4
