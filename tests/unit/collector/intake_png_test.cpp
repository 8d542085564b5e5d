// SPDX-License-Identifier: GPL-3.0-or-later
// PNG: what is refused and by which name, and that the judges refuse what the walker never makes.
#include <chrono>

#include "intake_png_pictures.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

TEST_CASE("a PNG that lies is refused by name") {
  const Bytes good_raster(72, 0);
  Bytes bad_crc = chunk("tEXt", hidden);
  bad_crc.back() ^= 1;
  Bytes behind = deflated(good_raster);
  append(behind, hidden);
  Bytes cut = deflated(good_raster);
  cut.resize(cut.size() - 2);
  Bytes damaged = deflated(good_raster);
  damaged.back() ^= 1;
  Bytes filter = good_raster;
  filter[9] = 5;
  const auto refused = [](const char* what, const Png& png, const char* name) {
    INFO(what);
    CHECK(refusal(png.bytes()) == name);
  };
  refused("wrong checksum", {.before_palette = bad_crc}, "malformed_media");
  refused("chunk name with a digit", {.before_palette = chunk("te1t", hidden)}, "malformed_media");
  refused("chunk longer than allowed", {.before_palette = text("\xff\xff\xff\xff" "tEXt")}, "malformed_media");
  refused("chunk longer than the file", {.before_palette = text("\x7f\xff\xff\xff" "tEXt")}, "truncated_media");
  refused("unknown chunk that must be understood", {.before_palette = chunk("QUUX", hidden)}, "unsupported_media");
  refused("two headers", {.before_palette = Png{}.header()}, "malformed_media");
  refused("no width", {.width = 0}, "malformed_media");
  refused("width over the format's", {.width = 0x80000001, .height = 1, .raster = good_raster}, "malformed_media");
  refused("huge, and hardly any data", {.width = 60000, .height = 60000, .raster = good_raster}, "truncated_media");
  refused("larger than any picture", {.width = 2000000000, .height = 2000000000, .raster = good_raster}, "too_large");
  refused("depth 3", {.depth = 3}, "malformed_media");
  refused("depth 16 with a palette", {.depth = 16, .colour = 3}, "malformed_media");
  refused("colour type 1", {.colour = 1}, "malformed_media");
  refused("interlace 2", {.interlace = 2}, "malformed_media");
  refused("palette missing", {.colour = 3}, "malformed_media");
  refused("palette of 4 bytes", {.colour = 3, .palette = chunk("PLTE", Bytes(4, 0))}, "malformed_media");
  refused("palette for gray", {.palette = chunk("PLTE", Bytes(3, 0))}, "malformed_media");
  refused("palette twice", {.colour = 3, .palette = joined({chunk("PLTE", Bytes(3, 0)), chunk("PLTE", Bytes(3, 0))})},
       "malformed_media");
  refused("gamma of 5 bytes", {.before_palette = chunk("gAMA", Bytes(5, 0))}, "malformed_media");
  refused("gamma twice", {.before_palette = joined({chunk("gAMA", big32(45455)), chunk("gAMA", big32(45455))})},
       "malformed_media");
  refused("gamma behind the raster", {.after_raster = chunk("gAMA", Bytes(4, 0))}, "malformed_media");
  refused("transparency with alpha", {.colour = 6, .after_palette = chunk("tRNS", Bytes(6, 0))}, "malformed_media");
  refused("no raster", {.idat = chunk("tIME", Bytes(7, 1))}, "truncated_media");
  refused("raster of nothing", {.idat = chunk("IDAT", {})}, "truncated_media");
  refused("raster too short", {.raster = Bytes(71, 0)}, "truncated_media");
  refused("raster too long", {.raster = Bytes(73, 0)}, "malformed_media");
  refused("raster without its end", {.idat = chunk("IDAT", cut)}, "truncated_media");
  refused("raster with a wrong checksum", {.idat = chunk("IDAT", damaged)}, "malformed_media");
  refused("bytes behind the raster", {.idat = chunk("IDAT", behind)}, "malformed_media");
  refused("another raster behind", {.idat = joined({chunk("IDAT", deflated(good_raster)), chunk("IDAT", hidden)})},
       "malformed_media");
  refused("raster in two parts",
       {.idat = joined({chunk("IDAT", cut), chunk("tEXt", hidden), chunk("IDAT", hidden)})}, "malformed_media");
  refused("filter 5", {.raster = filter}, "malformed_media");
  refused("end with content", {.end = chunk("IEND", hidden)}, "malformed_media");
  refused("no end", {.end = {}}, "truncated_media");
  refused("animation with another number of frames", animated(3), "malformed_media");
  const auto frames = [](const Bytes& behind_raster) {
    Png png = animated();
    png.after_raster = behind_raster;
    return refusal(png.bytes());
  };
  CHECK(frames(joined({frame_control(2), frame_data(3)})) == "malformed_media");
  CHECK(frames(joined({frame_control(1, 8, 8, 1), frame_data(2)})) == "malformed_media");
  CHECK(frames(joined({frame_control(1), frame_data(2, 71)})) == "truncated_media");
  CHECK(frames(frame_control(1)) == "truncated_media");
  CHECK(frames(frame_data(1)) == "malformed_media");
}

TEST_CASE("a PNG that is cut at any byte is refused") {
  Png png = indexed();
  png.before_palette = chunk("tEXt", hidden);
  const Bytes whole = png.bytes();
  must_be_clean(whole);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string name = refusal(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    if (name != (size == 0 ? "empty_file" : "truncated_media")) FAIL(size << ": " << name);
  }
}

TEST_CASE("a PNG whose byte changes anywhere is refused, or still comes back to the bit") {
  Png png = indexed();
  png.before_palette = chunk("gAMA", big32(45455));
  const Bytes whole = png.bytes();
  for (std::size_t at = 8; at < whole.size(); ++at) {
    Bytes changed = whole;
    changed[at] ^= 1;
    CHECK(refusal(changed) != "accepted");
  }
}

TEST_CASE("a PNG that a program for iPhones packed is refused by name") {
  const Bytes png = Png{}.bytes();
  const Bytes packed = joined({Bytes(png.begin(), png.begin() + 8), chunk("CgBI", {0x50, 0, 0x20, 2}), Bytes(png.begin() + 8, png.end())});
  const auto refused = walk(packed);
  REQUIRE_FALSE(refused);
  CHECK(refused.code() == Errc::unsupported_media);
  CHECK(refused.error().detail.find("CgBI") != std::string::npos);
}

TEST_CASE("libpng judges a PNG whatever its texts are") {
  must_look_the_same(Png{.before_palette = chunk("tEXt", Bytes(std::size_t{9} << 20, 'a'))}.bytes());
  must_look_the_same(Png{.after_raster = chunk("zTXt", joined({text("a\0\0"sv), deflated(Bytes(std::size_t{30} << 20, 'a'))}))}.bytes());
}

TEST_CASE("a hostile PNG ends in bounded time") {
  const auto start = std::chrono::steady_clock::now();
  const Bytes bomb = deflated(Bytes(std::size_t{9} << 20, 'a'));
  Bytes bombs;
  for (int i = 0; i < 3000; ++i) {
    append(bombs, chunk("zTXt", joined({text("Comment\0\0"sv), bomb})));
    append(bombs, chunk("iTXt", joined({text("Comment\0\1\0\0\0"sv), bomb})));
  }
  CHECK(must_be_clean(Png{.before_palette = bombs}.bytes()).clean == Png{}.bytes());
  const Bytes large = deflated(Bytes(std::size_t{40} << 20, 'a'));
  CHECK(must_be_clean(Png{.colour = 2, .before_palette = chunk("iCCP", joined({text("a\0\0"sv), large}))}.bytes()).clean ==
        Png{.colour = 2}.bytes());
  const Bytes wide = Png{.width = 0x7fffffff, .height = 8, .raster = Bytes(72, 0)}.bytes();
  for (int i = 0; i < 1000; ++i) CHECK_FALSE(check_clean(wide, wide));
  CHECK(refusal(Png{.width = 65535, .height = 65535, .colour = 6, .raster = Bytes(72, 0)}.bytes()) != "accepted");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
}

TEST_CASE("the independent check refuses a PNG copy with anything added, changed or left out") {
  Png png = indexed();
  png.before_palette = chunk("tEXt", hidden);
  const Bytes original = png.bytes();
  const Bytes clean = must_be_clean(original).clean;
  const auto refused = [&](const Bytes& copy) { return !check_clean(original, copy); };
  CHECK(refused(original));
  for (const Bytes& more : {chunk("tEXt", hidden), chunk("gAMA", Bytes(4, 0)), chunk("eXIf", exif(6, canary)),
                            chunk("IDAT", {1}), chunk("sPLT", hidden), Bytes{0}})
    for (std::size_t at = 0; at <= clean.size(); ++at) {
      Bytes copy = clean;
      copy.insert(copy.begin() + static_cast<std::ptrdiff_t>(at), more.begin(), more.end());
      if (!refused(copy)) FAIL("accepted " << more.size() << " bytes more at " << at);
    }
  for (std::size_t at = 0; at < clean.size(); ++at) {
    Bytes copy = clean;
    copy[at] ^= 0x20;
    if (!refused(copy)) FAIL("accepted a change at " << at);
  }
  for (const auto& [depth, colour] : std::vector<std::pair<Byte, Byte>>{{14, 3}, {3, 0}, {0, 3}, {16, 3}, {4, 2}, {8, 1}, {8, 7}}) {
    const Bytes odd = Png{.depth = depth, .colour = colour, .palette = colour == 3 ? chunk("PLTE", Bytes(3, 7)) : Bytes(), .raster = Bytes(500, 0)}.bytes();
    CHECK_FALSE(check_clean(odd, odd));
  }
  Bytes damaged = deflated(Bytes(72, 0));
  damaged.push_back('!');
  const Bytes lying = Png{.idat = chunk("IDAT", damaged)}.bytes();
  CHECK_FALSE(check_clean(lying, lying));
}
