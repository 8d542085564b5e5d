// SPDX-License-Identifier: GPL-3.0-or-later
// MP4, QuickTime, 3GP and M4A: what is refused and by which name, what is left out, and that film and sound stay.
#include "intake_films.hpp"
#include "intake_walked.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

namespace {

using Strings = std::vector<std::string>;

const Bytes hidden = text(canary);

Film with(const std::function<void(Film&)>& change) {
  Film film;
  change(film);
  return film;
}
Film with_track(const std::function<void(TrackOf&)>& change) {
  return with([&](Film& film) { change(film.tracks.front()); });
}
Film sound_only() {
  return with([](Film& film) { film.tracks.erase(film.tracks.begin()); });
}
bool has_kind(const Walked& walked, const std::string& kind) {
  const Strings all = kinds(walked);
  return std::find(all.begin(), all.end(), kind) != all.end();
}
bool warns(const Walked& walked, std::string_view part) {
  return std::any_of(walked.warnings.begin(), walked.warnings.end(),
                     [&](const std::string& warning) { return warning.find(part) != std::string::npos; });
}
std::string said(const Walked& walked, std::string_view name) {
  for (const ContainerValue& value : walked.values)
    if (value.name == name) return value.value;
  return "nothing";
}
Bytes apple_text(std::string_view name, std::string_view value) {
  return box(name, joined({big16(static_cast<std::uint32_t>(value.size())), big16(0x55c4), text(value)}));
}
Bytes data_atom(std::string_view value) { return box("data", joined({numbers({1, 0}), text(value)})); }

}  // namespace

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

TEST_CASE("nothing that is not film or sound survives") {
  Film film;
  film.brand = "isom";
  film.times = 0xc3a5d1f0;
  film.turn = matrix({1, 0, 0, 1});
  film.before = joined({box("free", hidden), box("skip", hidden), box("wide", {}), box("QUUX", hidden),
                        box("uuid", joined({{0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac}, text("<x:xmpmeta/>"), hidden})),
                        box("uuid", joined({{0xd8, 0xfe, 0xc3, 0xd6, 0x1b, 0x0e, 0x48, 0x3c, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7e, 0xc4, 0x81}, hidden}))});
  film.between = joined({full_box("meta", hidden), box("pnot", hidden)});
  film.after = joined({box("free", hidden), box("udta", apple_text("\xa9" "cmt", canary))});
  film.before_samples = hidden;
  film.between_chunks = joined({{0}, hidden});
  const Bytes keys = full_box("keys", joined({big32(2), big32(8 + 44), text("mdta"), text("com.apple.quicktime.location.ISO6709"), Bytes(8, 'x'),
                                              big32(8 + 25), text("mdta"), text("com.apple.quicktime.model")}));
  const Bytes list = box("ilst", joined({box("\0\0\0\1"sv, data_atom("+12.3-045.6/")), box("\0\0\0\2"sv, data_atom("Phone 9"))}));
  const Bytes mdta = joined({full_box("hdlr", joined({big32(0), text("mdta"), Bytes(12, 0), hidden})), keys, list});
  const Bytes itunes = full_box("meta", joined({full_box("hdlr", joined({big32(0), text("mdirappl"), Bytes(9, 0)})),
                                                box("ilst", joined({box("\xa9" "nam", data_atom(canary)), box("covr", data_atom(canary))}))}));
  const Bytes loci = full_box("loci", joined({big16(0x55c4), hidden, {0, 0}, numbers({0x00108000, 0xffff0000, 0x00640000}), hidden}));
  film.in_moov = joined({box("meta", mdta), full_box("iods", hidden), box("meco", hidden), box("free", hidden), box("QUUX", hidden),
                         box("udta", joined({apple_text("\xa9" "xyz", "+12.3-045.6/"), apple_text("\xa9" "nam", canary), itunes, loci,
                                             box("XMP_", joined({text("<x:xmpmeta/>"), hidden})), box("name", hidden), big32(0)}))});
  TrackOf& pictures = film.tracks[0];
  pictures.times = 0xc3a5d1f0;
  pictures.name = "Core Media Video " + std::string(canary);
  pictures.language = {0x15, 0xc7};
  pictures.number = 77;
  pictures.flags = 0xfffff7;
  pictures.in_trak = joined({box("udta", apple_text("\xa9" "nam", canary)), box("tref", box("cdsc", hidden)), full_box("meta", hidden), box("load", hidden)});
  pictures.in_mdia = full_box("elng", hidden);
  pictures.in_minf = full_box("hdlr", joined({text("dhlralis"), Bytes(12, 0), hidden}));
  pictures.in_stbl = joined({full_box("sdtp", hidden), full_box("sgpd", hidden), full_box("sbgp", hidden), full_box("stps", hidden),
                             full_box("saiz", hidden), box("QUUX", hidden)});
  pictures.edits = box("edts", joined({full_box("elst", joined({listed(3, {2000, 0, 0x10000}), hidden})), box("free", hidden)}));
  pictures.entry = picture_entry("avc1", joined({box("avcC", joined({avc_record(), hidden})), box("btrt", hidden), box("uuid", joined({Bytes(16, 9), hidden})),
                                                 box("colr", joined({text("QUUX"), hidden})), box("pasp", numbers({1, 1})), hidden}),
                                 joined({{14}, hidden, Bytes(32 - 1 - hidden.size(), 1)}), text("appl"));
  pictures.stts = full_box("stts", joined({listed(2, {0, 7, 2, 400, 3, 400}), hidden}));
  pictures.stss = full_box("stss", joined({listed(1, {1}), hidden}));
  pictures.ctts = full_box("ctts", joined({listed(2, {5, 0}), hidden}));
  pictures.samples[0] = joined({unit({0x09}, {0xf0}), unit({0x06, 5}, hidden), unit({0x67}, {66}), unit({0x68}), unit({0x65}), unit({0x0c}, hidden)});
  pictures.samples[1] = joined({unit({0x1f}, hidden), unit({0x41}), unit({0x06}, hidden), unit({0x41}), big32(0), {0, 0}});
  pictures.samples[2] = joined({unit({0x0a}, {}), unit({0x6e}, hidden), unit({0x41}), unit({0x18}, hidden), unit({0x00}, hidden)});
  TrackOf& sound = film.tracks[1];
  sound.name = canary;
  sound.times = 0xc3a5d1f0;
  sound.entry = sound_entry("mp4a", joined({esds(0x40, {0x11, 0x90}, descriptor(0x40, hidden)), box("btrt", hidden)}), 2, text("CANA"));
  const auto other = [&](const char* handler, std::string_view codec) {
    TrackOf track = sound_track();
    track.handler = handler;
    track.entry = box(codec, joined({Bytes(6, 0), big16(1), hidden}));
    track.samples = {hidden, hidden};
    film.tracks.push_back(track);
  };
  other("meta", "gpmd");
  other("meta", "camm");
  other("meta", "mebx");
  other("tmcd", "tmcd");
  other("text", "text");
  other("sbtl", "tx3g");
  other("vide", "jpeg");
  const auto cleaned = must_be_clean(film.bytes());
  CHECK(cleaned.media == Media::mp4);
  CHECK((cleaned.width == 64 && cleaned.height == 48 && cleaned.orientation == 1 && cleaned.duration_ms == 2000));
  CHECK(cleaned.c2pa);
  CHECK(cleaned.blocks.xmp.size() == 2);
  CHECK(said(cleaned, "mvhd.creation_time") == "2008-01-06T00:31:44Z");
  CHECK(said(cleaned, "udta.xyz") == "+12.3-045.6/");
  CHECK(said(cleaned, "udta.nam") == canary);
  CHECK(said(cleaned, "udta.loci") == "-01.00000+016.50000+100.0/");
  CHECK(said(cleaned, "keys.com.apple.quicktime.model") == "Phone 9");
  for (const char* kind : {"mp4.free", "mp4.skip", "mp4.uuid", "mp4.meta", "mp4.QUUX", "mp4.udta", "mp4.iods", "mp4.tref", "mp4.sdtp",
                           "mp4.trak.gpmd", "mp4.trak.tmcd", "mp4.trak.text", "mp4.trak.jpeg", "mp4.mdat.unused", "mp4.avc.sei",
                           "mp4.avc.delimiter", "mp4.avc.filler", "mp4.avc.type-31", "mp4.mvhd", "mp4.tkhd", "mp4.mdhd", "mp4.hdlr",
                           "mp4.stsd", "mp4.ftyp"}) {
    INFO(kind);
    CHECK(has_kind(cleaned, kind));
  }
  for (const char* part : {"sensor readings", "time code", "texts", "neither film nor sound"}) {
    INFO(part);
    CHECK(warns(cleaned, part));
  }
}

TEST_CASE("QuickTime, 3GP and sound alone keep their kind and nothing else") {
  const auto kind_of = [](Film film) {
    film.in_moov = box("udta", apple_text("\xa9" "mak", canary));
    return must_be_clean(film.bytes()).media;
  };
  CHECK(kind_of(with([](Film& f) { f.brand = "qt  "; })) == Media::quicktime);
  CHECK(kind_of(with([](Film& f) { f.brand = "3gp4"; })) == Media::three_gp);
  CHECK(kind_of(with([](Film& f) { f.brand = "mp42"; f.index_first = true; f.wide = true; })) == Media::mp4);
  CHECK(kind_of(with([](Film& f) { f.brand = "M4A "; })) == Media::mp4);
  CHECK(kind_of(with([](Film& f) { f.brand = ""; f.before = {}; })) == Media::quicktime);
  for (const char* brand : {"M4A ", "isom", "qt  ", "3gp6"}) {
    Film film = sound_only();
    film.brand = brand;
    const auto cleaned = must_be_clean(film.bytes());
    CHECK(cleaned.media == Media::m4a);
    CHECK((cleaned.width == 0 && cleaned.height == 0 && cleaned.orientation == 0));
  }
}

TEST_CASE("boxes with long sizes, without a size, and with bytes behind them are read as what they are") {
  const Film film;
  const Bytes type = box("ftyp", joined({text("isom"), big32(512), text("isom")}));
  const Bytes data = film.data();
  const Bytes usual = must_be_clean(film.bytes()).clean;
  const auto same = [&](const Bytes& file, const char* kind = nullptr) {
    const auto cleaned = must_be_clean(file);
    CHECK(cleaned.clean == usual);
    if (kind) CHECK(has_kind(cleaned, kind));
  };
  same(joined({type, big32(1), text("mdat"), big64(data.size() + 16), data, film.moov(type.size() + 16)}));
  same(joined({type, film.moov(type.size() + film.moov(0).size() + 8), big32(0), text("mdat"), data}));
  same(joined({type, film.moov(type.size() + film.moov(0).size() + 8), big32(0), text("mdat"), data, hidden}), "mp4.mdat.unused");
  same(joined({film.bytes(), hidden}), "mp4.trailer");
  same(joined({film.bytes(), {0, 0, 0}, hidden}), "mp4.trailer");
  same(joined({film.bytes(), big32(1), text("QUUX"), big64(std::uint64_t{1} << 63), hidden}), "mp4.trailer");
  same(joined({film.bytes(), big32(0), text("free"), hidden}), "mp4.free");
  CHECK(refusal(joined({film.bytes(), big32(9000), text("mdat"), hidden})) == "truncated_media");
  CHECK(refusal(joined({film.bytes(), big32(1), text("moov"), big64(std::uint64_t{1} << 63)})) == "truncated_media");
  CHECK(refusal(joined({type, big32(7), text("mdat"), data})) == "malformed_media");
  const Bytes split = joined({type, box("mdat", {}), box("mdat", data), box("mdat", hidden), film.moov(type.size() + 16)});
  same(split, "mp4.mdat.unused");
}

TEST_CASE("the samples stay byte for byte, in the order of the file") {
  Film film;
  film.between_chunks = hidden;
  film.tracks[0].samples[1] = joined({unit({0x06}, hidden), unit({0x41}, text("second"))});
  const auto cleaned = must_be_clean(film.bytes());
  Bytes expected;
  for (const Bytes& part : {film.tracks[0].samples[0], unit({0x41}, text("second")), film.tracks[1].samples[0], film.tracks[1].samples[1],
                            film.tracks[0].samples[2], film.tracks[0].samples[3], film.tracks[1].samples[2], film.tracks[0].samples[4]})
    append(expected, part);
  CHECK(text_of(cleaned.clean).ends_with(text_of(box("mdat", expected))));
  CHECK(cleaned.plan.steps().size() <= 8);
}

TEST_CASE("each of eight orientations survives, wherever the matrix moves the picture") {
  const std::initializer_list<int> turns[] = {{1, 0, 0, 1}, {-1, 0, 0, 1}, {-1, 0, 0, -1}, {1, 0, 0, -1},
                                              {0, 1, 1, 0}, {0, 1, -1, 0}, {0, -1, -1, 0}, {0, -1, 1, 0}};
  for (unsigned i = 0; i < 8; ++i) {
    const auto cleaned = must_be_clean(with_track([&](TrackOf& t) { t.turn = matrix(turns[i], 0xdead, 0xbeef0000); }).bytes());
    CHECK(cleaned.orientation == i + 1);
    const auto again = walk(cleaned.clean);
    REQUIRE(again);
    CHECK(again->orientation == i + 1);
  }
  CHECK(must_be_clean(with_track([&](TrackOf& t) { t.turn = Bytes(36, 0); }).bytes()).orientation == 1);
}

TEST_CASE("frames that an edit list hides are counted") {
  const auto warning = [](const Bytes& list) {
    const auto cleaned = must_be_clean(with_track([&](TrackOf& t) { t.edits = box("edts", full_box("elst", list)); }).bytes());
    return cleaned.warnings.empty() ? std::string() : cleaned.warnings.front();
  };
  const std::string rest = " frames are hidden by an edit list and stay in the clean copy";
  CHECK(warning(listed(3, {2000, 0, 0x10000})).empty());
  CHECK(warning(listed(3, {800, 0, 0x10000})) == "3 of 5" + rest);
  CHECK(warning(listed(3, {1200, 800, 0x10000})) == "2 of 5" + rest);
  CHECK(warning(listed(3, {500, 0xffffffff, 0x10000, 801, 0, 0x10000})) == "2 of 5" + rest);
  CHECK(warning(listed(3, {400, 0, 0x10000, 400, 1600, 0x10000})) == "3 of 5" + rest);
  CHECK(warning(listed(3, {800, 0, 0x10000, 1200, 800, 0x10000})).empty());
}

TEST_CASE("times and their tables stay") {
  Film film = with_track([](TrackOf& t) {
    t.stts = full_box("stts", listed(2, {2, 400, 1, 300, 2, 450}));
    t.ctts = full_box("ctts", listed(2, {1, 0, 2, 800, 2, 0xfffffe70}), 0x01000000);
    t.stss = full_box("stss", listed(1, {1, 4}));
    t.edits = box("edts", full_box("elst", listed(3, {100, 0xffffffff, 0x10000, 1900, 40, 0x10000})));
  });
  const Bytes clean = must_be_clean(film.bytes()).clean;
  for (const Bytes& kept : {film.tracks[0].stts, film.tracks[0].ctts, film.tracks[0].stss, film.tracks[0].edits})
    CHECK(text_of(clean).find(text_of(kept)) != std::string_view::npos);
}

TEST_CASE("sound of each codec keeps its configuration alone") {
  const auto sound = [](const Bytes& entry, const Film& film = sound_only()) {
    Film changed = film;
    changed.tracks.front().entry = entry;
    return must_be_clean(changed.bytes()).clean;
  };
  const auto holds = [](const Bytes& clean, const Bytes& part) { return text_of(clean).find(text_of(part)) != std::string_view::npos; };
  CHECK(holds(sound(sound_entry("alac", full_box("alac", joined({Bytes(24, 5), hidden})))), full_box("alac", Bytes(24, 5))));
  const Bytes opus = {0, 2, 1, 56, 0, 0, 0xbb, 0x80, 0, 0, 0};
  CHECK(holds(sound(sound_entry("Opus", box("dOps", joined({opus, hidden})))), box("dOps", opus)));
  const Bytes flac = joined({{0, 0, 0, 34}, Bytes(18, 3), hidden, Bytes(16 - hidden.size(), 1)});
  const Bytes comment = joined({{0x84, 0, 0, 14}, hidden});
  CHECK(holds(sound(sound_entry("fLaC", full_box("dfLa", joined({flac, comment})))),
              full_box("dfLa", joined({{0x80, 0, 0, 34}, Bytes(18, 3), Bytes(16, 0)}))));
  CHECK(holds(sound(sound_entry("samr", box("damr", joined({text("CANA"), {1, 0x81, 0xff, 0, 1}, hidden})))),
              box("damr", {0, 0, 0, 0, 0, 0x81, 0xff, 0, 1})));
  CHECK(holds(sound(sound_entry("ac-3", box("dac3", joined({{0x10, 0x40, 0}, hidden})))), box("dac3", {0x10, 0x40, 0})));
  // An AAC program config element with a comment: object 2, 48 kHz, channels 0, no elements.
  const Bytes program = joined({{0x11, 0x80, 0x04, 0xc0, 0x00, 0x00, 0x00}, {0x0d}, hidden});
  const Bytes blanked = joined({{0x11, 0x80, 0x04, 0xc0, 0x00, 0x00, 0x00}, {0x0d}, Bytes(hidden.size(), 0)});
  const Bytes clean = sound(sound_entry("mp4a", esds(0x40, program)));
  CHECK(holds(clean, blanked));
  CHECK(holds(sound(sound_entry("mp4a", esds(0x40, joined({program, hidden})))), joined({blanked, {6, 0x80}})));
  Film pcm = sound_only();
  pcm.brand = "qt  ";
  pcm.tracks.front().samples = {Bytes(4, 1), Bytes(4, 2), Bytes(4, 3)};
  pcm.tracks.front().stsz = full_box("stsz", numbers({1, 3}));
  const Bytes stated = sound(sound_entry("sowt", {}), pcm);
  pcm.tracks.front().stsz = {};
  CHECK(holds(sound(sound_entry("sowt", {}), pcm), full_box("stsz", numbers({4, 3}))));
  CHECK(holds(stated, full_box("stsz", numbers({1, 3}))));
  pcm.tracks.front().samples[1] = Bytes(8, 2);
  pcm.tracks.front().entry = sound_entry("sowt", {});
  CHECK(refusal(pcm.bytes()) == "malformed_media");
  pcm.tracks.front().samples[1] = Bytes(4, 2);
  pcm.tracks.front().stsz = full_box("stsz", numbers({1, 3}));
  const Bytes wave = box("wave", joined({box("frma", text("sowt")), box("enda", {0, 1}), box("QUUX", hidden), box("\0\0\0\0"sv, {})}));
  CHECK(holds(sound(sound_entry("sowt", joined({wave, full_box("chan", joined({numbers({0x650002, 0, 0}), Bytes()}))}), 2, text("CANA"), 1,
                                numbers({1, 2, 4, 2})), pcm),
              full_box("stsz", numbers({1, 3}))));
}

TEST_CASE("an AAC configuration ends with its last bit") {
  const auto configured = [](const Bytes& original) {
    Film film = sound_only();
    film.tracks.front().entry = sound_entry("mp4a", esds(0x40, original));
    return must_be_clean(film.bytes()).clean;
  };
  const auto descriptor_of = [](const Bytes& configuration) {
    return joined({{5, 0x80, 0x80, 0x80, static_cast<Byte>(configuration.size())}, configuration, {6, 0x80}});
  };
  struct Case {
    const char* what;
    Bytes original, clean;
  };
  const Case cases[] = {
      {"low complexity", {0x11, 0x90}, {0x11, 0x90}},
      {"bits behind the last one", {0x11, 0x88, 0}, {0x11, 0x88}},
      {"a word behind", joined({{0x11, 0x90}, hidden}), {0x11, 0x90}},
      {"an extension that is not there", {0x11, 0x90, 0x56, 0xe5, 0x00}, {0x11, 0x90, 0x56, 0xe5, 0x00}},
      {"a word behind that", joined({{0x11, 0x90, 0x56, 0xe5, 0x00}, hidden}), {0x11, 0x90, 0x56, 0xe5, 0x00}},
      {"the upper half beside", {0x13, 0x90, 0x56, 0xe5, 0x98}, {0x13, 0x90, 0x56, 0xe5, 0x98}},
      {"and a second channel", {0x13, 0x88, 0x56, 0xe5, 0xa5, 0x48, 0x80}, {0x13, 0x88, 0x56, 0xe5, 0xa5, 0x48, 0x80}},
      {"the upper half first", joined({{0x2b, 0x92, 0x08, 0x00}, hidden}), {0x2b, 0x92, 0x08, 0x00}},
      {"bits in the last byte", {0x2b, 0x92, 0x08, 0x7f}, {0x2b, 0x92, 0x08, 0x00}},
  };
  for (const Case& one : cases) {
    INFO(one.what);
    const Bytes clean = configured(one.original);
    CHECK(text_of(clean).find(text_of(descriptor_of(one.clean))) != std::string_view::npos);
  }
  Film film = sound_only();
  film.tracks.front().entry = sound_entry("mp4a", esds(0x40, {0x11}));
  CHECK(refusal(film.bytes()) == "malformed_media");
}

TEST_CASE("what a clean film plays otherwise than its original is said") {
  const auto says = [](const Film& film, std::string_view part) { return warns(must_be_clean(film.bytes()), part); };
  const Film plain = with([](Film&) {});
  CHECK_FALSE(says(plain, "switched off"));
  CHECK_FALSE(says(plain, "several picture tracks"));
  CHECK(says(with_track([](TrackOf& t) { t.flags = 2; }), "switched off"));
  CHECK(says(with([](Film& film) { film.tracks.push_back(film.tracks.front()); }), "several picture tracks"));
  const auto cropped = [](std::initializer_list<std::uint32_t> aperture) {
    return with_track([&](TrackOf& t) { t.entry = avc_entry(box("clap", numbers(aperture))); });
  };
  CHECK(says(cropped({60, 1, 48, 1, 0, 1, 0, 1}), "shown cropped"));
  CHECK_FALSE(says(cropped({128, 2, 48, 1, 0, 1, 0, 1}), "shown cropped"));
  Bytes silent = plain.bytes();
  CHECK_FALSE(warns(must_be_clean(silent), "volume 0"));
  const std::size_t volume = text_of(silent).find("mvhd") + 28;
  REQUIRE(silent[volume] == 1);
  silent[volume] = 0;
  CHECK(warns(must_be_clean(silent), "volume 0"));
}

TEST_CASE("pictures of each codec keep what a decoder needs alone") {
  const auto clean_of = [](const Bytes& entry, const std::vector<Bytes>& samples) {
    Film film = with_track([&](TrackOf& t) { t.entry = entry; t.samples = samples; });
    return must_be_clean(film.bytes());
  };
  const auto holds = [](const Bytes& clean, const Bytes& part) { return text_of(clean).find(text_of(part)) != std::string_view::npos; };
  const auto array = [](int type, const Bytes& unit) { return joined({{static_cast<Byte>(0x80 | type), 0, 1}, set_unit(unit)}); };
  const Bytes front = joined({{1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93, 0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0x0f}});
  const Bytes sets = joined({array(32, {0x40, 1, 7}), array(33, {0x42, 1, 7}), array(34, {0x44, 1, 7})});
  const Bytes record = joined({front, {4}, sets, array(39, joined({{0x4e, 1}, hidden}))});
  const auto hevc = clean_of(picture_entry("hvc1", box("hvcC", record)),
                             {joined({unit({0x4e, 1}, hidden), unit({0x26, 1}), unit({0x50, 1}, hidden)}),
                              joined({unit({0x02, 1}), unit({0x02, 9}, hidden), unit({0x7c, 1}, hidden), unit({0x2c, 1}, hidden)}),
                              joined({unit({0x02, 1}), unit({0x48, 1}, {})})});
  CHECK(holds(hevc.clean, box("hvcC", joined({front, {3}, sets}))));
  CHECK(holds(hevc.clean, joined({unit({0x26, 1}), unit({0x02, 1})})));
  CHECK(holds(hevc.clean, joined({unit({0x02, 1}), unit({0x48, 1}, {})})));
  CHECK(has_kind(hevc, "mp4.hevc.sei"));
  CHECK(warns(hevc, "second layer"));

  const Bytes user_data = joined({{0, 0, 1, 0xb2}, hidden});
  const Bytes stuffing = joined({{0, 0, 1, 0xc3}, hidden}), reserved = joined({{0, 0, 1, 0x30}, hidden});
  const Bytes headers = joined({{0, 0, 1, 0xb0, 1}, user_data, {0, 0, 1, 0x20, 5, 6}, user_data, stuffing});
  Bytes esds_box = esds(0x20, headers);
  const auto mpeg4 = clean_of(picture_entry("mp4v", esds_box),
                              {joined({{0, 0, 1, 0xb3, 9}, user_data, {0, 0, 1, 0xb6, 1, 2}, stuffing, reserved}), {0, 0, 1, 0xb6, 3}});
  CHECK(holds(mpeg4.clean, {0, 0, 1, 0xb0, 1, 0, 0, 1, 0x20, 5, 6}));
  CHECK(holds(mpeg4.clean, {0, 0, 1, 0xb3, 9, 0, 0, 1, 0xb6, 1, 2, 0, 0, 1, 0xb6, 3}));
  CHECK(has_kind(mpeg4, "mp4.mpeg4.user-data"));
  CHECK(has_kind(mpeg4, "mp4.mpeg4.unit-195"));
  CHECK(has_kind(mpeg4, "mp4.mpeg4.unit-48"));
  // A start code without a code of its own: the next unit's first byte is not its kind.
  clean_of(picture_entry("mp4v", esds(0x20, joined({{0, 0, 1, 0xb0, 1, 0, 0, 1, 0, 0, 1, 0xb2}, hidden}))), {{0, 0, 1, 0xb6, 3}});

  const Bytes vp9 = {1, 0, 0, 0, 0, 31, 0x82, 2, 2, 2, 0, 14};
  CHECK(holds(clean_of(picture_entry("vp09", joined({box("vpcC", joined({vp9, hidden}))})), {Bytes(9, 1)}).clean,
              box("vpcC", {1, 0, 0, 0, 0, 31, 0x82, 2, 2, 2, 0, 0})));
  const Bytes shown = joined({box("colr", joined({text("nclx"), {0, 1, 0, 1, 0, 1, 0x80}})), box("pasp", numbers({4, 3})),
                              box("clap", numbers({60, 1, 40, 1, 0, 1, 0xffffffff, 2})), box("fiel", {2, 9})});
  const auto prores = clean_of(picture_entry("apcn", joined({box("gama", hidden), shown})), {text("one"), text("two")});
  CHECK(holds(prores.clean, shown));
  // Each of them must be there: without it the film is shown otherwise.
  const auto with_boxes = [](const Bytes& boxes) {
    return with_track([&](TrackOf& t) { t.entry = picture_entry("apcn", boxes); t.samples = {text("one"), text("two")}; }).bytes();
  };
  const Bytes bare = must_be_clean(with_boxes({})).clean;
  CHECK(check_clean(with_boxes(box("gama", hidden)), bare));
  for (const Bytes& one : {box("colr", joined({text("nclx"), {0, 1, 0, 1, 0, 1, 0x80}})), box("pasp", numbers({4, 3})), box("fiel", {2, 9}),
                           box("clap", numbers({60, 1, 40, 1, 0, 1, 0, 1}))})
    CHECK_FALSE(check_clean(with_boxes(one), bare));
  const auto with_layout = [](const Bytes& boxes) {
    Film film = sound_only();
    film.tracks.front().entry = sound_entry("mp4a", joined({esds(), boxes}));
    return film.bytes();
  };
  CHECK_FALSE(check_clean(with_layout(full_box("chan", numbers({0x650002, 0, 0}))), must_be_clean(with_layout({})).clean));
  const Bytes doubtful = joined({box("colr", joined({text("nclx"), Bytes(7, 0x41)})),
                                 box("pasp", text("CANARY!!")), box("fiel", text("7f"))});
  const auto dropped = clean_of(picture_entry("apcn", doubtful), {text("one"), text("two")});
  CHECK_FALSE(holds(dropped.clean, text("pasp")));
  CHECK_FALSE(holds(dropped.clean, text("colr")));
}

TEST_CASE("the check refuses a clean film in which any byte is another") {
  for (const char* brand : {"isom", "qt  "}) {
    Film film = with_track([](TrackOf& t) {
      t.ctts = full_box("ctts", listed(2, {1, 0, 2, 800, 2, 0}));
      t.stss = full_box("stss", listed(1, {1, 4}));
      t.edits = box("edts", full_box("elst", listed(3, {1900, 40, 0x10000})));
    });
    film.brand = brand;
    const Bytes original = film.bytes();
    const Bytes clean = must_be_clean(original).clean;
    for (std::size_t at = 0; at < clean.size(); ++at)
      for (const Byte change : {Byte{1}, Byte{0x80}}) {
        Bytes changed = clean;
        changed[at] ^= change;
        if (check_clean(original, changed)) FAIL("accepted a change at " << at);
      }
    Bytes longer = clean;
    longer.push_back(0);
    CHECK(check_clean(original, longer).code() == Errc::not_clean);
    CHECK(check_clean(clean, clean));
    CHECK(check_clean(original, original).code() == Errc::not_clean);
  }
}

TEST_CASE("a clean copy longer than 4 GiB has wide offsets, and no film is read as a whole") {
  // The index in memory, then so many zeros of uncompressed sound that are nowhere.
  class Endless : public Content {
   public:
    Endless(Bytes front, std::uint64_t size) : front_(std::move(front)), size_(size) {}
    std::uint64_t size() const override { return size_; }
    Status read(std::span<Byte> into, std::uint64_t offset) const override {
      if (offset > size_ || into.size() > size_ - offset) return fail(Errc::truncated_media);
      was_read += into.size();
      for (std::size_t i = 0; i < into.size(); ++i) into[i] = offset + i < front_.size() ? front_[static_cast<std::size_t>(offset + i)] : Byte{0};
      return {};
    }
    mutable std::uint64_t was_read = 0;

   private:
    Bytes front_;
    std::uint64_t size_;
  };
  constexpr std::uint32_t chunks = 5, frames = 0x10000000;  // of 4 bytes: 5 GiB
  const auto endless = [&](std::uint64_t chunk_bytes) {
    Film film = sound_only();
    film.brand = "qt  ";
    TrackOf& track = film.tracks.front();
    track.entry = sound_entry("sowt", {});
    track.timescale = 48000;
    const auto index = [&](std::uint64_t media) {
      Bytes places = big32(chunks);
      for (std::uint32_t i = 0; i < chunks; ++i) append(places, big64(media + i * chunk_bytes));
      const std::uint32_t held = static_cast<std::uint32_t>(chunk_bytes / 4);
      track.stco = full_box("co64", places);
      track.stsz = full_box("stsz", numbers({4, chunks * held}));
      track.stts = full_box("stts", listed(2, {chunks * held, 1}));
      track.stsc = full_box("stsc", listed(3, {1, held, 1}));
      return film.moov(0);
    };
    const std::uint64_t media = chunks * chunk_bytes + 16;
    const Bytes type = box("ftyp", joined({text("qt  "), big32(0), text("qt  ")}));
    const std::uint64_t start = type.size() + index(0).size() + 16;
    return Endless(joined({type, index(start), big32(1), text("mdat"), big64(media)}), start + media - 16);
  };
  const Endless large = endless(std::uint64_t{4} * frames);
  const auto walked = walk_media(large);
  REQUIRE(walked);
  CHECK(walked->media == Media::m4a);
  CHECK(walked->duration_ms == (std::uint64_t{chunks} * frames + 47) / 48);
  CHECK(large.was_read < 100'000);
  CHECK(walked->plan.steps().size() == 2);
  const std::string_view literals = text_of(walked->plan.literals());
  CHECK(literals.find("co64") != literals.npos);
  CHECK(literals.find("stco") == literals.npos);
  const Endless small = endless(4000);
  const auto narrow = walk_media(small);
  REQUIRE(narrow);
  CHECK(text_of(narrow->plan.literals()).find("stco") != std::string_view::npos);
  const PlannedCopy clean(small, narrow->plan);
  const auto checked = intake::check_clean(small, clean);
  if (!checked) FAIL(checked.error().detail);
}
