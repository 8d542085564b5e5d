// SPDX-License-Identifier: GPL-3.0-or-later
// Facts and contradictions from metadata blocks and container values, honest, broken and hostile.
#include <catch2/catch.hpp>

#include <ctime>

#include "collector/intake/fact_forms.hpp"
#include "collector/intake/metadata/c2pa.hpp"
#include "collector/intake/metadata/claimed_time.hpp"
#include "collector/intake/metadata/decoded_blocks.hpp"
#include "collector/intake/metadata/metadata_reader.hpp"
#include "collector/intake/metadata/place_facts.hpp"
#include "collector/intake/walk_media.hpp"
#include "intake_exif.hpp"
#include "intake_pictures.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

namespace {

struct Times {
  const char *original = nullptr, *offset = nullptr, *gps_date = nullptr;
  std::uint32_t gps_hour = 0;
  const char* make = nullptr;
  std::uint16_t orientation = 0, width = 0, height = 0;
  std::uint32_t latitude_seconds = 0;
};

Bytes exif_of(const Times& what) {
  ExifBlock photo, place, all;
  if (what.original) photo.text(0x9003, what.original);
  if (what.offset) photo.text(0x9011, what.offset);
  if (what.width) photo.number(0xa002, what.width), photo.number(0xa003, what.height);
  if (what.latitude_seconds) {
    place.text(1, "N");
    place.rationals(2, {50, 1, 27, 1, what.latitude_seconds, 100});
    place.text(3, "E");
    place.rationals(4, {30, 1, 31, 1, 0, 1});
  }
  if (what.gps_date) {
    place.rationals(7, {what.gps_hour, 1, 12, 1, 5, 1});
    place.text(0x1d, what.gps_date);
  }
  if (what.make) all.text(0x010f, what.make);
  if (what.orientation) all.number(0x0112, what.orientation);
  all.directory(0x8769, photo);
  all.directory(0x8825, place);
  return all.bytes();
}

Bytes xmp_of(const std::string& attributes) {
  return text("<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
              "<rdf:Description xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:exif='http://ns.adobe.com/exif/1.0/' "
              "xmlns:tiff='http://ns.adobe.com/tiff/1.0/' xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' " +
              attributes + "/></rdf:RDF></x:xmpmeta>");
}

Walked photo(std::vector<Bytes> exif, std::vector<Bytes> xmp = {}) {
  Walked out;
  out.width = 400;
  out.height = 300;
  out.blocks.exif = std::move(exif);
  out.blocks.xmp = std::move(xmp);
  return out;
}

std::string fact(const ReadMetadata& read, std::string_view name) {
  for (const MetadataFact& one : read.facts)
    if (one.name == name) {
      const auto* number = std::get_if<std::uint64_t>(&one.value);
      return number ? std::to_string(*number) : std::get<std::string>(one.value);
    }
  return "(none)";
}

/// "capture.time: exif DateTimeOriginal=… | …"
std::string contradictions(const ReadMetadata& read) {
  std::string out;
  for (const Contradiction& one : read.contradictions) {
    out += (out.empty() ? "" : "; ") + one.fact + ":";
    for (const auto& value : one.values) out += " " + value.source + "=" + value.value;
  }
  return out;
}

ReadMetadata read(const Walked& walked) {
  prepare_metadata_reader();
  const ReadMetadata out = read_metadata(walked);
  for (const MetadataFact& one : out.facts) CHECK(is_metadata_fact(one));
  for (const Contradiction& one : out.contradictions) CHECK(is_contradiction(one));
  return out;
}

}  // namespace

TEST_CASE("times are read as devices write them, and written in one way") {
  struct Row {
    const char *text, *written;
  };
  const Row rows[] = {
      {"2008:10:22 16:28:39", "2008-10-22T16:28:39"},
      {"2008-10-22T16:28:39.250+02:00", "2008-10-22T16:28:39.250+02:00"},
      {"2008-10-22T16:28:39-0330", "2008-10-22T16:28:39-03:30"},
      {"2008-10-22T16:28:39Z", "2008-10-22T16:28:39+00:00"},
      {"2008-10-22T16:28", "2008-10-22T16:28"},
      {"2008-10-22", "2008-10-22"},
      {"2008-10-22T16:28:39+99:00", "2008-10-22T16:28:39"},
      {"1969-12-31T23:59:59", "1969-12-31T23:59:59"},
      {"2024:02:29 00:00:00 and more", "2024-02-29T00:00:00"},
      {"    :  :     :  :  ", ""},
      {"0000:00:00 00:00:00", ""},
      {"2023:02:29 00:00:00", ""},
      {"", ""},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto time = claimed_time(row.text);
    CHECK((time ? written(*time) : "") == row.written);
    if (time) CHECK(is_time(written(*time)));
  }
}

TEST_CASE("places of films and of XMP") {
  struct Row {
    const char *text, *written;
  };
  const Row rows[] = {
      {"+48.8577+002.2950+035.5/", "48.8577,2.295,35.5"}, {"-33.5-070.25/", "-33.5,-70.25"},
      {"+4851.462-00217.7/", "48.8577,-2.295"},          {"+485127.72+0021742/", "48.8577,2.295"},
      {"48.8577,2.295", "48.8577,2.295"},                 {"-1.5,-2.5,-3.25", "-1.5,-2.5,-3.25"},
      {"+91+000/", ""},                                   {"+48.8577", ""},
      {"+48.8577+181/", ""},                              {"", ""},
      {"+nan+inf/", ""},                                  {"1e5,1", ""},
      {"+48.8577+002.2950+9999999/", "48.8577,2.295"},    {",", ""},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto place = place_of_text(row.text);
    CHECK((place ? written(*place) : "") == row.written);
    if (place) CHECK(is_place(written(*place)));
  }
  CHECK(xmp_degrees("48,51.462N", 90) == Approx(48.8577));
  CHECK(xmp_degrees("48,51,27.72S", 90) == Approx(-48.8577));
  for (const char* bad : {"", "48", "48N48", "91,0N", "48,51.4E", "N", ",N", "48,,3N"}) CHECK_FALSE(xmp_degrees(bad, 90));
}

TEST_CASE("each fact names its source, and the satellites speak for themselves") {
  const auto found = read(photo({exif_of({.original = "2026:05:01 10:12:00", .offset = "+02:00", .gps_date = "2026:05:01",
                                          .gps_hour = 8, .make = "Maker", .latitude_seconds = 5})}));
  CHECK(fact(found, "capture.time") == "2026-05-01T10:12:00+02:00");
  CHECK(fact(found, "capture.time.source") == "exif DateTimeOriginal");
  CHECK(fact(found, "capture.time.gps") == "2026-05-01T08:12:05Z");
  CHECK(fact(found, "capture.place") == "50.4500139,30.5166667");
  CHECK(fact(found, "capture.place.source") == "exif GPSLatitude");
  CHECK(fact(found, "device.make") == "Maker");
  CHECK(fact(found, "media.duration") == "(none)");
  CHECK(fact(found, "provenance.c2pa") == "(none)");
  CHECK(contradictions(found).empty());
}

TEST_CASE("a place in Exif lies where its letters say, and without them nowhere") {
  struct Row {
    std::string_view latitude, longitude;
    std::string place;
  };
  const Row rows[] = {
      {"N", "E", "50.45,30.5"}, {"S", "W", "-50.45,-30.5"}, {"s", "w", "-50.45,-30.5"}, {"n", "e", "50.45,30.5"}, {"North", "E", "50.45,30.5"},
      {"", "E", "(none)"},      {"N", "", "(none)"},        {"X", "E", "(none)"},       {"E", "N", "(none)"}};
  for (const Row& row : rows) {
    INFO(row.latitude << " " << row.longitude);
    ExifBlock place, all;
    if (!row.latitude.empty()) place.text(1, row.latitude);
    place.rationals(2, {50, 1, 27, 1, 0, 1});
    if (!row.longitude.empty()) place.text(3, row.longitude);
    place.rationals(4, {30, 1, 30, 1, 0, 1});
    all.directory(0x8825, place);
    Walked walked;
    walked.blocks.exif = {all.bytes()};
    CHECK(fact(read(walked), "capture.place") == row.place);
  }
}

TEST_CASE("a film's container states time, place, device and duration") {
  Walked film;
  film.media = Media::quicktime;
  film.width = film.height = 16;
  film.duration_ms = 5000;
  film.c2pa = true;
  film.values = {{"mvhd.creation_time", "2026-05-01T08:12:04Z"},
                 {"keys.com.apple.quicktime.creationdate", "2026-05-01T10:12:00+0200"},
                 {"keys.com.apple.quicktime.location.ISO6709", "+50.4500+030.5167+100/"},
                 {"keys.com.apple.quicktime.make", "Maker"},
                 {"keys.com.apple.quicktime.software", "1.0\n\x1b"}};
  auto found = read(film);
  CHECK(fact(found, "capture.time") == "2026-05-01T10:12:00+02:00");
  CHECK(fact(found, "capture.time.source") == "quicktime creationdate");
  CHECK(fact(found, "capture.place") == "50.45,30.5167,100");
  CHECK(fact(found, "capture.place.source") == "quicktime location.ISO6709");
  CHECK(fact(found, "device.make") == "Maker");
  CHECK(fact(found, "software") == "1.0\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(fact(found, "media.duration") == "5000");
  CHECK(fact(found, "provenance.c2pa") == "recovery");
  CHECK(contradictions(found).empty());
  film.values[0].value = "2026-04-01T08:12:04Z";
  CHECK(contradictions(read(film)) == "capture.time: quicktime creationdate=2026-05-01T10:12:00+02:00 "
                                      "mvhd creation_time=2026-04-01T08:12:04+00:00");
  film.values = {{"mvhd.creation_time", "1904-01-01T00:00:00Z"}, {"udta.xyz", "-33.5-070.25/"}};
  found = read(film);
  CHECK(fact(found, "capture.time") == "(none)");
  CHECK(fact(found, "capture.place.source") == "udta xyz");
  film.values = {{"trailer.udta.xyz", "-33.5-070.25/"}, {"ilst.day", "2026-05-01T10:12:00Z"}};
  CHECK(fact(read(film), "capture.place.source") == "udta trailer.xyz");
  CHECK(fact(read(film), "capture.time.source") == "udta day");
}

TEST_CASE("a signed history is recognised wherever it stands, and only where it was left out") {
  const std::string store("jumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\3c2pa\0", 26);
  const Bytes box = joined({big32(40), text("jumb"), big32(32), text(store), text("more")});
  const Bytes file = joined({text("front"), box, text("behind")});
  CleanPlan without, with;
  without.copy(0, 5);
  without.copy(5 + box.size(), 6);
  with.copy(0, file.size());
  CHECK(holds_c2pa(MemoryContent(file), without).value());
  CHECK_FALSE(holds_c2pa(MemoryContent(file), with).value());
  CHECK_FALSE(holds_c2pa(MemoryContent(text("jumdc2pa, as a text says")), CleanPlan()).value());
  // Where a kind of file keeps it: segments, chunks, boxes.
  for (const Bytes& original :
       {Jpeg{.app = segment(0xeb, joined({text("JP\0\1\0\0\0\1"sv), box}))}.bytes(), Png{.before_palette = chunk("caBX", box)}.bytes()}) {
    const auto walked = walk_media(MemoryContent(original), {});
    REQUIRE(walked);
    CHECK(holds_c2pa(MemoryContent(original), walked->plan).value());
  }
}

TEST_CASE("two places that say different things are a contradiction, two spellings are not") {
  const Bytes exif = exif_of({.original = "2026:05:01 10:12:00", .make = "Maker", .orientation = 6, .width = 400, .height = 300,
                              .latitude_seconds = 5});
  struct Row {
    const char *xmp, *expected;
  };
  const Row rows[] = {
      {"photoshop:DateCreated='2026-05-01T10:12:00+02:00'", ""},  // Exif states no offset
      {"photoshop:DateCreated='2026-05-01T10:12'", ""},
      {"photoshop:DateCreated='2026-05-01'", ""},
      {"photoshop:DateCreated='2026-05-01T10:12:00.75'", ""},
      {"xmp:CreateDate='2020-01-01T00:00:00'", ""},  // when it became digital is another matter
      {"photoshop:DateCreated='2026-05-01T10:12:01'",
       "capture.time: exif DateTimeOriginal=2026-05-01T10:12:00 xmp photoshop:DateCreated=2026-05-01T10:12:01"},
      {"tiff:Make='MAKER '", ""},
      {"tiff:Make='Other'", "device.make: exif Make=Maker xmp tiff:Make=Other"},
      {"exif:GPSLatitude='50,27.0009N' exif:GPSLongitude='30,31.000E'", ""},
      {"exif:GPSLatitude='50,28.0009N' exif:GPSLongitude='30,31.000E'",
       "capture.place: exif GPSLatitude=50.4500139,30.5166667 xmp exif:GPSLatitude=50.4666817,30.5166667"},
      {"tiff:Orientation='6'", ""},
      {"tiff:Orientation='1'", "image.orientation: exif Orientation=6 xmp Orientation=1"},
      {"exif:PixelXDimension='300' exif:PixelYDimension='400'", ""},  // turned
      {"exif:PixelXDimension='4000'",
       "image.width: exif PixelXDimension=400 xmp PixelXDimension=4000 container width=400"},
  };
  for (const Row& row : rows) {
    INFO(row.xmp);
    CHECK(contradictions(read(photo({exif}, {xmp_of(row.xmp)}))) == row.expected);
  }
  // Under two offsets: the same instant, and another.
  const Bytes there = exif_of({.original = "2026:05:01 10:12:00", .offset = "+02:00"});
  CHECK(contradictions(read(photo({there}, {xmp_of("photoshop:DateCreated='2026-05-01T08:12:00Z'")}))).empty());
  CHECK_FALSE(contradictions(read(photo({there}, {xmp_of("photoshop:DateCreated='2026-05-01T10:12:00Z'")}))).empty());
  // A second block; the satellites; the picture's own size.
  CHECK(contradictions(read(photo({exif_of({.make = "A"}), exif_of({.make = "B"})}))) ==
        "device.make: exif Make=A exif Make 2=B");
  CHECK(contradictions(read(photo({exif_of({.original = "2026:05:01 10:12:00", .gps_date = "2026:05:03", .gps_hour = 8})}))) ==
        "capture.time: exif DateTimeOriginal=2026-05-01T10:12:00 exif GPSTimeStamp=2026-05-03T08:12:05+00:00");
  CHECK(contradictions(read(photo({exif_of({.width = 4000, .height = 3000})}))) ==
        "image.width: exif PixelXDimension=4000 container width=400; "
        "image.height: exif PixelYDimension=3000 container height=300");
  // What the container turns and what Exif turns.
  Walked heic = photo({exif_of({.orientation = 6})});
  heic.media = Media::heic;
  heic.orientation = 6;
  CHECK(contradictions(read(heic)).empty());
  heic.orientation = 0;
  CHECK(contradictions(read(heic)) == "image.orientation: exif Orientation=6 container orientation=1");
}

TEST_CASE("a broken block hides nothing else") {
  const auto found = read(photo({text("II*\0garbage"sv), exif_of({.make = "Maker"})}, {text("<not xmp"), xmp_of("tiff:Model='M'")}));
  CHECK(fact(found, "device.make") == "Maker");
  CHECK(fact(found, "device.model") == "M");
  CHECK(found.warnings.size() == 1);
}

TEST_CASE("hostile metadata end in bounded time and plain values") {
  const std::clock_t start = std::clock();
  std::string nested, lists, bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaaaaaaaa'>";
  for (int i = 0; i < 200'000; ++i) nested += "<a>";
  for (int i = 0; i < 100'000; ++i) lists += "<rdf:Description><rdf:li>";
  for (char c = 'b'; c <= 'z'; ++c) bomb += "<!ENTITY "s + c + " '&" + char(c - 1) + ";&" + char(c - 1) + ";'>";
  bomb += "]><x>&z;</x>";
  const std::string long_value(10'000'000, 'x');
  std::string siblings;
  for (int i = 0; i < 9'000; ++i) siblings += " xmp:a" + std::to_string(i) + "='b'";
  CHECK(fact(read(photo({}, {xmp_of(siblings + " tiff:Model='M'")})), "device.model") == "M");
  for (int i = 0; i < 200'000; ++i) siblings += " xmp:c" + std::to_string(i) + "='b'";
  CHECK(read(photo({}, {xmp_of(siblings)})).warnings.size() == 1);
  Walked records = photo({});
  for (int i = 0; i < 3'000'000; ++i) append(records.blocks.iptc, Bytes{0x1c, 2, static_cast<Byte>(i < 1'500'000 ? 25 : 5), 0, 0});
  CHECK(read(records).warnings.size() == 1);
  records.blocks.iptc.resize(longest_iptc);
  CHECK(read(records).contradictions.empty());
  for (const Bytes& packet : {text(nested), text(lists), text(bomb), text("\xff\xfe<\0a\0>\0"sv), Bytes(20'000'000, '<'),
                              Bytes(), Bytes(1'000'000, 0)}) {
    const auto found = read(photo({exif_of({.make = "Maker"})}, {packet, xmp_of("tiff:Model='M'")}));
    CHECK(fact(found, "device.make") == "Maker");
    CHECK(fact(found, "device.model") == "M");
    CHECK(found.warnings.size() >= (packet.empty() ? 0u : 1u));
  }
  CHECK(fact(read(photo({}, {xmp_of("tiff:Model='" + long_value + "'")})), "device.model") == std::string(1024, 'x'));
  CHECK(fact(read(photo({exif_of({.make = "\xff\xc0\x80\x1b[2J"})})), "device.make") ==
        "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd[2J");
  std::vector<Bytes> many;
  for (int i = 0; i < 1000; ++i) many.push_back(exif_of({.make = i % 2 ? "A" : "B"}));
  const auto found = read(photo(many, std::vector<Bytes>(1000, xmp_of("tiff:Make='C'"))));
  REQUIRE(found.contradictions.size() == 1);
  CHECK(found.contradictions[0].values.size() == contradiction_values_cap);
  CHECK(std::clock() - start < 20 * CLOCKS_PER_SEC);
}

TEST_CASE("exiv2 is shown the Exif block of a clean copy, and must see the orientation alone") {
  prepare_metadata_reader();
  CHECK(is_bare_exif(Media::jpeg, canonical_exif(6)));
  CHECK_FALSE(is_bare_exif(Media::jpeg, exif(6, "a description")));
  CHECK_FALSE(is_bare_exif(Media::webp, exif_of({.make = "Maker"})));
  CHECK_FALSE(is_bare_exif(Media::png, text("II*\0garbage"sv)));
  CHECK_FALSE(is_bare_exif(Media::png, Bytes()));
  ExifBlock page, more;
  page.number(256, 8);
  page.number(257, 8);
  page.number(0x0112, 6);
  CHECK(is_bare_exif(Media::tiff, page.bytes()));
  more.text(0x0131, "Editor");
  CHECK_FALSE(is_bare_exif(Media::tiff, more.bytes()));
}
