// SPDX-License-Identifier: GPL-3.0-or-later
// The forms in which a worker may state facts: nothing impossible, nothing that plays tricks.
#include <catch2/catch.hpp>

#include "collector/intake/fact_forms.hpp"
#include "collector/intake/worker/worker_answer.hpp"

using namespace dokaz;
using namespace dokaz::intake;

TEST_CASE("a time is a day that the calendar has, with an hour or without") {
  for (const char* good :
       {"2026-05-01", "2024-02-29", "1000-01-01", "9999-12-31T23:59:59.999999999+14:00", "2026-05-01T10:12",
        "2026-05-01T10:12+02:00", "2026-05-01T10:12:00", "2026-05-01T10:12:00.5", "2026-05-01T10:12:00Z",
        "2026-05-01T10:12:00.25-03:30"})
    CHECK(is_time(good));
  for (const char* bad :
       {"", "2026", "2026-05", "0999-01-01", "2026-02-29", "2026-04-31", "2026-13-01", "2026-00-01", "2026-01-00",
        "2026-05-01 10:12:00", "2026-05-01T24:00:00", "2026-05-01T10:60:00", "2026-05-01T10:12:60",
        "2026-05-01T10:12:00.", "2026-05-01T10:12:00.1234567890", "2026-05-01T10:12:00+14:01",
        "2026-05-01T10:12:00+2:00", "2026-05-01T10:12:00z", "2026-05-01T10:12:00 ", "2026-05-01T10:12:00Z\n",
        "2026-05-01T", "2026-05-01Z", "2026-05-01T10", "+026-05-01", "2026-05-01T-1:12:00"})
    CHECK_FALSE(is_time(bad));
  CHECK(is_satellite_time("2026-05-01T10:12:00Z"));
  CHECK(is_satellite_time("2026-05-01T10:12:00.5Z"));
  for (const char* bad : {"2026-05-01", "2026-05-01T10:12Z", "2026-05-01T10:12:00", "2026-05-01T10:12:00+00:00"})
    CHECK_FALSE(is_satellite_time(bad));
}

TEST_CASE("a place is on the earth, and written in one way") {
  for (const char* good : {"0,0", "53.9,27.5667", "-90,-180", "90,180,100000", "-0.5,0.0000001,-12.5"})
    CHECK(is_place(good));
  for (const char* bad : {"", "0", "0,", "0,0,", "0,0,0,0", "90.1,0", "0,180.0000001", "91,0", "0,-181", "0,0,100001",
                          "+1,0", "01,0", "1.0,0", "1.,0", "-0,0", "1e1,0", "nan,0", "0.00000001,0", " 0,0", "0,0 "})
    CHECK_FALSE(is_place(bad));
}

TEST_CASE("a source names a kind of block and a field") {
  for (const char* good : {"exif DateTimeOriginal", "xmp photoshop:DateCreated", "mvhd creation_time", "exif Make 2",
                           "quicktime location.ISO6709 99"})
    CHECK(is_source(good));
  for (const char* bad : {"", "exif", "exif ", " exif Make", "exif Make 1", "exif Make 0", "exif Make 100", "exif Make 02",
                          "exif Make ", "exif  Make", "exif Make 2 3", "said nobody", "exif M\xc3\xa4ke", "exif M\nke",
                          "exif aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    CHECK_FALSE(is_source(bad));
}

TEST_CASE("names, kinds and ranges of facts are closed") {
  using Number = std::uint64_t;
  const std::string s = "x";
  for (const MetadataFact& good : {MetadataFact{"software", s}, MetadataFact{"provenance.c2pa", std::string("recovery")},
                                   MetadataFact{"image.orientation", Number{8}},
                                   MetadataFact{"media.duration", Number{9007199254740991}}})
    CHECK(is_metadata_fact(good));
  for (const MetadataFact& bad :
       {MetadataFact{"note", s}, MetadataFact{"removed", s}, MetadataFact{"software", std::string()},
        MetadataFact{"software", std::string(1025, 'x')}, MetadataFact{"software", std::string("\xe2\x80\xae")},
        MetadataFact{"software", Number{1}}, MetadataFact{"provenance.c2pa", s}, MetadataFact{"image.orientation", s},
        MetadataFact{"image.orientation", Number{9}}, MetadataFact{"image.width", Number{0}},
        MetadataFact{"image.width", Number{4294967296}}, MetadataFact{"media.duration", Number{9007199254740992}}})
    CHECK_FALSE(is_metadata_fact(bad));
}

TEST_CASE("a contradiction is one, and survives the way to the parent") {
  const Contradiction good{"capture.time", {{"exif DateTimeOriginal", "2026-05-01"}, {"mvhd creation_time", "2026-05-02"}}};
  CHECK(is_contradiction(good));
  const auto changed = [&](auto change) {
    Contradiction out = good;
    change(out);
    return is_contradiction(out);
  };
  CHECK_FALSE(changed([](Contradiction& c) { c.fact = "note"; }));
  CHECK_FALSE(changed([](Contradiction& c) { c.values.pop_back(); }));
  CHECK_FALSE(changed([](Contradiction& c) { c.values[1].value = c.values[0].value; }));
  CHECK_FALSE(changed([](Contradiction& c) { c.values[1].value = ""; }));
  CHECK_FALSE(changed([](Contradiction& c) { c.values[1].value = "a\x1b"; }));
  CHECK_FALSE(changed([](Contradiction& c) { c.values[1].value = std::string(257, 'x'); }));
  CHECK_FALSE(changed([](Contradiction& c) { c.values[1].source = "elsewhere x"; }));
  CHECK_FALSE(changed([](Contradiction& c) { c.values.resize(17, c.values[0]); }));

  TakeAnswer answer;
  answer.width = answer.height = 1;
  answer.plan.copy(0, 1);
  answer.contradictions = {good, good};
  CHECK(decode_take(encode(answer), 1).value().contradictions == answer.contradictions);
  answer.contradictions.resize(contradictions_cap + 1, good);
  CHECK(decode_take(encode(answer), 1).code() == Errc::parser_died);
}
