// SPDX-License-Identifier: GPL-3.0-or-later
// Small films and sound files of the MP4 family, made box by box, so that a test can lie in any one place.
#pragma once

#include "intake_pictures.hpp"

namespace dokaz::test {

inline Bytes big16(std::uint32_t value) { return {static_cast<Byte>(value >> 8), static_cast<Byte>(value)}; }
inline Bytes big64(std::uint64_t value) {
  return joined({big32(static_cast<std::uint32_t>(value >> 32)), big32(static_cast<std::uint32_t>(value))});
}
inline Bytes box(std::string_view name, const Bytes& payload) {
  return joined({big32(static_cast<std::uint32_t>(payload.size() + 8)), text(name), payload});
}
inline Bytes full_box(std::string_view name, const Bytes& payload, std::uint32_t version_and_flags = 0) {
  return box(name, joined({big32(version_and_flags), payload}));
}
inline Bytes numbers(std::initializer_list<std::uint32_t> values) {
  Bytes out;
  for (const std::uint32_t value : values) append(out, big32(value));
  return out;
}
/// A table: how many, then the values.
inline Bytes listed(std::size_t fields, std::initializer_list<std::uint32_t> values) {
  return joined({big32(static_cast<std::uint32_t>(values.size() / fields)), numbers(values)});
}

/// A NAL unit with a length of four bytes.
inline Bytes unit(std::initializer_list<int> head, const Bytes& body = {1, 2, 3, 4}) {
  Bytes out = big32(static_cast<std::uint32_t>(head.size() + body.size()));
  for (const int byte : head) out.push_back(static_cast<Byte>(byte));
  append(out, body);
  return out;
}
inline Bytes set_unit(const Bytes& unit) { return joined({big16(static_cast<std::uint32_t>(unit.size())), unit}); }

inline Bytes avc_record() {
  return joined({{1, 66, 0, 30, 0xff, 0xe1}, set_unit({0x67, 66, 0, 30}), {1}, set_unit({0x68, 1})});
}
inline Bytes picture_entry(std::string_view codec, const Bytes& children, const Bytes& compressor = Bytes(32, 0),
                           const Bytes& vendor = Bytes(4, 0)) {
  return box(codec, joined({Bytes(6, 0), big16(1), Bytes(4, 0), vendor, Bytes(8, 0), big16(64), big16(48),
                            numbers({0x480000, 0x480000, 0}), big16(1), compressor, big16(24), big16(0xffff), children}));
}
inline Bytes avc_entry(const Bytes& more = {}, const Bytes& record = avc_record()) {
  return picture_entry("avc1", joined({box("avcC", record), more}));
}
inline Bytes sound_entry(std::string_view codec, const Bytes& children, std::uint32_t channels = 2,
                         const Bytes& vendor = Bytes(4, 0), int version = 0, const Bytes& fields = {}) {
  return box(codec, joined({Bytes(6, 0), big16(1), big16(static_cast<std::uint32_t>(version)), Bytes(2, 0), vendor,
                            big16(channels), big16(16), Bytes(4, 0), big32(48000u << 16), fields, children}));
}
inline Bytes descriptor(int tag, const Bytes& content) {
  return joined({{static_cast<Byte>(tag), static_cast<Byte>(content.size())}, content});
}
inline Bytes esds(int object = 0x40, const Bytes& configuration = {0x11, 0x90}, const Bytes& more = {}) {
  const Bytes decoder = joined({{static_cast<Byte>(object), 0x15}, Bytes(3, 7), numbers({96000, 64000}), descriptor(5, configuration)});
  return full_box("esds", descriptor(3, joined({big16(2), {0}, descriptor(4, decoder), descriptor(6, {2}), more})));
}
inline Bytes aac_entry() { return sound_entry("mp4a", esds()); }

inline Bytes matrix(std::initializer_list<int> turn, std::uint32_t x = 0, std::uint32_t y = 0) {
  const auto fixed = [](int sign) { return static_cast<std::uint32_t>(sign * 0x10000); };
  const int* t = turn.begin();
  return numbers({fixed(t[0]), fixed(t[1]), 0, fixed(t[2]), fixed(t[3]), 0, x, y, 0x40000000});
}

/// Two seconds, 5 samples; by default of H.264.
struct TrackOf {
  std::string handler = "vide";
  Bytes entry = avc_entry();
  std::vector<Bytes> samples = {unit({0x65}), unit({0x41}), unit({0x41}), unit({0x41}), unit({0x41})};
  std::uint32_t timescale = 1000, duration = 400;  ///< of each sample
  std::uint32_t per_chunk = 2;
  Bytes turn = matrix({1, 0, 0, 1});
  std::uint32_t times = 0, flags = 3, number = 1, group = 0;
  Bytes language = {0x55, 0xc4};
  std::string name;                                ///< of the handler
  Bytes edits;                                     ///< edts, whole
  Bytes in_trak, in_mdia, in_minf, in_stbl, dinf = box("dinf", full_box("dref", joined({big32(1), full_box("url ", {}, 1)})));
  Bytes stts, ctts, stss, stsz, stsc, stco;        ///< whole boxes in place of the true ones, or beside them

  bool pictures() const { return handler == "vide"; }
  std::uint32_t total() const { return static_cast<std::uint32_t>(samples.size()) * duration; }
};

inline TrackOf sound_track() {
  TrackOf out;
  out.handler = "soun";
  out.entry = aac_entry();
  out.samples = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9, 10}};
  out.number = 2;
  return out;
}

struct Film {
  std::string brand = "isom";
  std::vector<TrackOf> tracks = {TrackOf{}, sound_track()};
  std::uint32_t times = 0;
  Bytes before, between, after;                   ///< at the top: behind ftyp, around moov, at the end
  Bytes in_moov, before_samples, between_chunks;  ///< the last two within mdat
  bool index_first = false, wide = false;
  Bytes turn = matrix({1, 0, 0, 1});

  Bytes bytes() const {
    const Bytes type = brand.empty() ? Bytes() : box("ftyp", joined({text(brand), big32(512), text(brand)}));
    const Bytes front = joined({type, before});
    const std::size_t index = index_first ? moov(0).size() : 0;
    const Bytes media = box("mdat", data());
    const Bytes written = moov(front.size() + index + 8 + before_samples.size());
    return index_first ? joined({front, written, between, media, after}) : joined({front, media, between, written, after});
  }

  /// The chunks of all tracks in turns.
  Bytes data() const {
    Bytes out = before_samples;
    each_chunk([&](std::size_t, const Bytes& chunk) {
      append(out, chunk);
      append(out, between_chunks);
    });
    return out;
  }

  Bytes moov(std::size_t media) const {
    std::vector<std::vector<std::size_t>> offsets(tracks.size());
    each_chunk([&](std::size_t track, const Bytes& chunk) {
      offsets[track].push_back(media);
      media += chunk.size() + between_chunks.size();
    });
    Bytes traks;
    for (std::size_t i = 0; i < tracks.size(); ++i) append(traks, trak(tracks[i], offsets[i]));
    const Bytes header = full_box("mvhd", joined({numbers({times, times, 1000, 2000, 0x10000}), big16(0x100), Bytes(10, 0),
                                                  turn, Bytes(24, 0), big32(9)}));
    return box("moov", joined({header, traks, in_moov}));
  }

 private:
  void each_chunk(auto&& each) const {
    for (std::size_t at = 0, more = 1; more; ++at) {
      more = 0;
      for (std::size_t t = 0; t < tracks.size(); ++t) {
        const TrackOf& track = tracks[t];
        Bytes chunk;
        for (std::size_t s = at * track.per_chunk; s < std::min(track.samples.size(), (at + 1) * track.per_chunk); ++s)
          append(chunk, track.samples[s]);
        if (at * track.per_chunk >= track.samples.size()) continue;
        each(t, chunk);
        more = 1;
      }
    }
  }

  Bytes trak(const TrackOf& track, const std::vector<std::size_t>& offsets) const {
    const auto count = static_cast<std::uint32_t>(track.samples.size());
    const auto chunks = static_cast<std::uint32_t>(offsets.size());
    Bytes sizes, places;
    for (const Bytes& sample : track.samples) append(sizes, big32(static_cast<std::uint32_t>(sample.size())));
    for (const std::size_t offset : offsets) append(places, wide ? big64(offset) : big32(static_cast<std::uint32_t>(offset)));
    const std::uint32_t last = count % track.per_chunk;
    Bytes runs = listed(3, {1, track.per_chunk, 1});
    if (last != 0) runs = chunks > 1 ? listed(3, {1, track.per_chunk, 1, chunks, last, 1}) : listed(3, {1, last, 1});
    const auto given = [](const Bytes& own, const Bytes& usual) { return own.empty() ? usual : own; };
    const Bytes stbl = box("stbl", joined({full_box("stsd", joined({big32(1), track.entry})),
                                           given(track.stts, full_box("stts", listed(2, {count, track.duration}))),
                                           track.ctts, track.stss,
                                           given(track.stsc, full_box("stsc", runs)),
                                           given(track.stsz, full_box("stsz", joined({numbers({0, count}), sizes}))),
                                           given(track.stco, full_box(wide ? "co64" : "stco", joined({big32(chunks), places}))),
                                           track.in_stbl}));
    const Bytes header = track.pictures() ? full_box("vmhd", Bytes(8, 0), 1) : full_box("smhd", Bytes(4, 0));
    const Bytes minf = box("minf", joined({header, track.dinf, stbl, track.in_minf}));
    const Bytes hdlr = full_box("hdlr", joined({big32(0), text(track.handler), Bytes(12, 0), text(track.name), {0}}));
    const Bytes mdhd = full_box("mdhd", joined({numbers({track.times, track.times, track.timescale, track.total()}),
                                                track.language, {0, 0}}));
    const Bytes mdia = box("mdia", joined({mdhd, hdlr, minf, track.in_mdia}));
    const std::uint32_t across = track.pictures() ? 64u << 16 : 0, down = track.pictures() ? 48u << 16 : 0;
    const Bytes tkhd = full_box("tkhd", joined({numbers({track.times, track.times, track.number, 0, 2000, 0, 0}), big16(0),
                                                big16(track.group), big16(track.pictures() ? 0 : 0x100), {0, 0}, track.turn,
                                                numbers({across, down})}), track.flags);
    return box("trak", joined({tkhd, track.edits, mdia, track.in_trak}));
  }
};

}  // namespace dokaz::test
