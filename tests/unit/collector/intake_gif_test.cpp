// SPDX-License-Identifier: GPL-3.0-or-later
// GIF: what is refused and by which name, what is left out, and that the picture stays.
#include <gif_lib.h>

#include <chrono>
#include <random>

#include "collector/intake/pixels/pixels.hpp"
#include "intake_gif_pictures.hpp"
#include "intake_walked.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

namespace {

using Strings = std::vector<std::string>;

const Bytes hidden = text(canary);
const Bytes two_frames = joined({GifFrame{}.bytes(), GifFrame{}.bytes()});

/// Clean, and the same picture to giflib.
Cleaned must_look_the_same(const Bytes& file) {
  Cleaned cleaned = must_be_clean(file);
  const auto before = pixels_of(Media::gif, file), after = pixels_of(Media::gif, cleaned.clean);
  REQUIRE(before);
  REQUIRE(after);
  CHECK(*before == *after);
  return cleaned;
}

int add_to(GifFileType* gif, const GifByteType* bytes, int size) {
  append(*static_cast<Bytes*>(gif->UserData), ByteView(bytes, static_cast<std::size_t>(size)));
  return size;
}

/// A picture as giflib writes it.
Bytes encoded(int width, int height, int depth, bool noisy) {
  std::mt19937 random(5);
  Bytes out;
  int error = 0;
  GifFileType* gif = EGifOpen(&out, add_to, &error);
  ColorMapObject* map = GifMakeMapObject(1 << depth, nullptr);
  for (int i = 0; i < map->ColorCount; ++i)
    map->Colors[i] = {static_cast<Byte>(random()), static_cast<Byte>(random() | 1), static_cast<Byte>(i)};
  REQUIRE(EGifPutScreenDesc(gif, width, height, depth, 0, map) == GIF_OK);
  REQUIRE(EGifPutImageDesc(gif, 0, 0, width, height, false, nullptr) == GIF_OK);
  Bytes row(static_cast<std::size_t>(width));
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x)
      row[static_cast<std::size_t>(x)] =
          static_cast<Byte>((noisy ? static_cast<int>(random() % 1000) : x / 9 + y / 7) % map->ColorCount);
    REQUIRE(EGifPutLine(gif, row.data(), width) == GIF_OK);
  }
  GifFreeMapObject(map);
  REQUIRE(EGifCloseFile(gif, &error) == GIF_OK);
  return out;
}

}  // namespace

TEST_CASE("a GIF that lies is refused by name") {
  const auto refused = [](const char* what, const Gif& gif, const char* name) {
    INFO(what);
    CHECK(refusal(gif.bytes()) == name);
  };
  const auto frame = [](const GifFrame& one) { return Gif{.frames = one.bytes()}; };
  const auto data = [](const Bytes& codes) { return Gif{.frames = GifFrame{.data = blocks(codes)}.bytes()}; };
  refused("no width", {.width = 0}, "malformed_media");
  refused("no end", {.end = {}}, "truncated_media");
  refused("no frame", {.frames = {}}, "truncated_media");
  refused("colours that are cut", {.colours = {}, .frames = {}, .end = {}}, "truncated_media");
  refused("no colours at all", {.flags = 0, .colours = {}}, "unsupported_media");
  refused("a byte between blocks", {.before = {0}}, "malformed_media");
  refused("text between blocks", {.before = hidden}, "malformed_media");
  refused("frame without width", frame({.width = 0, .data = {0}}), "malformed_media");
  refused("frame beyond the right", frame({.x = 1}), "malformed_media");
  refused("frame beyond the bottom", frame({.y = 1}), "malformed_media");
  refused("a frame control of 5 bytes", {.before = gif_extension(0xf9, Bytes(5, 0))}, "malformed_media");
  refused("a frame control in two parts", {.before = joined({{0x21, 0xf9, 4, 0, 0, 0, 0, 1, 0, 0}})}, "malformed_media");
  refused("disposal 4", frame({.control = {0x10, 0, 0, 0}}), "malformed_media");
  refused("codes of 1 bit", frame({.size = 1}), "malformed_media");
  refused("codes of 9 bits", frame({.size = 9}), "malformed_media");
  refused("no data", frame({.data = {0}}), "truncated_media");
  refused("15 pixels", data(gif_codes(Bytes(15, 0))), "truncated_media");
  refused("12 pixels without end", data(gif_codes(Bytes(12, 0), 2, false)), "truncated_media");
  refused("a code that is not yet known", data({0x04 | 0x06 << 3, 0}), "malformed_media");
  GifCodes over;
  for (int i = 0; i < 14; ++i) over.pixel(0);
  over.code(0, 3), over.code(6, 3), over.code(6, 3);
  refused("a string beyond the last pixel", data(over.finish()), "malformed_media");
  refused("a pixel without colour", {.flags = 0x80, .colours = Bytes(6, 1)}, "malformed_media");
}

TEST_CASE("a GIF that is cut at any byte is refused") {
  const Bytes whole = Gif{.before = joined({gif_loop(), gif_extension(0xfe, hidden)}), .frames = two_frames}.bytes();
  must_be_clean(whole);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string name = refusal(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    if (name != (size == 0 ? "empty_file" : size < 6 ? "unknown_media" : "truncated_media")) FAIL(size << ": " << name);
  }
}

TEST_CASE("nothing that is not the picture survives in a GIF") {
  Bytes magic = {1};
  for (int i = 255; i >= 0; --i) magic.push_back(static_cast<Byte>(i));
  struct Row {
    const char* what;
    Bytes block;
    std::string removed;
  };
  const std::vector<Row> rows = {
      {"comment", gif_extension(0xfe, hidden), "gif.comment"},
      {"empty comment", gif_extension(0xfe, {}), "gif.comment"},
      {"text", joined({{0x21, 1, 12}, Bytes(12, 4), blocks(hidden)}), "gif.text"},
      {"XMP", joined({{0x21, 0xff, 11}, text("XMP DataXMP"), hidden, magic, {0}}), "gif.application.xmp"},
      {"colour profile", gif_application("ICCRGBG1012", hidden), "gif.application.icc"},
      {"C2PA", gif_application("C2PA_GIF\1\0\0"sv, hidden), "gif.application.c2pa"},
      {"other application", gif_application("CANARY-7f3a", hidden), "gif.application"},
      {"an application without a name", joined({{0x21, 0xff, 0}}), "gif.application"},
      {"buffering", gif_application("NETSCAPE2.0", joined({{2}, text("CANA")})), "gif.application"},
      {"unknown extension", gif_extension(0x77, hidden), "gif.extension"},
  };
  const Bytes film = Gif{.frames = two_frames}.bytes();
  for (const Row& row : rows) {
    INFO(row.what);
    for (const Bytes& file : {Gif{.before = row.block, .frames = two_frames}.bytes(),
                              Gif{.frames = joined({GifFrame{}.bytes(), row.block, GifFrame{}.bytes()})}.bytes(),
                              Gif{.frames = joined({two_frames, row.block})}.bytes()}) {
      const Cleaned cleaned = must_look_the_same(file);
      CHECK(kinds(cleaned) == Strings{row.removed});
      CHECK(cleaned.clean == film);
      CHECK(cleaned.c2pa == (row.removed == "gif.application.c2pa"));
    }
  }
  CHECK(kinds(must_look_the_same(Gif{.trailer = hidden}.bytes())) == Strings{"gif.trailer"});
  const Cleaned comment = must_be_clean(Gif{.before = gif_extension(0xfe, hidden)}.bytes());
  REQUIRE(comment.values.size() == 1);
  CHECK(comment.values[0].name == "gif.comment");
  CHECK(comment.values[0].value == canary);
  CHECK(must_be_clean(Gif{.before = rows[3].block}.bytes()).blocks.xmp == std::vector<Bytes>{hidden});
  // A control that no frame follows, and one that another follows.
  const Bytes control = {0x21, 0xf9, 4, 4, 'C', 'A', 'N', 0};
  const Bytes last = joined({two_frames, control});
  CHECK(kinds(must_look_the_same(Gif{.frames = last}.bytes())) == Strings{"gif.control"});
  CHECK(kinds(must_look_the_same(Gif{.before = joined({control, control})}.bytes())) == Strings{"gif.control"});
}

TEST_CASE("a GIF's number of plays stays, in one form and where there is something to play") {
  const Bytes film = Gif{.before = gif_loop(5), .frames = two_frames}.bytes();
  CHECK(must_look_the_same(film).clean == film);
  for (const Bytes& loop : {gif_application("ANIMEXTS1.0", {1, 5, 0}),
                            joined({{0x21, 0xff, 11}, text("NETSCAPE2.0"), {5, 2}, text("CANA"), {3, 1, 5, 0}, {3}, text("ARY"), {0}})}) {
    CHECK(must_be_clean(Gif{.before = loop, .frames = two_frames}.bytes()).clean == film);
    CHECK(must_be_clean(Gif{.frames = joined({two_frames, loop})}.bytes()).clean == film);
  }
  CHECK(kinds(must_be_clean(Gif{.before = joined({gif_loop(1), gif_loop(5)}), .frames = two_frames}.bytes())) == Strings{"gif.loop"});
  CHECK(must_be_clean(Gif{.before = gif_loop(5)}.bytes()).clean == Gif{}.bytes());
}

TEST_CASE("no place within a GIF's data holds anything") {
  const Bytes codes = gif_codes(all_colours());
  const auto with_data = [](const Bytes& data) { return Gif{.frames = GifFrame{.data = data}.bytes()}.bytes(); };
  const Bytes plain = must_look_the_same(with_data(blocks(codes))).clean;
  const auto same = [&](const char* what, const Bytes& data, const Strings& removed) {
    INFO(what);
    const Cleaned cleaned = must_look_the_same(with_data(data));
    CHECK(kinds(cleaned) == removed);
    CHECK(cleaned.clean == plain);
    if (data != blocks(codes)) CHECK_FALSE(check_clean(with_data(data), with_data(data)));
  };
  same("as it is", blocks(codes), {});
  same("behind the code for the end", blocks(joined({codes, hidden})), {"gif.lzw.slack"});
  same("in blocks of their own", joined({{static_cast<Byte>(codes.size())}, codes, blocks(hidden)}), {"gif.lzw.slack"});
  same("no code for the end", blocks(gif_codes(all_colours(), 2, false)), {});
  same("blocks of 1 byte", blocks(codes, 1), {});
  same("blocks of 3 bytes", blocks(codes, 3), {});
  GifCodes more;
  for (const Byte index : all_colours()) more.pixel(index);
  for (int i = 0; i < 40; ++i) more.pixel(static_cast<unsigned>(i) % 4);
  same("more pixels than there are", blocks(more.finish()), {"gif.lzw.slack"});
  Bytes bits = codes;
  bits.back() |= 0x80;
  same("bits behind the code for the end", blocks(bits), {});
}

TEST_CASE("no field of a GIF that nobody looks at holds anything") {
  const Bytes plain = Gif{}.bytes();
  const auto same = [&](const char* what, const Gif& gif, const Bytes& wanted) {
    INFO(what);
    const Cleaned cleaned = must_look_the_same(gif.bytes());
    CHECK(cleaned.clean == wanted);
    if (gif.bytes() != wanted) CHECK_FALSE(check_clean(gif.bytes(), gif.bytes()));
  };
  same("as it is", {}, plain);
  same("version", {.version = "GIF87a"}, plain);
  same("resolution and sorting", {.flags = 0x89}, plain);
  same("background that nobody sees", {.background = 3}, plain);
  same("background that is no colour", {.background = 0x99}, plain);
  same("square pixels", {.aspect = 49}, plain);
  same("other pixels", {.aspect = 60}, Gif{.aspect = 60}.bytes());
  same("frame flags", {.frames = GifFrame{.flags = 0x3f}.bytes()}, plain);
  const Gif small{.width = 5, .background = 3};
  same("background that is seen", small, small.bytes());
  const Gif disposed{.background = 3, .frames = GifFrame{.control = {8, 0, 0, 0}}.bytes()};
  same("background after a frame", disposed, disposed.bytes());
  const auto controlled = [](const Bytes& control) { return Gif{.frames = GifFrame{.control = control}.bytes()}; };
  same("reserved bits of a control", controlled({0xe6, 7, 0, 'C'}), controlled({4, 7, 0, 0}).bytes());
  same("transparency", controlled({1, 7, 0, 2}), controlled({1, 7, 0, 2}).bytes());
  same("transparency of nobody", controlled({1, 7, 0, 'C'}), controlled({0, 7, 0, 0}).bytes());
  // Colours of nobody.
  Bytes eight = four_colours(), black = four_colours();
  append(eight, text("CANARY-7f3a9"));
  black.resize(24, 0);
  const Gif marked{.flags = 0xf2, .colours = eight};
  same("global colours", marked, Gif{.flags = 0xf2, .colours = black}.bytes());
  CHECK(kinds(must_be_clean(marked.bytes())) == Strings{"gif.colours.unused"});
  same("local colours", {.frames = GifFrame{.flags = 0x82, .colours = eight}.bytes()},
       Gif{.colours = Bytes(12, 0), .frames = GifFrame{.flags = 0x82, .colours = black}.bytes()}.bytes());
  // A transparent pixel needs no colour.
  const Gif beyond{.flags = 0xf0, .colours = Bytes(6, 9),
                   .frames = GifFrame{.control = {1, 0, 0, 3}, .data = blocks(gif_codes({0, 1, 3, 3, 0, 1, 3, 3, 0, 1, 3, 3, 0, 1, 3, 3}))}.bytes()};
  same("transparent beyond the table", beyond, beyond.bytes());
}

TEST_CASE("every GIF that giflib writes is read to its last bit") {
  for (const int depth : {1, 2, 3, 5, 8})
    for (const bool noisy : {false, true})
      for (const int size : {1, 2, 3, 10, 33, 100, 400}) {
        INFO(depth << ' ' << noisy << ' ' << size);
        const Bytes picture = encoded(size, size + 1, depth, noisy);
        const Cleaned cleaned = must_look_the_same(picture);
        for (const std::string& kind : kinds(cleaned)) CHECK(kind == "gif.colours.unused");
      }
}

TEST_CASE("the independent check refuses a GIF copy with anything added, changed or left out") {
  const Bytes original = Gif{.before = joined({gif_loop(5), gif_extension(0xfe, hidden)}),
                             .frames = joined({GifFrame{.control = {5, 7, 0, 2}}.bytes(),
                                               GifFrame{.flags = 0xc1, .colours = four_colours()}.bytes()})}.bytes();
  const Bytes clean = must_be_clean(original).clean;
  const auto refused = [&](const Bytes& copy) { return !check_clean(original, copy); };
  CHECK(refused(original));
  for (const Bytes& more : {gif_extension(0xfe, hidden), gif_loop(1), GifFrame{}.bytes(), Bytes{0}, Bytes{0x3b}})
    for (std::size_t at = 0; at <= clean.size(); ++at) {
      Bytes copy = clean;
      copy.insert(copy.begin() + static_cast<std::ptrdiff_t>(at), more.begin(), more.end());
      if (!refused(copy)) FAIL("accepted " << more.size() << " bytes more at " << at);
    }
  for (std::size_t at = 0; at < clean.size(); ++at)
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes copy = clean;
      copy[at] ^= static_cast<Byte>(1u << bit);
      if (!refused(copy)) FAIL("accepted a change at " << at << ", bit " << bit);
    }
}

TEST_CASE("a hostile GIF ends in bounded time") {
  const auto start = std::chrono::steady_clock::now();
  // A million frames of one pixel.
  const Bytes one = GifFrame{.control = {0xe0, 1, 0, 9}, .width = 1, .height = 1, .data = {2, 0x44, 0x01, 0}}.bytes();
  Bytes many;
  many.reserve(1'000'000 * one.size());
  for (int i = 0; i < 1'000'000; ++i) append(many, one);
  const Bytes film = Gif{.frames = std::move(many)}.bytes();
  const auto walked = walk(film);
  REQUIRE(walked);
  CHECK(broken_promise(film, *walked).empty());
  // The largest frame from the fewest bytes: strings that grow to the table's end.
  GifCodes codes;
  codes.code(4, 3), codes.code(0, 3);
  unsigned next = 6, width = 3;
  std::uint64_t pixels = 1;
  for (std::uint64_t length = 2; pixels + length < std::uint64_t{65535} * 65535; pixels += length) {
    codes.code(std::min(next, 4095u), width);
    if (next < 4096) ++next, ++length;
    if (next == 1u << width && width < 12) ++width;
    if (next == 4096) length = 4095 - 5;
  }
  const Bytes bomb = Gif{.width = 65535, .height = 65535, .frames = GifFrame{.width = 65535, .height = 65535, .data = blocks(codes.finish(false))}.bytes()}.bytes();
  CHECK(refusal(bomb) != "accepted");
  CHECK_FALSE(pixels_of(Media::gif, bomb));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
}
