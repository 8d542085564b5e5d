// SPDX-License-Identifier: GPL-3.0-or-later
// JPEG: what is refused and by which name, what is left out, and that the picture stays.
#include "intake_walked.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

namespace {

using Strings = std::vector<std::string>;

// Ones behind the last code of an interval, as encoders write them.
Jpeg progressive() {
  Jpeg out{.frame = 0xc2, .spectrum = {0, 0, 0}, .coded = {0x0f}};
  out.more_scans = joined({segment(0xda, {1, 1, 0, 1, 63, 0}), {0x0f}});
  return out;
}

Jpeg with_restarts(std::size_t count, int first = 0) {
  Jpeg out{.width = 32, .before_scan = segment(0xdd, {0, 2})};  // 8 blocks: restarts after each 2, so 3
  for (std::size_t i = 0; i < count; ++i)
    append(out.coded, Bytes{0x0f, 0xff, static_cast<Byte>(0xd0 + ((i + static_cast<std::size_t>(first)) & 7))});
  out.coded.push_back(0x0f);
  return out;
}

const Bytes hidden = text(canary);

}  // namespace

TEST_CASE("a JPEG that lies is refused by name") {
  const Bytes tables = Jpeg{}.tables;
  Bytes overfull = huffman(0, 0);
  overfull[1] = 3;
  append(overfull, Bytes{1, 2});
  Bytes short_table = huffman(0, 0);
  short_table.pop_back();
  const auto refused = [](const char* what, const Jpeg& jpeg, const char* name) {
    INFO(what);
    CHECK(refusal(jpeg.bytes()) == name);
  };
  refused("lossless", {.frame = 0xc3}, "unsupported_media");
  refused("hierarchical", {.frame = 0xc5}, "unsupported_media");
  refused("arithmetic", {.frame = 0xc9}, "unsupported_media");
  refused("arithmetic conditioning", {.app = segment(0xcc, {0, 0})}, "unsupported_media");
  refused("12 bits", {.frame = 0xc1, .bits = 12}, "unsupported_media");
  refused("height stated later", {.height = 0, .coded = {0}}, "unsupported_media");
  refused("number of lines", {.more_scans = segment(0xdc, {0, 16})}, "unsupported_media");
  refused("no width", {.width = 0, .coded = {0}}, "malformed_media");
  refused("width over 65500", {.width = 65535, .coded = {0}}, "malformed_media");
  refused("huge, and hardly any data", {.width = 65500, .height = 65500, .coded = Bytes(100, 0)}, "truncated_media");
  refused("no components", {.ids = {}}, "malformed_media");
  refused("five components", {.ids = {1, 2, 3, 4, 5}}, "malformed_media");
  refused("component named twice", {.ids = {1, 1}}, "malformed_media");
  refused("no tables", {.tables = {}}, "malformed_media");
  refused("no Huffman tables", {.tables = segment(0xdb, quantisation(0))}, "malformed_media");
  refused("overfull Huffman table", {.app = segment(0xc4, overfull)}, "malformed_media");
  refused("cut Huffman table", {.app = segment(0xc4, short_table)}, "malformed_media");
  refused("Huffman table 4", {.app = segment(0xc4, huffman(0, 4))}, "malformed_media");
  refused("Huffman class 2", {.app = segment(0xc4, huffman(2, 0))}, "malformed_media");
  refused("quantisation table 4", {.app = segment(0xdb, quantisation(4))}, "malformed_media");
  refused("quantisation of 3 bytes", {.app = segment(0xdb, quantisation(0x30))}, "malformed_media");
  refused("empty table segment", {.app = segment(0xdb, {})}, "malformed_media");
  refused("restart interval of 3 bytes", {.app = segment(0xdd, {0, 0, 0})}, "malformed_media");
  refused("segment length 1", {.app = {0xff, 0xe1, 0, 1}}, "malformed_media");
  refused("segment longer than the file", {.app = {0xff, 0xe1, 0xff, 0xff}}, "truncated_media");
  refused("bytes between segments", {.app = text("XY")}, "malformed_media");
  refused("unknown marker", {.app = segment(0xf0, hidden)}, "malformed_media");
  refused("reserved marker", {.app = segment(0x02, hidden)}, "malformed_media");
  refused("marker 01", {.app = {0xff, 0x01}}, "malformed_media");
  refused("restart outside a scan", {.app = {0xff, 0xd0}}, "malformed_media");
  refused("second start", {.app = {0xff, 0xd8}}, "malformed_media");
  refused("two frames", {.before_scan = Jpeg{}.frame_segment()}, "malformed_media");
  refused("scan before frame", {.app = joined({tables, Jpeg{}.scan_segment(), {0}})}, "malformed_media");
  refused("no scan", {.app = {0xff, 0xd9}}, "truncated_media");
  refused("component scanned twice", {.more_scans = joined({Jpeg{}.scan_segment(), {0}})}, "malformed_media");
  refused("baseline with spectral selection", {.spectrum = {0, 10, 0}}, "malformed_media");
  refused("baseline with approximation", {.spectrum = {0, 63, 1}}, "malformed_media");
  refused("two colour transforms",
       {.app = joined({segment(0xee, text("Adobe\0\x64\0\0\0\0\0"sv)), segment(0xee, text("Adobe\0\x64\0\0\0\0\1"sv))})},
       "malformed_media");
  refused("colour transform 3", {.app = segment(0xee, text("Adobe\0\x64\0\0\0\0\3"sv))}, "malformed_media");
  refused("fewer bits than blocks", {.width = 64, .coded = {0, 0, 0}}, "truncated_media");
  refused("no end", {.end = {}}, "truncated_media");
  refused("half an end", {.end = {0xff}}, "truncated_media");
  refused("only fill to the end", {.end = {0xff, 0xff, 0xff}}, "truncated_media");
  refused("fill before a coded byte", {.coded = {0, 0xff, 0xff, 0x00, 0}}, "malformed_media");
  refused("too few restarts", with_restarts(2), "truncated_media");
  refused("too many restarts", with_restarts(4), "malformed_media");
  refused("restarts out of order", with_restarts(3, 1), "malformed_media");
  refused("restarts without an interval", {.coded = {0, 0xff, 0xd0, 0}}, "malformed_media");
  Jpeg order = progressive();
  order.spectrum = {1, 63, 0};
  CHECK(refusal(order.bytes()) == "malformed_media");
  Jpeg changed = progressive();
  changed.more_scans = joined({segment(0xdb, quantisation(0, 2)), changed.more_scans});
  CHECK(refusal(changed.bytes()) == "malformed_media");
}

TEST_CASE("a JPEG that is cut at any byte is refused") {
  Jpeg jpeg = with_restarts(3);
  jpeg.app = exif_segment(exif(6, canary));
  const Bytes whole = jpeg.bytes();
  must_be_clean(whole);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string name = refusal(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    if (name != (size == 0 ? "empty_file" : "truncated_media")) FAIL(size << ": " << name);
  }
}

TEST_CASE("nothing that is not the picture survives in a JPEG") {
  const auto app = [](int marker, std::string_view label) {
    return segment(marker, joined({text(label), hidden}));
  };
  Bytes utf16;
  for (const char c : canary) utf16.push_back(static_cast<Byte>(c)), utf16.push_back(0);
  const auto left_out = [](const char* what, const Jpeg& jpeg, const Strings& removed) {
    INFO(what);
    CHECK(kinds(must_be_clean(jpeg.bytes())) == removed);
  };
  left_out("comment", {.app = segment(0xfe, hidden)}, {"jpeg.com"});
  left_out("Exif", {.app = exif_segment(exif(1, canary))}, {"jpeg.app1.exif"});
  left_out("Exif in UTF-16", {.app = exif_segment(utf16)}, {"jpeg.app1.exif"});
  left_out("two Exif blocks", {.app = joined({exif_segment(exif(6, canary)), exif_segment(exif(3, canary))})},
       {"jpeg.app1.exif", "jpeg.app1.exif"});
  left_out("broken Exif", {.app = app(0xe1, "Exif\0\0II*"sv)}, {"jpeg.app1.exif"});
  left_out("XMP", {.app = app(0xe1, "http://ns.adobe.com/xap/1.0/\0"sv)}, {"jpeg.app1.xmp"});
  left_out("more XMP", {.app = app(0xe1, "http://ns.adobe.com/xmp/extension/\0"sv)}, {"jpeg.app1.xmp-extended"});
  left_out("colour profile", {.app = app(0xe2, "ICC_PROFILE\0\1\1"sv)}, {"jpeg.app2.icc"});
  left_out("index of pictures", {.app = app(0xe2, "MPF\0"sv)}, {"jpeg.app2.mpf"});
  left_out("C2PA", {.app = app(0xeb, "JP\0\1\0\0\0\1"sv)}, {"jpeg.app11.jumbf"});
  left_out("Photoshop", {.app = app(0xed, "Photoshop 3.0\0" "8BIM\4\4"sv)}, {"jpeg.app13.photoshop"});
  left_out("others", {.app = joined({app(0xe7, ""), app(0xe9, ""), app(0xec, "Ducky"), app(0xef, "")})},
       {"jpeg.app7", "jpeg.app9", "jpeg.app12.ducky", "jpeg.app15"});
  left_out("JFIF with a preview", {.jfif = app(0xe0, "JFIF\0\1\2\1\1\x2c\1\x2c\2\2"sv)}, {"jpeg.app0.jfif"});
  left_out("JFXX", {.app = app(0xe0, "JFXX\0\x10"sv)}, {"jpeg.app0.jfxx"});
  left_out("Adobe with more", {.app = app(0xee, "Adobe\0\x64\1\2\3\4\1"sv)}, {"jpeg.app14.adobe"});
  left_out("fill", {.app = joined({{0xff, 0xff, 0xff, 0xff}, segment(0xfe, hidden)})}, {"jpeg.fill", "jpeg.com"});
  left_out("unused quantisation", {.app = segment(0xdb, quantisation(2, 'C'))}, {"jpeg.dqt.unused"});
  left_out("unused Huffman", {.app = segment(0xc4, huffman(1, 3))}, {"jpeg.dht.unused"});
  left_out("table given twice", {.before_scan = segment(0xdb, quantisation(0))}, {"jpeg.dqt.unused"});
  left_out("Exif behind the scan", {.more_scans = exif_segment(exif(6, canary))}, {"jpeg.app1.exif"});
  left_out("trailer", {.trailer = hidden}, {"jpeg.trailer.other"});
}

TEST_CASE("nothing stands behind the last block of coded data") {
  const Bytes packet = joined({text("<x:xmpmeta>"), hidden, text("</x:xmpmeta>")});
  const auto left_out = [](const char* what, const Jpeg& jpeg, const Jpeg& without, std::size_t places) {
    INFO(what);
    const Cleaned walked = must_be_clean(jpeg.bytes());
    CHECK(kinds(walked) == Strings(places, "jpeg.scan.slack"));
    CHECK(walked.warnings.size() == 1);
    CHECK(walked.clean == must_be_clean(without.bytes()).clean);
    // The check sees it by itself, whatever the original holds.
    CHECK_FALSE(check_clean(jpeg.bytes(), jpeg.bytes()));
    CHECK_FALSE(check_clean(without.bytes(), jpeg.bytes()));
  };
  left_out("behind the scan", {.coded = joined({{0}, packet})}, {}, 1);
  left_out("one byte", {.coded = {0, 0x7f}}, {}, 1);
  left_out("with a stuffed byte", {.coded = joined({{0, 0xff, 0}, packet, {0xff, 0}})}, {}, 1);
  Jpeg each{.width = 32, .before_scan = segment(0xdd, {0, 2})};
  for (Byte i = 0; i < 4; ++i) append(each.coded, joined({{0x0f}, packet, i < 3 ? Bytes{0xff, static_cast<Byte>(0xd0 + i)} : Bytes{}}));
  left_out("behind each interval", each, with_restarts(3), 4);
  Jpeg first = progressive(), second = progressive();
  append(first.coded, packet);
  append(second.more_scans, packet);
  left_out("behind the first of two scans", first, progressive(), 1);
  left_out("behind the second", second, progressive(), 1);
}

TEST_CASE("progressive scans are decoded: runs, refinement, and no bit twice") {
  // DC difference 0 by '0'. AC: a run of 4 blocks by '0', a coefficient by '10', end of block by '110'.
  const Bytes ac = joined({{0x10}, {1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, {0x20, 0x01, 0x00}});
  Jpeg jpeg{.frame = 0xc2, .spectrum = {0, 0, 1}, .coded = {0x0f}};
  jpeg.tables = joined({segment(0xdb, quantisation(0)), segment(0xc4, huffman(0, 0)), segment(0xc4, ac)});
  const auto with = [&](const std::vector<std::pair<Bytes, Bytes>>& scans) {
    Jpeg out = jpeg;
    for (const auto& [spectrum, coded] : scans)
      append(out.more_scans, joined({segment(0xda, joined({{1, 1, 0}, spectrum})), coded}));
    return out.bytes();
  };
  const Bytes dc_again = {0, 0, 0x10}, first = {1, 63, 1}, again = {1, 63, 0x10};
  must_be_clean(with({{dc_again, {0x5f}}, {first, {0x1f}}, {again, {0x1f}}}));  // 4 bits; '0' and two of the run
  // A coefficient in the first block and nothing in the others; refinement corrects that one.
  const std::pair<Bytes, Bytes> set = {first, {0xbb, 0x6d}};
  CHECK(refusal(with({set, {again, {0b00010000}}})) == "accepted");
  CHECK(refusal(with({set, {again, {}}})) == "truncated_media");
  CHECK(refusal(with({{first, {0x1f}}, {first, {0x1f}}})) == "malformed_media");
  CHECK(refusal(with({{dc_again, {0x5f}}, {dc_again, {0x5f}}})) == "malformed_media");
  CHECK(refusal(with({{again, {0x1f}}})) == "malformed_media");
  CHECK(refusal(with({{{5, 63, 1}, {0x1f}}, {{1, 5, 1}, {0x1f}}})) == "malformed_media");
  CHECK(refusal(with({{first, {0xff, 0}}})) == "malformed_media");   // no such code
  CHECK(refusal(with({{first, {0b11001111}}})) == "malformed_media");  // a run over more blocks than there are
}

TEST_CASE("what was removed is listed as it stood") {
  const Bytes comment = segment(0xfe, hidden);
  const Cleaned walked = must_be_clean(Jpeg{.app = comment, .trailer = hidden}.bytes());
  REQUIRE(walked.removed.size() == 2);
  CHECK(walked.removed[0] == RemovedElement{"jpeg.com", comment.size(), sha256(comment)});
  CHECK(walked.removed[1] == RemovedElement{"jpeg.trailer.other", hidden.size(), sha256(hidden)});
  CHECK(walked.warnings.size() == 1);
}

TEST_CASE("the orientation of the first Exif block stays, alone and in one form") {
  for (unsigned orientation = 0; orientation <= 9; ++orientation) {
    const Cleaned walked = must_be_clean(Jpeg{.app = exif_segment(exif(orientation, canary))}.bytes());
    const bool stays = orientation >= 2 && orientation <= 8;
    CHECK(walked.orientation == (orientation >= 1 && orientation <= 8 ? orientation : 0));
    CHECK((text_of(walked.clean).find("Exif") != std::string_view::npos) == stays);
  }
  const Jpeg two{.app = joined({exif_segment(exif(6, "a")), exif_segment(exif(3, "b"))})};
  CHECK(must_be_clean(two.bytes()).orientation == 6);
}

TEST_CASE("progressive, restarts, several components and separate scans stay what they are") {
  must_be_clean(progressive().bytes());
  must_be_clean(with_restarts(3).bytes());
  must_be_clean(Jpeg{.ids = {1, 2, 3}}.bytes());
  must_be_clean(Jpeg{.ids = {'R', 'G', 'B'}, .jfif = {}}.bytes());
  must_be_clean(Jpeg{.ids = {1, 2, 3, 4}, .app = segment(0xee, text("Adobe\0\x64\0\0\0\0\2"sv)), .jfif = {}}.bytes());
  // Each component in a scan of its own, with a new table between them.
  Jpeg apart{.ids = {1, 2}};
  const Bytes whole = joined({{0xff, 0xd8}, apart.tables, apart.frame_segment(), segment(0xda, {1, 1, 0, 0, 63, 0}), {0},
                              segment(0xc4, huffman(0, 1)), segment(0xfe, hidden),
                              segment(0xda, {1, 2, 0x10, 0, 63, 0}), {0}, {0xff, 0xd9}});
  CHECK(kinds(must_be_clean(whole)) == Strings{"jpeg.com"});
  // Selectors of tables that a scan does not use say nothing, so they are zero.
  Jpeg loose = progressive();
  loose.more_scans = joined({segment(0xda, {1, 1, 0x30, 1, 63, 0}), {0x0f}});
  CHECK(must_be_clean(loose.bytes()).clean == must_be_clean(progressive().bytes()).clean);
  // Tables together in one segment, and fill between restarts.
  Jpeg together = with_restarts(3);
  together.tables = joined({segment(0xdb, quantisation(0)), segment(0xc4, joined({huffman(0, 0), huffman(1, 0)}))});
  together.coded.insert(together.coded.begin() + 1, 0xff);
  CHECK(must_be_clean(together.bytes()).clean == must_be_clean(with_restarts(3).bytes()).clean);
}

TEST_CASE("the independent check refuses a JPEG copy with anything added, changed or left out") {
  const Bytes original = Jpeg{.app = exif_segment(exif(6, canary)), .jfif = {}}.bytes();
  const Bytes clean = must_be_clean(original).clean;
  const auto with = [&](std::size_t at, const Bytes& more) {
    Bytes out = clean;
    out.insert(out.begin() + static_cast<std::ptrdiff_t>(at), more.begin(), more.end());
    return out;
  };
  const auto refused = [&](const Bytes& copy) { return !check_clean(original, copy); };
  CHECK(refused({}));
  CHECK(refused(original));
  for (const Bytes& more : {segment(0xfe, hidden), segment(0xe1, hidden), segment(0xdb, quantisation(3)),
                            segment(0xc4, huffman(1, 3)), segment(0xdd, {0, 0}), Bytes{0xff}, Bytes{0}})
    for (std::size_t at = 0; at <= clean.size(); ++at)
      if (!refused(with(at, more))) FAIL("accepted " << more.size() << " bytes more at " << at);
  for (const unsigned orientation : {1u, 3u, 7u})
    CHECK(refused(must_be_clean(Jpeg{.app = exif_segment(exif(orientation, canary)), .jfif = {}}.bytes()).clean));
  const Bytes turned_twice = Jpeg{.app = joined({exif_segment(exif(6, "a")), exif_segment(exif(3, "b"))}), .jfif = {}}.bytes();
  CHECK(check_clean(turned_twice, clean));
  // A byte of the coded data or of a table that is used may not change either.
  for (std::size_t at = 0; at < clean.size(); ++at) {
    Bytes copy = clean;
    copy[at] ^= 0x10;
    if (!refused(copy)) FAIL("accepted a change at " << at);
    copy = clean;
    copy.erase(copy.begin() + static_cast<std::ptrdiff_t>(at));
    if (!refused(copy)) FAIL("accepted without the byte at " << at);
  }
}
