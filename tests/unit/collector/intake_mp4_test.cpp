// SPDX-License-Identifier: GPL-3.0-or-later
// MP4, QuickTime, 3GP and M4A: what is left out, and that film and sound stay.
#include "intake_mp4.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

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
