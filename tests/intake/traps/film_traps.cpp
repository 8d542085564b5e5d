// SPDX-License-Identifier: GPL-3.0-or-later
// Films and sound of the MP4 family: boxes, times, tracks beside picture and sound, and bytes of no sample.
#include "tests/intake/traps/trap.hpp"
#include "tests/unit/collector/intake_films.hpp"

namespace dokaz::test {
namespace {

const Bytes marker = text(canary);

Trap with(unsigned group, const char* name, const std::function<void(Film&)>& change, const char* outcome = "clean") {
  return {group, std::string("film-") + name + ".mp4", outcome, [change] {
            Film film;
            change(film);
            return film.bytes();
          }};
}
Trap in_moov(unsigned group, const char* name, Bytes boxes) {
  return with(group, name, [boxes = std::move(boxes)](Film& film) { film.in_moov = boxes; });
}
Trap on_top(unsigned group, const char* name, Bytes boxes) {
  return with(group, name, [boxes = std::move(boxes)](Film& film) { film.after = boxes; });
}
/// A third track of another kind, with the marker in its samples.
Trap beside(unsigned group, const char* name, const char* handler, const char* format) {
  return with(group, name, [handler, format](Film& film) {
    TrackOf track = sound_track();
    track.handler = handler;
    track.number = 3;
    track.entry = box(format, joined({Bytes(6, 0), big16(1), marker}));
    track.samples = {marker, marker};
    film.tracks.push_back(track);
  });
}
Bytes place() { return box("\xa9xyz", joined({big16(static_cast<std::uint32_t>(marker.size())), {0x15, 0xc7}, marker})); }
Bytes item_list(std::string_view name, const Bytes& value) {
  const Bytes list = box("ilst", box(name, box("data", joined({numbers({1, 0}), value}))));
  return box("udta", full_box("meta", joined({full_box("hdlr", joined({big32(0), text("mdirappl"), Bytes(9, 0)})), list})));
}
/// H.264 user data: what encoders and cameras write between pictures.
Bytes user_data() {
  return unit({0x06, 5, static_cast<int>(16 + marker.size())}, joined({Bytes(16, 0xdc), marker, {0x80}}));
}

}  // namespace

Traps film_traps() {
  const Bytes jpeg = Jpeg{.app = exif_segment(exif(1, canary))}.bytes();
  return {
      in_moov(20, "place", box("udta", place())),
      in_moov(20, "title", item_list("\xa9nam", marker)),
      in_moov(21, "cover-picture", item_list("covr", jpeg)),
      in_moov(20, "uuid-in-index", box("uuid", joined({Bytes(16, 0xbe), marker}))),
      on_top(20, "xmp", box("uuid", joined({{0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac}, marker}))),
      on_top(13, "content-credentials", box("uuid", joined({{0xd8, 0xfe, 0xc3, 0xd6, 0x1b, 0x0e, 0x48, 0x3c, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7e, 0xc4, 0x81}, marker}))),
      on_top(20, "free", box("free", marker)),
      on_top(20, "skip", box("skip", marker)),
      on_top(20, "unknown-box", box("QUUX", marker)),
      on_top(22, "second-samples", box("mdat", marker)),
      with(20, "times", [](Film& film) { film.times = film.tracks[0].times = film.tracks[1].times = 0xe0000000; }),
      with(20, "handler-name", [](Film& film) { film.tracks[0].name = std::string(canary); }),
      with(20, "compressor", [](Film& film) {
        Bytes name = joined({{static_cast<Byte>(marker.size())}, marker});
        name.resize(32);
        film.tracks[0].entry = picture_entry("avc1", box("avcC", avc_record()), name, text("cnry"));
      }),
      with(20, "track-user-data", [](Film& film) { film.tracks[0].in_trak = box("udta", place()); }),
      with(20, "keys", [](Film& film) {
        const Bytes keys = full_box("keys", joined({big32(1), box("mdta", text("com.apple.quicktime.location.ISO6709"))}));
        const Bytes list = box("ilst", box(std::string_view("\0\0\0\x01", 4), box("data", joined({numbers({1, 0}), marker}))));
        film.in_moov = box("meta", joined({full_box("hdlr", joined({big32(0), text("mdta"), Bytes(13, 0)})), keys, list}));
      }),
      beside(21, "gopro-track", "meta", "gpmd"), beside(21, "camera-motion-track", "camm", "camm"),
      beside(21, "apple-metadata-track", "meta", "mebx"), beside(21, "time-code-track", "tmcd", "tmcd"),
      beside(21, "text-track", "text", "text"), beside(21, "subtitle-track", "sbtl", "tx3g"),
      with(22, "bytes-of-no-sample", [](Film& film) { film.before_samples = marker; }),
      with(22, "bytes-between-chunks", [](Film& film) { film.between_chunks = marker; }),
      with(22, "hidden-track", [](Film& film) {
        Film other;
        other.tracks[0].samples[0] = unit({0x65}, marker);
        film.in_moov = box("free", other.moov(0));
        film.before_samples = marker;
      }),
      with(23, "user-data-unit", [](Film& film) { film.tracks[0].samples[1] = joined({user_data(), unit({0x41})}); }),
      with(23, "user-data-in-settings", [](Film& film) {
        const Bytes sei = joined({{0x06, 5, static_cast<Byte>(16 + marker.size())}, Bytes(16, 0xdc), marker, {0x80}});
        film.tracks[0].entry = avc_entry({}, joined({{1, 66, 0, 30, 0xff, 0xe2}, set_unit({0x67, 66, 0, 30}), set_unit(sei), {1}, set_unit({0x68, 1})}));
      }, "malformed_media"),
      with(22, "fragments", [](Film& film) { film.after = box("moof", marker); }, "unsupported_media"),
      with(18, "sample-outside", [](Film& film) { film.tracks[0].stco = full_box("stco", listed(1, {1, 2, 400'000'000})); }, "malformed_media"),
      {24, "sound-title.m4a", "clean", [] {
         Film film;
         film.brand = "M4A ";
         film.tracks = {sound_track()};
         film.tracks[0].number = 1;
         film.in_moov = item_list("\xa9nam", marker);
         return film.bytes();
       }},
      {20, "film-quicktime.mov", "clean", [] {
         Film film;
         film.brand = "qt  ";
         film.in_moov = box("udta", place());
         return film.bytes();
       }},
  };
}

}  // namespace dokaz::test
