// SPDX-License-Identifier: GPL-3.0-or-later
// TIFF: what is refused and by which name, what is left out, and that every page stays.
#include "collector/intake/pixels/pixels.hpp"
#include "intake_profiles.hpp"
#include "intake_tiff.hpp"
#include "intake_walked.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

namespace {

using Strings = std::vector<std::string>;

const Bytes hidden = text(canary);

Tiff one_page(TiffPage page) { return {.pages = {std::move(page)}}; }
Tiff with(std::map<unsigned, TiffValue> tags) { return one_page({.tags = std::move(tags)}); }
TiffPage coded(unsigned codec, Bytes first, Bytes second) { return {.codec = codec, .strips = {std::move(first), std::move(second)}}; }
Bytes and_hidden(Bytes coded) { return joined({coded, hidden}); }

const Bytes grey(8, 0x11), darker(8, 0x22), run = {0xf9, 0x11}, darker_run = {0xf9, 0x22};

TiffPage jpeg_page() {
  return {.tags = {{347, tiff_bytes(tiff_jpeg_tables())}}, .width = 16, .height = 32, .codec = 7, .rows = 16,
          .strips = {tiff_jpeg_strip(16, 16), tiff_jpeg_strip(16, 16)}};
}

/// All promises, and equal samples by libtiff.
Cleaned must_look_the_same(const Tiff& tiff) {
  const Bytes file = tiff.bytes();
  Cleaned cleaned = must_be_clean(file);
  const auto before = pixels_of(Media::tiff, file), after = pixels_of(Media::tiff, cleaned.clean);
  REQUIRE(before);
  REQUIRE(after);
  CHECK(*before == *after);
  return cleaned;
}

}  // namespace

TEST_CASE("pages of every codec stay as they are coded") {
  for (const bool big : {false, true}) {
    const auto stays = [&](const char* what, const TiffPage& page) {
      INFO(what << (big ? ", big-endian" : ", little-endian"));
      Tiff tiff = one_page(page);
      tiff.big = big;
      CHECK(must_look_the_same(tiff).removed.empty());
    };
    stays("as it is", {});
    stays("one strip", {.rows = 4, .strips = {Bytes(16, 3)}});
    stays("rows per strip not stated", {.tags = {{278, {}}}, .strips = {Bytes(16, 3)}});
    stays("rows per strip without end", {.tags = {{278, {4, {0xffffffff}}}}, .strips = {Bytes(16, 3)}});
    stays("last strip shorter", {.rows = 3, .strips = {Bytes(12, 3), Bytes(4, 3)}});
    stays("two bytes to a sample", {.depth = 16, .strips = {Bytes(16, 3), Bytes(16, 4)}});
    stays("one bit", {.width = 9, .depth = 1, .strips = {Bytes(4, 3), Bytes(4, 4)}});
    stays("bits reversed", {.tags = {{266, {3, {2}}}}, .width = 9, .depth = 1, .strips = {Bytes(4, 3), Bytes(4, 4)}});
    stays("colours", {.space = 2, .samples = 3, .strips = {Bytes(24, 3), Bytes(24, 4)}});
    stays("colours apart", {.tags = {{284, {3, {2}}}}, .space = 2, .samples = 3, .rows = 4,
                            .strips = {Bytes(16, 3), Bytes(16, 4), Bytes(16, 5)}});
    stays("colours and alpha", {.tags = {{338, {3, {2}}}}, .space = 2, .samples = 4, .strips = {Bytes(32, 3), Bytes(32, 4)}});
    stays("CMYK", {.space = 5, .samples = 4, .strips = {Bytes(32, 3), Bytes(32, 4)}});
    stays("palette", {.tags = {{320, {3, std::vector<std::uint32_t>(48, 700)}}}, .space = 3, .depth = 4, .strips = {Bytes(4, 3), Bytes(4, 4)}});
    stays("floating point", {.tags = {{339, {3, {3}}}}, .depth = 32, .strips = {Bytes(32, 0), Bytes(32, 0)}});
    stays("subsampled", {.tags = {{530, {3, {2, 2}}}, {531, {3, {2}}}}, .space = 6, .samples = 3, .strips = {Bytes(12, 3), Bytes(12, 4)}});
    stays("studio range", {.tags = {{530, {3, {1, 1}}}, {529, {5, {2126, 10000, 7152, 10000, 722, 10000}}},
                                    {532, {5, {16, 1, 235, 1, 128, 1, 240, 1, 128, 1, 240, 1}}}},
                           .space = 6, .samples = 3, .strips = {Bytes(24, 3), Bytes(24, 4)}});
    stays("tiles", {.tags = {{322, {3, {16}}}, {323, {3, {16}}}}, .width = 20, .height = 4, .strips = {Bytes(256, 1), Bytes(256, 2)}, .tiled = true});
    stays("LZW", coded(5, tiff_lzw(grey), tiff_lzw(darker)));
    stays("LZW without its end", coded(5, tiff_lzw(grey, false), tiff_lzw(darker, false)));
    stays("LZW with differences", {.tags = {{317, {3, {2}}}}, .codec = 5, .strips = {tiff_lzw(grey), tiff_lzw(darker)}});
    stays("Deflate", coded(8, deflated(grey), deflated(darker)));
    stays("Deflate by its old number", coded(32946, deflated(grey), deflated(darker)));
    stays("PackBits", coded(32773, run, darker_run));
    stays("JPEG", jpeg_page());
    stays("JPEG with tables in the strips", {.width = 16, .height = 16, .codec = 7, .rows = 16, .strips = {Jpeg{.jfif = {}}.bytes()}});
  }
}

TEST_CASE("orientation and all pages stay") {
  TiffPage turned{.tags = {{274, {3, {6}}}}};
  TiffPage second{.tags = {{254, {4, {2}}}, {297, {3, {1, 2}}}}, .codec = 32773, .strips = {run, darker_run}};
  TiffPage mask{.tags = {{254, {4, {4}}}}, .space = 4, .depth = 1, .strips = {Bytes(2, 0xf0), Bytes(2, 0xf0)}};
  const Cleaned cleaned = must_look_the_same({.pages = {turned, second, mask}});
  CHECK(cleaned.orientation == 6);
  CHECK(orientation_of(cleaned.clean) == 6);
  CHECK(kinds(cleaned) == Strings{"tiff.tag"});
  std::size_t pages = 0;
  for (std::uint32_t at = 8; at != 0; ++pages) {
    const std::size_t count = cleaned.clean[at] | cleaned.clean[at + 1] << 8, link = at + 2 + 12 * count;
    at = static_cast<std::uint32_t>(cleaned.clean[link] | cleaned.clean[link + 1] << 8);
  }
  CHECK(pages == 3);
  CHECK(std::count(cleaned.warnings.begin(), cleaned.warnings.end(),
                   "the file has several pages, and all of them are in the clean copy") == 1);
}

TEST_CASE("what is not the picture is left out of a TIFF") {
  const auto leaves_out = [](const char* what, const Tiff& tiff, const Strings& expected) {
    INFO(what);
    const Cleaned cleaned = must_look_the_same(tiff);
    CHECK(kinds(cleaned) == expected);
  };
  leaves_out("description", with({{270, tiff_text(canary)}}), {"tiff.description", "tiff.description"});
  leaves_out("short text", with({{271, tiff_text("Foo")}}), {"tiff.make"});
  leaves_out("XMP", with({{700, tiff_bytes(hidden)}}), {"tiff.xmp", "tiff.xmp"});
  leaves_out("IPTC", with({{33723, tiff_bytes(hidden)}}), {"tiff.iptc", "tiff.iptc"});
  leaves_out("Photoshop", with({{34377, tiff_bytes(hidden)}, {37724, tiff_bytes(hidden)}}),
             {"tiff.photoshop", "tiff.photoshop-layers", "tiff.photoshop", "tiff.photoshop-layers"});
  leaves_out("an unknown tag", with({{65000, tiff_bytes(hidden)}}), {"tiff.tag", "tiff.tag"});
  leaves_out("resolution", with({{282, {5, {72, 1}}}, {283, {5, {72, 1}}}, {296, {3, {2}}}}), {"tiff.tag", "tiff.tag", "tiff.tag"});
  leaves_out("bytes behind the last directory", {.trailer = hidden}, {"tiff.unreferenced"});
  leaves_out("bytes between the parts", {.between = hidden}, {"tiff.unreferenced"});
  leaves_out("bytes behind samples as they are", one_page(coded(1, and_hidden(grey), darker)), {"tiff.strip.slack"});
  leaves_out("bytes behind LZW", one_page(coded(5, and_hidden(tiff_lzw(grey)), tiff_lzw(darker))), {"tiff.strip.slack"});
  leaves_out("bytes behind Deflate", one_page(coded(8, and_hidden(deflated(grey)), deflated(darker))), {"tiff.strip.slack"});
  leaves_out("bytes behind PackBits", one_page(coded(32773, and_hidden(run), darker_run)), {"tiff.strip.slack"});
  TiffPage behind_jpeg = jpeg_page();
  append(behind_jpeg.strips[0], hidden);
  leaves_out("bytes behind JPEG", one_page(behind_jpeg), {"tiff.strip.slack"});
  TiffPage behind_tables = jpeg_page();
  append(behind_tables.tags[347].bytes, hidden);
  leaves_out("bytes behind JPEG tables", one_page(behind_tables), {"tiff.jpeg-tables"});
  TiffPage unused = jpeg_page();
  unused.tags[347].bytes = joined({{0xff, 0xd8}, Jpeg{}.tables, segment(0xdb, joined({{1}, hidden, Bytes(51, 1)})), {0xff, 0xd9}});
  leaves_out("a JPEG table that nothing uses", one_page(unused), {"tiff.jpeg-tables"});
  leaves_out("a smaller version", {.pages = {TiffPage{}, TiffPage{.tags = {{254, {4, {1}}}, {270, tiff_text(canary)}}}}},
             {"tiff.preview"});
  leaves_out("a C2PA manifest", with({{52545, tiff_bytes(hidden)}}), {"tiff.c2pa", "tiff.c2pa"});
  CHECK(walk(with({{52545, tiff_bytes(hidden)}}).bytes())->c2pa);
}

TEST_CASE("a colour profile is reduced for samples that it is for") {
  const Bytes profile = display_profile().bytes();
  TiffPage colours{.tags = {{34675, tiff_bytes(profile)}}, .space = 2, .samples = 3, .strips = {Bytes(24, 3), Bytes(24, 4)}};
  const Cleaned cleaned = must_look_the_same(one_page(colours));
  CHECK(kinds(cleaned) == Strings{"tiff.icc"});
  CHECK(text_of(cleaned.clean).find("acsp") != std::string_view::npos);
  CHECK_FALSE(check_clean(Tiff{}.bytes(), cleaned.clean));

  Bytes other = display_profile(gamma_curve(2)).bytes();
  colours.tags[34675] = tiff_bytes(other);
  CHECK_FALSE(check_clean(one_page(colours).bytes(), cleaned.clean));

  const Cleaned dropped = must_be_clean(with({{34675, tiff_bytes(profile)}}).bytes());  // samples are gray
  CHECK(dropped.warnings.size() == 1);
  CHECK(text_of(dropped.clean).find("acsp") == std::string_view::npos);
}

TEST_CASE("directories below a page are read for facts and left out") {
  Tiff tiff = with({{271, tiff_text("Maker of cameras")}, {34665, {4, {0}}}, {34853, {4, {0}}}, {330, {4, {0}}}});
  Bytes file = tiff.bytes();
  const auto put_directory = [&](unsigned tag, unsigned child_tag, std::string_view child) {
    file.resize(file.size() + file.size() % 2);
    const auto at = static_cast<std::uint32_t>(file.size());
    tiff.number(file, 1, 2);
    tiff.number(file, child_tag, 2);
    tiff.number(file, 2, 2);
    tiff.number(file, child.size() + 1, 4);
    tiff.number(file, at + 18, 4);
    tiff.number(file, 0, 4);
    append(file, bytes_of(child));
    file.push_back(0);
    const Bytes name = {static_cast<Byte>(tag), static_cast<Byte>(tag >> 8), 4, 0, 1, 0, 0, 0};
    const auto entry = std::search(file.begin(), file.end(), name.begin(), name.end());
    for (unsigned i = 0; i < 4; ++i) entry[8 + i] = static_cast<Byte>(at >> 8 * i);
  };
  put_directory(34665, 0x9003, "2026:05:01 10:12:00");
  put_directory(34853, 0x001d, canary);
  put_directory(330, 0x010e, canary);
  const Cleaned cleaned = must_be_clean(file);
  CHECK(kinds(cleaned) == Strings{"tiff.make", "tiff.make", "tiff.sub-pictures", "tiff.exif", "tiff.gps", "tiff.exif", "tiff.gps",
                                  "tiff.sub-pictures"});
  REQUIRE(cleaned.blocks.exif.size() == 1);
  const std::string_view block = text_of(cleaned.blocks.exif.front());
  CHECK(block.find("Maker of cameras") != block.npos);
  CHECK(block.find("2026:05:01 10:12:00") != block.npos);
  CHECK(block.find(canary) != block.npos);
}

TEST_CASE("a TIFF that lies is refused by name") {
  const auto refused = [](const char* what, const Tiff& tiff, const char* name) {
    INFO(what);
    CHECK(refusal(tiff.bytes()) == name);
  };
  refused("no width", one_page({.width = 0}), "malformed_media");
  refused("larger than any picture", one_page({.tags = {{256, {4, {0x7fffffff}}}, {257, {4, {0x7fffffff}}}, {278, {}}}, .strips = {grey}}),
          "too_large");
  refused("strips missing", one_page({.strips = {grey}}), "malformed_media");
  refused("one strip too many", one_page({.strips = {grey, darker, hidden}}), "malformed_media");
  refused("a strip too short", one_page(coded(1, grey, Bytes(7, 0))), "truncated_media");
  refused("a strip beyond the end", with({{273, {4, {8, 4000}}}}), "truncated_media");
  refused("a strip at the end of numbers", with({{273, {4, {8, 0xffffffff}}}, {279, {4, {8, 0xffffffff}}}}), "truncated_media");
  refused("strips that are one", with({{273, {4, {8, 8}}}}), "malformed_media");
  refused("strips that overlap", with({{273, {4, {8, 12}}}}), "malformed_media");
  refused("a strip over the header", with({{273, {4, {0, 16}}}}), "malformed_media");
  refused("an empty strip", with({{279, {4, {8, 0}}}}), "malformed_media");
  refused("no sizes of strips", with({{279, {}}}), "malformed_media");
  refused("strips and tiles", with({{322, {3, {16}}}, {323, {3, {16}}}}), "malformed_media");
  refused("tiles of 15", one_page({.tags = {{322, {3, {15}}}, {323, {3, {16}}}}, .strips = {Bytes(240, 1)}, .tiled = true}), "malformed_media");
  const auto in_tile_of = [](std::uint32_t columns, std::uint32_t rows) {
    return one_page({.tags = {{322, {3, {columns}}}, {323, {3, {rows}}}}, .strips = {Bytes(std::size_t{columns} * rows, 1)}, .tiled = true});
  };
  refused("a tile much wider than the picture", in_tile_of(528, 16), "unsupported_media");
  refused("a tile much higher than the picture", in_tile_of(16, 528), "unsupported_media");
  refused("no colour space", with({{262, {}}}), "malformed_media");
  refused("palette missing", with({{262, {3, {3}}}}), "malformed_media");
  refused("a text as width", with({{256, tiff_text("abc")}}), "malformed_media");
  refused("a tag of a type that libtiff does not know", with({{65000, {77, {1, 2}}}}), "malformed_media");
  refused("a circle", {.last = 40}, "malformed_media");
  refused("the next directory beyond the end", {.last = 100000}, "truncated_media");
  refused("only a smaller version", with({{254, {4, {1}}}}), "unsupported_media");
  refused("a smaller version as old programs say it", with({{255, {3, {2}}}}), "unsupported_media");
  refused("LZW that is cut", one_page(coded(5, tiff_lzw(Bytes(7, 1)), tiff_lzw(darker))), "truncated_media");
  refused("LZW that is longer", one_page(coded(5, joined({tiff_lzw(grey), {0x80}}), Bytes{0x80, 0x7f, 0xff})), "malformed_media");
  refused("LZW without its start", one_page(coded(5, Bytes(9, 0x11), tiff_lzw(darker))), "unsupported_media");
  refused("Deflate that is longer", one_page(coded(8, deflated(Bytes(9, 1)), deflated(darker))), "malformed_media");
  refused("Deflate that is cut", one_page(coded(8, deflated(Bytes(7, 1)), deflated(darker))), "truncated_media");
  refused("Deflate that is damaged", one_page(coded(8, Bytes(20, 0x78), deflated(darker))), "malformed_media");
  refused("PackBits that is longer", one_page(coded(32773, Bytes{0xf8, 1}, darker_run)), "malformed_media");
  refused("PackBits that is cut", one_page(coded(32773, Bytes{0xfa, 1}, darker_run)), "truncated_media");
  refused("old-style JPEG", one_page(coded(6, grey, darker)), "unsupported_media");
  refused("JPEG 2000", one_page(coded(34712, grey, darker)), "unsupported_media");
  refused("compression of a raw photo", one_page(coded(34713, grey, darker)), "unsupported_media");
  refused("sensor samples", with({{262, {3, {32803}}}}), "unsupported_media");
  refused("DNG", with({{50706, {1, {1, 4, 0, 0}}}}), "unsupported_media");
  refused("reversed bits of grey", with({{266, {3, {2}}}}), "unsupported_media");
  refused("inks by name", one_page({.tags = {{332, {3, {2}}}}, .space = 5, .samples = 4, .strips = {Bytes(32, 3), Bytes(32, 4)}}), "unsupported_media");
  refused("samples of several sizes", one_page({.tags = {{258, {3, {5, 6, 5}}}}, .space = 2, .samples = 3, .strips = {grey, darker}}), "unsupported_media");
  CHECK(refusal(text("II+\0\x08\0\0\0"sv)) == "unsupported_media");
  CHECK(refusal(text("II*\0\x08\0"sv)) == "truncated_media");
}

TEST_CASE("a tile beyond the edge of its page is named") {
  const auto tiled = [](std::uint32_t width, std::uint32_t height) {
    return one_page({.tags = {{322, {3, {16}}}, {323, {3, {16}}}}, .width = width, .height = height, .strips = {Bytes(256, 1)}, .tiled = true});
  };
  CHECK(must_be_clean(tiled(16, 16).bytes()).warnings.empty());
  CHECK(must_be_clean(tiled(15, 16).bytes()).warnings.size() == 1);
  CHECK(must_be_clean(tiled(16, 15).bytes()).warnings.size() == 1);
}

TEST_CASE("JPEG inside TIFF holds a picture and nothing else") {
  const auto refused = [](const char* what, const Bytes& strip, const char* name) {
    INFO(what);
    TiffPage page = jpeg_page();
    page.strips[1] = strip;
    CHECK(refusal(one_page(page).bytes()) == name);
  };
  Jpeg plain{.jfif = {}, .tables = {}};
  const auto changed = [&](auto change) {
    Jpeg out = plain;
    change(out);
    return out.bytes();
  };
  refused("a comment", changed([](Jpeg& j) { j.app = segment(0xfe, hidden); }), "malformed_media");
  refused("Exif", changed([](Jpeg& j) { j.app = exif_segment(exif(6, canary)); }), "malformed_media");
  refused("JFIF", changed([](Jpeg& j) { j.jfif = Jpeg{}.jfif; }), "malformed_media");
  refused("a table that it does not use", changed([](Jpeg& j) { j.tables = segment(0xdb, quantisation(2)); }), "malformed_media");
  refused("bytes within the scan", changed([](Jpeg& j) { j.coded = joined({{0}, hidden}); }), "malformed_media");
  refused("a larger picture", changed([](Jpeg& j) { j.height = 24; }), "malformed_media");
  refused("several scans", changed([](Jpeg& j) { j.more_scans = j.scan_segment(); }), "unsupported_media");
  refused("progressive", changed([](Jpeg& j) { j.frame = 0xc2; }), "unsupported_media");
  refused("no end", changed([](Jpeg& j) { j.end = {}; }), "truncated_media");
  refused("a component called by a secret", changed([](Jpeg& j) { j.ids = {'C'}; }), "malformed_media");
}

TEST_CASE("Group 4 ends with its mark") {
  TiffPage fax{.width = 8, .height = 1, .codec = 4, .depth = 1, .rows = 1, .strips = {Bytes{0x80, 0x08, 0x00, 0x80}}};
  CHECK(must_look_the_same(one_page(fax)).removed.empty());
  append(fax.strips[0], hidden);
  CHECK(kinds(must_be_clean(one_page(fax).bytes())) == Strings{"tiff.strip.slack"});
}

TEST_CASE("the check refuses a clean TIFF that was changed anywhere") {
  TiffPage page{.tags = {{274, {3, {6}}}, {338, {3, {2}}}}, .codec = 8, .space = 2, .samples = 4,
                .strips = {deflated(Bytes(32, 3)), deflated(Bytes(32, 4))}};
  const Bytes original = one_page(page).bytes(), clean = must_be_clean(original).clean;
  for (std::size_t at = 0; at < clean.size(); ++at)
    for (const Byte flip : {Byte{1}, Byte{0x80}}) {
      Bytes other = clean;
      other[at] ^= flip;
      INFO("byte " << at);
      CHECK_FALSE(check_clean(original, other));
    }
  CHECK_FALSE(check_clean(original, joined({clean, {0}})));
  CHECK_FALSE(check_clean(original, Bytes(clean.begin(), clean.end() - 1)));
  CHECK_FALSE(check_clean(original, original));
}

TEST_CASE("hostile TIFF files cost little") {
  Bytes same = Tiff{}.bytes();  // a directory that 65535 entries would follow
  const std::uint32_t at = static_cast<std::uint32_t>(same[4] | same[5] << 8);
  same[at] = same[at + 1] = 0xff;
  CHECK(refusal(same) == "truncated_media");

  Tiff many;  // sub-directories that all point at the page itself
  std::vector<std::uint32_t> places(64, 0);
  many.pages = std::vector<TiffPage>(400, TiffPage{.tags = {{330, {4, places}}}});
  Bytes file = many.bytes();
  CHECK(must_be_clean(file).warnings.size() >= 1);

  many.pages = std::vector<TiffPage>(4097);
  CHECK(refusal(many.bytes()) == "too_large");
}
