// SPDX-License-Identifier: GPL-3.0-or-later
// JPEG: where cameras and phones put more than the picture, and where somebody might. A canary in each place.
#include "collector/intake/check/icc.hpp"
#include "intake_profiles.hpp"
#include "intake_walked.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

namespace {

using Strings = std::vector<std::string>;

const Bytes hidden = text(canary);

Bytes app(int marker, std::string_view label, const Bytes& body = hidden) {
  return segment(marker, joined({text(label), body}));
}
Bytes little32(std::uint32_t value) {
  Bytes out = big32(value);
  std::reverse(out.begin(), out.end());
  return out;
}
Bytes box(std::string_view type, const Bytes& body) {
  return joined({big32(static_cast<std::uint32_t>(body.size() + 8)), text(type), body});
}
bool warned(const Cleaned& walked, std::string_view words) {
  return std::any_of(walked.warnings.begin(), walked.warnings.end(),
                     [&](const std::string& warning) { return warning.find(words) != std::string::npos; });
}
bool any_holds(const std::vector<Bytes>& blocks, std::string_view words) {
  return std::any_of(blocks.begin(), blocks.end(),
                     [&](const Bytes& block) { return text_of(block).find(words) != std::string_view::npos; });
}

/// A small picture with metadata of its own.
Bytes inner_picture(int width, int height, const Bytes& more = {}) {
  return Jpeg{.width = width, .height = height, .app = joined({exif_segment(exif(1, canary)), more})}.bytes();
}
/// An Exif block whose second directory describes a preview.
Bytes exif_with_preview(const Bytes& jpeg) {
  return joined({text("MM\0*\0\0\0\x08"sv), {0, 0}, big32(14), {0, 2},
                 {0x02, 0x01, 0, 4}, big32(1), big32(44), {0x02, 0x02, 0, 4}, big32(1),
                 big32(static_cast<std::uint32_t>(jpeg.size())), big32(0), jpeg});
}
Bytes resource(unsigned id, const Bytes& body) {
  return joined({text("8BIM"), big16(id), {0, 0}, big32(static_cast<std::uint32_t>(body.size())), body, Bytes(body.size() % 2, 0)});
}
Bytes film() {
  const Bytes place = joined({text("\xa9xyz"sv), big16(18), {0x15, 0xc7}, text("+53.9006+027.5590/")});
  const Bytes xmp = joined({text("\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac"sv), text("<x:xmpmeta>"), hidden});
  return joined({box("ftyp", text("mp42")), box("moov", box("udta", joined({big32(static_cast<std::uint32_t>(place.size() + 4)), place}))),
                 box("uuid", xmp), box("mdat", hidden)});
}
/// Phones of one maker name what they append in a directory at the very end.
Bytes samsung(const Bytes& data) {
  const Bytes directory = joined({text("SEFH"), little32(106), little32(1), {0, 0, 0x30, 0x0a},
                                  little32(static_cast<std::uint32_t>(data.size())), little32(static_cast<std::uint32_t>(data.size()))});
  return joined({data, directory, little32(static_cast<std::uint32_t>(directory.size())), text("SEFT")});
}

Cleaned left_out(const char* what, const Jpeg& jpeg, const Strings& removed) {
  INFO(what);
  Cleaned walked = must_be_clean(jpeg.bytes());
  CHECK(kinds(walked) == removed);
  return walked;
}

}  // namespace

TEST_CASE("what stands behind a JPEG's end is named by its structure") {
  const Bytes second = inner_picture(16, 16);
  Cleaned walked = left_out("second picture", {.app = app(0xe2, "MPF\0"sv), .trailer = second}, {"jpeg.app2.mpf", "jpeg.trailer.jpeg"});
  CHECK(warned(walked, "further pictures"));
  CHECK(any_holds(walked.blocks.exif, canary));
  CHECK(left_out("third picture", {.trailer = joined({second, Bytes(7, 0), second})},
                 {"jpeg.trailer.jpeg", "jpeg.trailer.other", "jpeg.trailer.jpeg"}).blocks.exif.size() == 2);
  left_out("cut picture", {.trailer = Bytes(second.begin(), second.begin() + 40)}, {"jpeg.trailer.jpeg"});

  const Bytes gain_map = inner_picture(8, 8, app(0xe1, "http://ns.adobe.com/xap/1.0/\0<x hdrgm='http://ns.adobe.com/hdr-gain-map/1.0/'/>"sv));
  walked = left_out("gain map", {.trailer = gain_map}, {"jpeg.trailer.jpeg"});
  CHECK(warned(walked, "HDR"));
  CHECK_FALSE(warned(walked, "further pictures"));
  CHECK(warned(left_out("gain map of ISO", {.app = app(0xe2, "urn:iso:std:iso:ts:21496:-1\0"sv),
                                            .trailer = inner_picture(8, 8, app(0xe2, "urn:iso:std:iso:ts:21496:-1\0"sv))},
                        {"jpeg.app2.gain-map", "jpeg.trailer.jpeg"}), "HDR"));

  const Bytes hint = app(0xe1, "http://ns.adobe.com/xap/1.0/\0<x GCamera:MicroVideo='1'/>"sv);
  for (const Bytes& announced : {hint, Bytes{}}) {
    walked = must_be_clean(Jpeg{.app = announced, .trailer = film()}.bytes());
    CHECK(kinds(walked).back() == "jpeg.trailer.mp4");
    CHECK(warned(walked, "motion photo"));
    REQUIRE(walked.values.size() == 1);
    CHECK(walked.values[0].name == "udta.xyz");
    CHECK(walked.values[0].value == "+53.9006+027.5590/");
    CHECK(any_holds(walked.blocks.xmp, canary));
  }
  left_out("film behind a gap", {.trailer = joined({Bytes(13, 0), film(), hidden})},
           {"jpeg.trailer.other", "jpeg.trailer.mp4", "jpeg.trailer.other"});
  left_out("film that goes on to the end", {.trailer = joined({box("ftyp", text("isom")), big32(0), text("mdat"), hidden})}, {"jpeg.trailer.mp4"});

  walked = left_out("phone's directory", {.trailer = samsung(joined({hidden, film(), second}))}, {"jpeg.trailer.samsung"});
  CHECK(warned(walked, "motion photo"));
  CHECK(warned(walked, "further pictures"));
  CHECK(any_holds(walked.blocks.exif, canary));
  left_out("picture, then directory", {.trailer = joined({second, samsung(hidden)})}, {"jpeg.trailer.jpeg", "jpeg.trailer.samsung"});
  left_out("directory that lies", {.trailer = joined({hidden, text("SEFH"), little32(106), little32(0xffffffff), little32(12), text("SEFT")})},
           {"jpeg.trailer.other", "jpeg.trailer.samsung"});
  left_out("directory of no size", {.trailer = joined({hidden, Bytes(16, 0xff), text("SEFT")})}, {"jpeg.trailer.other"});
  left_out("ZIP", {.trailer = joined({text("PK\3\4"), hidden})}, {"jpeg.trailer.zip"});
  left_out("ZIP behind random bytes", {.trailer = joined({hidden, text("PK\3\4"), hidden})}, {"jpeg.trailer.other", "jpeg.trailer.zip"});
  left_out("a new line", {.trailer = text("\n")}, {"jpeg.trailer.other"});
}

TEST_CASE("trailers made to keep a reader busy are gone through once") {
  Bytes many;
  for (int i = 0; i < 200'000; ++i) append(many, text("\xff\xd8\xff\xd9\0\0\0\x08" "ftyp"sv));
  CHECK(must_be_clean(Jpeg{.trailer = many}.bytes()).removed.size() < 600);
  Bytes films;
  for (int i = 0; i < 200'000; ++i) append(films, text("\0\0\0\1ftyp"sv));
  CHECK(must_be_clean(Jpeg{.trailer = films}.bytes()).removed.size() < 600);
  must_be_clean(Jpeg{.trailer = Bytes(2'000'000, 0xff)}.bytes());
  must_be_clean(Jpeg{.trailer = joined({text("\xff\xd8"), Bytes(2'000'000, 0xff)})}.bytes());
}

TEST_CASE("previews that show something else are told, and their metadata are read") {
  const auto with = [](const Bytes& block) { return must_be_clean(Jpeg{.width = 64, .height = 32, .app = block}.bytes()); };
  const auto said = [](const Cleaned& walked) { return warned(walked, "other proportions"); };
  const Bytes same = inner_picture(32, 16), other = inner_picture(24, 32), usual = Jpeg{.width = 160, .height = 120}.bytes();
  CHECK(said(with(exif_segment(exif_with_preview(other)))));
  CHECK_FALSE(said(with(exif_segment(exif_with_preview(same)))));
  CHECK_FALSE(said(with(exif_segment(exif_with_preview(usual)))));
  CHECK(any_holds({with(exif_segment(exif_with_preview(same))).blocks.exif.back()}, canary));
  const Bytes thumbnail = resource(1036, joined({Bytes(28, 0), other}));
  const Cleaned photoshop = with(app(0xed, "Photoshop 3.0\0"sv, joined({resource(1000, hidden), thumbnail})));
  CHECK(said(photoshop));
  CHECK(any_holds(photoshop.blocks.exif, canary));
  CHECK(said(with(app(0xe0, "JFIF\0\1\2\0\0\1\0\1\2\4"sv, Bytes(24, 'C')))));
  CHECK_FALSE(said(with(app(0xe0, "JFIF\0\1\2\0\0\1\0\1\4\2"sv, Bytes(24, 'C')))));
  CHECK(said(must_be_clean(Jpeg{.width = 64, .height = 32, .trailer = other}.bytes())));
  // A directory that points at itself, and one outside of the block.
  Bytes cyclic = exif_with_preview(same);
  cyclic[13] = 8;
  with(exif_segment(cyclic));
  cyclic[11] = 0xff;
  with(exif_segment(cyclic));
}

TEST_CASE("metadata spread over several segments are put together for the reader") {
  const Bytes name = text("0123456789ABCDEF0123456789ABCDEF");
  const auto part = [&](std::uint32_t length, std::uint32_t offset, std::string_view body) {
    return app(0xe1, "http://ns.adobe.com/xmp/extension/\0"sv, joined({name, big32(length), big32(offset), text(body)}));
  };
  const Cleaned walked = left_out("long XMP", {.app = joined({part(13, 7, "7f3a91"), part(13, 0, "CANARY-")})},
                                  {"jpeg.app1.xmp-extended", "jpeg.app1.xmp-extended"});
  REQUIRE(walked.blocks.xmp.size() == 1);
  CHECK(walked.blocks.xmp[0] == hidden);
  CHECK(must_be_clean(Jpeg{.app = part(0xffffffff, 0xfffffff0, "7f3a91")}.bytes()).blocks.xmp[0].size() == 6);

  const auto boxes = [](Byte number, std::string_view body) {
    return app(0xeb, "JP"sv, joined({{0, number, 0, 0, 0, 1}, text(body), hidden}));
  };
  constexpr auto store = "\0\0\1\0jumb\0\0\0\x1ejumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\3c2pa\0"sv;
  const Cleaned history = left_out("C2PA", {.app = joined({boxes(1, store), boxes(1, "\0\0\1\0jumb"), boxes(2, "\0\0\0\x20jumb"sv)})},
                                   {"jpeg.app11.c2pa", "jpeg.app11.c2pa", "jpeg.app11.jumbf"});
  CHECK(history.c2pa);
  CHECK(warned(history, "C2PA"));
  CHECK_FALSE(must_be_clean(Jpeg{.app = boxes(2, "\0\0\0\x20jumb"sv)}.bytes()).c2pa);
}

TEST_CASE("broken metadata are left out like any other") {
  const auto gone = [](const Bytes& block) { CHECK(must_be_clean(Jpeg{.app = block}.bytes()).removed.size() == 1); };
  gone(exif_segment(joined({text("II*\0\xff\xff\xff\xff"sv), hidden})));
  gone(exif_segment(joined({text("MM\0*\0\0\0\x08\xff\xff"sv), hidden})));
  gone(exif_segment({}));
  gone(app(0xed, "Photoshop 3.0\0" "8BIM\4\x0c\0\0\xff\xff\xff\xff"sv));
  gone(app(0xed, "Photoshop 3.0\0" "8BIM"sv, {}));
  gone(app(0xe1, "http://ns.adobe.com/xmp/extension/\0"sv, {}));
  gone(app(0xe2, "ICC_PROFILE\0"sv, {}));
  gone(app(0xe2, "ICC_PROFILE\0\0\0"sv));
  gone(app(0xe2, "ICC_PROFILE\0\2\1"sv));
  gone(app(0xe0, "JFIF\0"sv, {}));
  gone(app(0xee, "Adobe\0\x64\0\0\0\0\1"sv, joined({hidden, hidden})));
}

TEST_CASE("a JPEG keeps a colour profile in its reduced form") {
  const auto parts = [](const Bytes& profile, std::size_t size) {
    Bytes out;
    const std::size_t count = (profile.size() + size - 1) / size;
    for (std::size_t i = count; i > 0; --i)  // in any order
      append(out, app(0xe2, "ICC_PROFILE\0"sv,
                      joined({{static_cast<Byte>(i), static_cast<Byte>(count)},
                              Bytes(profile.begin() + static_cast<std::ptrdiff_t>((i - 1) * size),
                                    profile.begin() + static_cast<std::ptrdiff_t>(std::min(profile.size(), i * size)))})));
    return out;
  };
  const Bytes display = display_profile().bytes(), gray = gray_profile().bytes();
  const Bytes colour = {1, 2, 3}, one = {1};
  const Cleaned whole = must_be_clean(Jpeg{.ids = colour, .app = parts(display, 65000)}.bytes());
  CHECK(kinds(whole) == Strings{"jpeg.app2.icc"});
  CHECK(whole.warnings.empty());
  const std::size_t at = text_of(whole.clean).find("ICC_PROFILE");
  REQUIRE(at != std::string_view::npos);
  CHECK(must_be_clean(Jpeg{.ids = colour, .app = parts(display, 1000)}.bytes()).clean == whole.clean);
  CHECK(text_of(must_be_clean(Jpeg{.ids = one, .app = parts(gray, 65000)}.bytes()).clean).find("ICC_PROFILE") != std::string_view::npos);

  const auto dropped = [&](const char* what, const Bytes& ids, const Bytes& segments) {
    INFO(what);
    const Cleaned walked = must_be_clean(Jpeg{.ids = ids, .app = segments}.bytes());
    CHECK(warned(walked, "colour profile"));
    CHECK(walked.clean == must_be_clean(Jpeg{.ids = ids}.bytes()).clean);
    const auto refused = walk(Jpeg{.ids = ids, .app = segments}.bytes(), {.colour_profile = ColourProfile::refuse});
    CHECK_FALSE(refused);
  };
  dropped("for other samples", one, parts(display, 65000));
  dropped("for other samples", colour, parts(gray, 65000));
  Bytes missing = parts(display, 1000);
  missing.erase(missing.begin(), missing.begin() + 1000);
  missing.insert(missing.begin(), {0xff, 0xe7, 0, 2});
  missing = joined({app(0xe2, "ICC_PROFILE\0\1\3"sv), app(0xe2, "ICC_PROFILE\0\3\3"sv)});
  dropped("a part is missing", colour, missing);
  dropped("a part twice", colour, joined({parts(display, 65000), parts(display, 65000)}));
  dropped("parts disagree", colour, joined({app(0xe2, "ICC_PROFILE\0\1\2"sv), app(0xe2, "ICC_PROFILE\0\2\3"sv)}));
  dropped("for print", {1, 2, 3, 4}, parts(Profile{.kind = "prtr", .space = "CMYK", .connection = "Lab ", .tags = {{"A2B0", hidden}}}.bytes(), 65000));
  const Bytes file = Jpeg{.ids = colour, .app = parts(display, 65000)}.bytes();
  const Cleaned without = must_be_clean(file, {.colour_profile = ColourProfile::drop});
  CHECK(without.clean == must_be_clean(Jpeg{.ids = colour}.bytes()).clean);
  CHECK(text_of(must_be_clean(file, {.colour_profile = ColourProfile::refuse}).clean) == text_of(whole.clean));

  // The check wants the profile of that original, reduced, and fit for the samples.
  CHECK_FALSE(check_clean(Jpeg{.ids = colour, .app = parts(display_profile(gamma_curve(2)).bytes(), 65000)}.bytes(), whole.clean));
  CHECK_FALSE(check_clean(Jpeg{.ids = colour}.bytes(), whole.clean));
  Bytes other = whole.clean;
  other[at + 14 + 4] = 'C';  // CMM
  CHECK_FALSE(check_clean(file, other));
}

TEST_CASE("bits that fill an interval's last byte become ones") {
  // Four blocks of two bits in one byte, then a fifth to eighth of which half a byte is left.
  const auto coded = [](Byte last) { return Jpeg{.width = 24, .coded = {0, last}}.bytes(); };
  const Cleaned walked = must_be_clean(coded(0x06));
  CHECK(kinds(walked) == Strings{"jpeg.scan.padding"});
  CHECK(walked.removed[0] == RemovedElement{"jpeg.scan.padding", 1, sha256(Bytes{0x06})});
  CHECK(walked.clean == must_be_clean(coded(0x0f)).clean);
  CHECK(must_be_clean(coded(0x0f)).removed.empty());
  CHECK_FALSE(check_clean(coded(0x06), coded(0x06)));
  CHECK(check_clean(coded(0x06), walked.clean)->coded == check_clean(coded(0x0f), walked.clean)->coded);
  CHECK_FALSE(check_clean(coded(0x16), walked.clean));
  // Refinement of DC takes one bit a block: '1111' and filling, which makes FF.
  const Bytes tables = joined({segment(0xdb, quantisation(0)), segment(0xc4, huffman(0, 0))});
  Jpeg refined{.frame = 0xc2, .tables = tables, .spectrum = {0, 0, 1}, .coded = {0x0f}};
  refined.more_scans = joined({segment(0xda, {1, 1, 0, 0, 0, 0x10}), {0xf0}});
  const Cleaned stuffed = must_be_clean(refined.bytes());
  CHECK(kinds(stuffed) == Strings{"jpeg.scan.padding"});
  Jpeg as_it_should{refined};
  as_it_should.more_scans = joined({segment(0xda, {1, 1, 0, 0, 0, 0x10}), {0xff, 0}});
  CHECK(must_be_clean(as_it_should.bytes()).clean == stuffed.clean);
  CHECK(must_be_clean(as_it_should.bytes()).removed.empty());
}

TEST_CASE("a restart interval that says nothing is left out") {
  const Bytes plain = must_be_clean(Jpeg{}.bytes()).clean;
  const auto with = [](const Bytes& segments) { return must_be_clean(Jpeg{.before_scan = segments}.bytes()); };
  for (const Bytes& value : {Bytes{'C', 'A'}, Bytes{0, 4}, Bytes{0, 0}}) {
    CHECK(with(segment(0xdd, value)).clean == plain);
    CHECK(kinds(with(segment(0xdd, value))) == Strings{"jpeg.dri.unused"});
    CHECK_FALSE(check_clean(Jpeg{}.bytes(), Jpeg{.before_scan = segment(0xdd, value)}.bytes()));
  }
  CHECK(with(joined({segment(0xdd, {'C', 'A'}), segment(0xdd, {0, 0})})).clean == plain);
  CHECK(must_be_clean(Jpeg{.more_scans = segment(0xdd, {'C', 'A'})}.bytes()).clean == plain);
}

TEST_CASE("hostile JPEGs end in bounded time and memory") {
  // 60 MB of profile segments.
  Bytes segments;
  for (int i = 0; i < 920; ++i) append(segments, app(0xe2, "ICC_PROFILE\0\1\1"sv, Bytes(65000, 'C')));
  CHECK(must_be_clean(Jpeg{.ids = {1, 2, 3}, .app = segments}.bytes()).removed.size() == 920);
  // More elements than anybody can list.
  Bytes tiny;
  for (int i = 0; i < 150'000; ++i) append(tiny, segment(0xfe, {}));
  CHECK(refusal(Jpeg{.app = tiny}.bytes()) == "malformed_media");
  // Thousands of scans, over many blocks.
  Jpeg scans{.width = 8000, .height = 8000, .frame = 0xc2, .spectrum = {0, 0, 13}, .coded = Bytes(125'000, 0)};
  for (unsigned low = 13; low > 0; --low)
    append(scans.more_scans, joined({segment(0xda, {1, 1, 0, 0, 0, static_cast<Byte>(low << 4 | (low - 1))}), Bytes(125'000, 0)}));
  CHECK(must_be_clean(scans.bytes()).width == 8000);
  // Runs of 32767 blocks by '0' and 14 bits: a scan of a million blocks in 60 bytes, again and again.
  Bytes runs = joined({{0x10}, {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, {0xe0}});
  Jpeg many{.width = 8000, .height = 8000, .frame = 0xc2,
            .tables = joined({segment(0xdb, quantisation(0)), segment(0xc4, huffman(0, 0)), segment(0xc4, runs)}),
            .spectrum = {0, 0, 0}, .coded = Bytes(125'000, 0)};
  std::string bits;
  const auto run = [&](unsigned blocks) {
    bits += '0';
    for (int bit = 13; bit >= 0; --bit) bits += (blocks - 16384) >> bit & 1 ? '1' : '0';
  };
  for (int i = 0; i < 30; ++i) run(32767);
  run(1'000'000 - 30 * 32767);
  while (bits.size() % 8 != 0) bits += '1';
  Bytes coded;
  for (std::size_t i = 0; i < bits.size(); i += 8) {
    coded.push_back(static_cast<Byte>(std::stoi(bits.substr(i, 8), nullptr, 2)));
    if (coded.back() == 0xff) coded.push_back(0);
  }
  for (Byte k = 1; k < 64; ++k)
    for (int low = 13; low >= 0; --low)
      append(many.more_scans, joined({segment(0xda, {1, 1, 0, k, k, static_cast<Byte>(low == 13 ? 13 : (low + 1) << 4 | low)}), coded}));
  CHECK(refusal(many.bytes()) == "too_large");
  Jpeg endless = many;
  endless.width = endless.height = 16;
  endless.coded = {0};
  CHECK(refusal(endless.bytes()) != "accepted");
}
