// SPDX-License-Identifier: GPL-3.0-or-later
// MP4, QuickTime, 3GP and M4A: what is refused and by which name, and what may not grow.
#include "intake_mp4.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

TEST_CASE("a film that lies or is no plain film is refused by name") {
  const auto refused = [](const char* what, const Film& film, const char* name) {
    INFO(what);
    CHECK(refusal(film.bytes()) == name);
  };
  const auto track = [&](const char* what, const std::function<void(TrackOf&)>& change, const char* name) {
    refused(what, with_track(change), name);
  };
  const auto moov = [&](const char* what, const Bytes& more, const char* name) {
    refused(what, with([&](Film& film) { film.in_moov = more; }), name);
  };
  refused("fragments", with([](Film& f) { f.after = box("moof", Bytes(8, 0)); }), "unsupported_media");
  const Bytes wide = box("pasp", numbers({4, 3})), high = box("pasp", numbers({3, 4}));
  const auto codes = [](Byte matrix) { return box("colr", joined({text("nclx"), {0, 1, 0, 1, 0, matrix, 0}})); };
  track("two shapes of pixels", [&](TrackOf& t) { t.entry = avc_entry(joined({wide, high})); }, "malformed_media");
  track("two statements about colour", [&](TrackOf& t) { t.entry = avc_entry(joined({codes(1), codes(9)})); }, "malformed_media");
  track("two configurations", [&](TrackOf& t) { t.entry = avc_entry(box("avcC", joined({avc_record(), {0}}))); }, "malformed_media");
  const Bytes of_quicktime = box("colr", joined({text("nclc"), {0, 1, 0, 1, 0, 1}}));
  must_be_clean(with_track([&](TrackOf& t) { t.entry = avc_entry(joined({wide, codes(1), of_quicktime, wide, codes(1)})); }).bytes());
  refused("two configurations of sound", with([&](Film& film) {
            film.tracks[1].entry = sound_entry("mp4a", joined({esds(), esds(0x40, {0x12, 0x10})}));
          }), "malformed_media");
  for (const int partition : {0x42, 0x23, 0x04})
    track("slices in partitions", [&](TrackOf& t) { append(t.samples[1], unit({partition}, hidden)); }, "unsupported_media");
  moov("fragments announced", box("mvex", {}), "unsupported_media");
  moov("compressed index", box("cmov", Bytes(20, 0)), "unsupported_media");
  moov("film that refers to others", box("rmra", Bytes(8, 0)), "unsupported_media");
  refused("two indexes", with([](Film& f) { f.after = f.moov(0); }), "malformed_media");
  refused("two file types", with([](Film& f) { f.before = box("ftyp", Bytes(8, 0)); }), "malformed_media");
  refused("no tracks", with([](Film& f) { f.tracks.clear(); }), "unsupported_media");
  refused("only a text track", with([](Film& f) { f.tracks.erase(f.tracks.begin()); f.tracks[0].handler = "text"; }), "unsupported_media");
  refused("a film turned as a whole", with([](Film& f) { f.turn = matrix({0, 1, -1, 0}); }), "unsupported_media");
  refused("a film scaled as a whole", with([](Film& f) { f.turn = numbers({0x8000, 0, 0, 0, 0x8000, 0, 0, 0, 0x40000000}); }), "unsupported_media");
  refused("too many tracks", with([](Film& f) { for (int i = 0; i < 300; ++i) f.tracks.push_back(sound_track()); }), "too_large");
  track("encrypted", [](TrackOf& t) { t.entry = picture_entry("encv", box("avcC", avc_record())); }, "unsupported_media");
  track("unknown codec", [](TrackOf& t) { t.entry = picture_entry("QUUX", {}); }, "unsupported_media");
  track("film of JPEG pictures", [](TrackOf& t) { t.entry = picture_entry("jpeg", {}); }, "unsupported_media");
  track("no configuration", [](TrackOf& t) { t.entry = picture_entry("avc1", {}); }, "malformed_media");
  track("configuration that is cut", [](TrackOf& t) { t.entry = avc_entry({}, {1, 66, 0, 30, 0xff, 0xe1, 0, 9}); }, "malformed_media");
  track("SEI among parameter sets", [](TrackOf& t) {
    t.entry = avc_entry({}, joined({{1, 66, 0, 30, 0xff, 0xe1}, set_unit(joined({{0x06}, hidden})), {0}}));
  }, "malformed_media");
  track("lengths of three bytes", [](TrackOf& t) { Bytes r = avc_record(); r[4] = 0xfe; t.entry = avc_entry({}, r); }, "malformed_media");
  track("other files", [](TrackOf& t) { t.dinf = box("dinf", full_box("dref", joined({big32(1), full_box("url ", text("http://x"))}))); },
        "unsupported_media");
  track("a matrix that scales", [](TrackOf& t) { t.turn = numbers({0x20000, 0, 0, 0, 0x20000, 0, 0, 0, 0x40000000}); }, "unsupported_media");
  track("another speed", [](TrackOf& t) { t.edits = box("edts", full_box("elst", listed(3, {2000, 0, 0x8000}))); }, "unsupported_media");
  track("negative time in an edit", [](TrackOf& t) { t.edits = box("edts", full_box("elst", listed(3, {2000, 0x80000000, 0x10000}))); },
        "malformed_media");
  track("more edits than stated", [](TrackOf& t) { t.edits = box("edts", full_box("elst", joined({big32(200), numbers({1, 2, 0x10000})}))); },
        "malformed_media");
  track("thousands of edits", [](TrackOf& t) { t.edits = box("edts", full_box("elst", big32(5000))); }, "too_large");
  track("timescale 0", [](TrackOf& t) { t.timescale = 0; }, "malformed_media");
  track("too few durations", [](TrackOf& t) { t.stts = full_box("stts", listed(2, {4, 1})); }, "malformed_media");
  track("negative duration", [](TrackOf& t) { t.stts = full_box("stts", listed(2, {5, 0xffffffff})); }, "malformed_media");
  track("centuries", [](TrackOf& t) { t.timescale = 1; t.stts = full_box("stts", listed(2, {5, 0x7fffffff})); }, "too_large");
  track("too few offsets", [](TrackOf& t) { t.ctts = full_box("ctts", listed(2, {4, 1})); }, "malformed_media");
  track("sync samples out of order", [](TrackOf& t) { t.stss = full_box("stss", listed(1, {3, 2})); }, "malformed_media");
  track("sync sample beyond the last", [](TrackOf& t) { t.stss = full_box("stss", listed(1, {6})); }, "malformed_media");
  track("table longer than its box", [](TrackOf& t) { t.stts = full_box("stts", joined({big32(0x20000000), numbers({5, 1})})); }, "malformed_media");
  track("2^32 - 1 sizes, none there", [](TrackOf& t) { t.stsz = full_box("stsz", numbers({0, 0xffffffff})); }, "malformed_media");
  track("2^32 - 1 samples of a byte", [](TrackOf& t) { t.stsz = full_box("stsz", numbers({1, 0xffffffff})); }, "malformed_media");
  track("2^32 - 1 samples in one chunk", [](TrackOf& t) {
    t.stsz = full_box("stsz", numbers({1, 0xffffffff}));
    t.stts = full_box("stts", listed(2, {0xffffffff, 1}));
    t.stsc = full_box("stsc", listed(3, {1, 0xffffffff, 1}));
    t.stco = full_box("stco", listed(1, {40}));
  }, "too_large");
  track("compact sizes", [](TrackOf& t) { t.stsz = full_box("stz2", numbers({8, 5})); }, "unsupported_media");
  track("chunk beyond the end", [](TrackOf& t) { t.stco = full_box("stco", listed(1, {36, 50, 0xfffffff0})); }, "malformed_media");
  track("sample in the index", [](TrackOf& t) { t.stco = full_box("stco", listed(1, {300, 300, 300})); }, "malformed_media");
  track("samples before the media data", [](TrackOf& t) { t.stco = full_box("stco", listed(1, {0, 0, 0})); }, "malformed_media");
  track("chunk without samples", [](TrackOf& t) { t.stsc = full_box("stsc", listed(3, {1, 0, 1})); }, "malformed_media");
  track("runs out of order", [](TrackOf& t) { t.stsc = full_box("stsc", listed(3, {1, 2, 1, 1, 1, 1})); }, "malformed_media");
  track("fewer samples in chunks", [](TrackOf& t) { t.stsc = full_box("stsc", listed(3, {1, 1, 1})); }, "malformed_media");
  track("a description that is not there", [](TrackOf& t) { t.stsc = full_box("stsc", listed(3, {1, 2, 7, 3, 1, 7})); }, "malformed_media");
  track("sizes twice", [](TrackOf& t) { t.in_stbl = full_box("stsz", numbers({1, 5})); }, "malformed_media");
  track("unit beyond its sample", [](TrackOf& t) { t.samples[2] = joined({big32(90), {0x41, 1, 2}}); }, "malformed_media");
  track("forbidden bit", [](TrackOf& t) { t.samples[2] = unit({0xc1}); }, "malformed_media");
  track("bytes behind the last unit", [](TrackOf& t) { append(t.samples[2], Bytes{7}); }, "malformed_media");
  track("a sample of SEI alone beside sound", [](TrackOf& t) { t.samples = {unit({0x06})}; t.per_chunk = 1; }, "accepted");
  refused("nothing but SEI", with([](Film& f) {
    f.tracks.pop_back();
    for (Bytes& sample : f.tracks.front().samples) sample = unit({0x06}, hidden);
  }), "malformed_media");
}

TEST_CASE("uses of the same bytes by many samples do not make a film grow") {
  Film film;
  film.tracks.pop_back();
  TrackOf& track = film.tracks.front();
  const std::uint32_t at = 24 + 8;  // all chunks in one place
  Bytes places = big32(1000);
  for (int i = 0; i < 1000; ++i) append(places, big32(at));
  track.stco = full_box("stco", places);
  track.stsz = full_box("stsz", numbers({9, 1000}));
  track.stts = full_box("stts", listed(2, {1000, 1}));
  track.stsc = full_box("stsc", listed(3, {1, 1, 1}));
  CHECK(refusal(film.bytes()) == "malformed_media");
}

TEST_CASE("a film that is cut at any byte is refused") {
  for (const bool index_first : {false, true}) {
    const Bytes whole = with([&](Film& film) { film.index_first = index_first; film.before = box("free", hidden); }).bytes();
    must_be_clean(whole);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::string name = refusal(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
      if (name != (size == 0 ? "empty_file" : size < 8 ? "unknown_media" : "truncated_media")) FAIL(size << ": " << name);
    }
  }
}
