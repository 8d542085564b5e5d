// SPDX-License-Identifier: GPL-3.0-or-later
// PNG: what is left out, and that the picture stays.
#include "intake_png_pictures.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

namespace {

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("nothing that is not the picture survives in a PNG") {
  const Bytes compressed = deflated(hidden);
  struct Row {
    const char* what;
    Bytes chunks;
    Strings removed;
  };
  const std::vector<Row> rows = {
      {"text", chunk("tEXt", joined({text("Comment\0"sv), hidden})), {"png.tEXt"}},
      {"compressed text", chunk("zTXt", joined({text("Comment\0\0"sv), compressed})), {"png.zTXt"}},
      {"international text", chunk("iTXt", joined({text("XML:com.adobe.xmp\0\0\0\0\0"sv), hidden})), {"png.iTXt"}},
      {"Exif", chunk("eXIf", exif(1, canary)), {"png.eXIf"}},
      {"compressed Exif", chunk("zxIf", compressed), {"png.zxIf"}},
      {"time", chunk("tIME", {7, 0xe8, 1, 1, 1, 1, 1}), {"png.tIME"}},
      {"C2PA", chunk("caBX", hidden), {"png.caBX"}},
      {"private", chunk("prVt", hidden), {"png.prVt"}},
      {"broken colour profile", chunk("iCCP", joined({hidden, {0, 0}, compressed})), {"png.iCCP"}},
      {"colour profile for gray", chunk("iCCP", joined({hidden, {0, 0}, deflated(display_profile().bytes())})), {"png.iCCP"}},
      {"pixels per metre", chunk("pHYs", {0, 0, 0x0b, 0x13, 0, 0, 0x0b, 0x13, 1}), {"png.pHYs"}},
      {"suggested palette", chunk("sPLT", hidden), {"png.sPLT"}},
      {"frames without animation", joined({frame_control(0), frame_data(1)}), {"png.fcTL", "png.fdAT"}},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(kinds(must_be_clean(Png{.before_palette = row.chunks}.bytes())) == row.removed);
    CHECK(kinds(must_be_clean(Png{.after_raster = row.chunks}.bytes())) == row.removed);
  }
  CHECK(kinds(must_be_clean(Png{.trailer = hidden}.bytes())) == Strings{"png.trailer"});
  CHECK(kinds(must_be_clean(Png{.trailer = chunk("IDAT", hidden)}.bytes())) == Strings{"png.trailer"});
  CHECK(kinds(must_be_clean(Png{.colour = 2, .palette = chunk("PLTE", Bytes(3, 0))}.bytes())) == Strings{"png.PLTE"});
}

TEST_CASE("a statement about colours that cannot be true is left out of a PNG") {
  const auto small = [](std::initializer_list<unsigned> values) {
    Bytes out;
    for (const unsigned value : values) append(out, Bytes{static_cast<Byte>(value >> 8), static_cast<Byte>(value)});
    return out;
  };
  const auto large = [](std::initializer_list<std::uint32_t> values) {
    Bytes out;
    for (const std::uint32_t value : values) append(out, big32(value));
    return out;
  };
  struct Row {
    std::string_view type;
    Bytes good, bad;
  };
  const Bytes primaries = small({35400, 14600, 8500, 39850, 6550, 2300, 15635, 16450});
  const std::vector<Row> rows = {
      {"gAMA", big32(45455), text("GPS5")},
      {"gAMA", big32(1000), big32(999)},
      {"gAMA", big32(1000000), big32(1000001)},
      {"cHRM", large({31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000}),
       large({31270, 32900, 64000, 33000, 30000, 60000, 15000, 85001})},
      {"cHRM", large({100000, 0, 0, 100000, 0, 0, 0, 0}), text("CANARY-7f3a91 CANARY-7f3a91 1234")},
      {"cICP", {9, 16, 0, 1}, text("MARK")},
      {"cICP", {22, 18, 0, 0}, {3, 18, 0, 0}},
      {"cICP", {1, 1, 0, 0}, {1, 3, 0, 0}},
      {"cICP", {1, 1, 0, 0}, {1, 1, 1, 0}},
      {"cICP", {1, 1, 0, 0}, {1, 1, 0, 2}},
      {"cLLI", large({10000000, 4000000}), text("MARKER99")},
      {"cLLI", large({100000000, 0}), large({100, 101})},
      {"mDCV", joined({primaries, large({10000000, 50})}), text("CANARY-7f3a91 CANARY-7f3")},
      {"mDCV", joined({primaries, large({100000000, 0})}), joined({primaries, large({50, 50})})},
      {"sBIT", {8, 8, 8}, text("GPS")},
      {"sBIT", {1, 1, 1}, {1, 0, 1}},
      {"bKGD", small({255, 0, 1}), text("MARKER")},
  };
  for (const Row& row : rows) {
    INFO(row.type);
    const Png good{.colour = 2, .before_palette = chunk(row.type, row.good)};
    const Png bad{.colour = 2, .before_palette = chunk(row.type, row.bad)};
    CHECK(must_be_clean(good.bytes()).clean == good.bytes());
    const Cleaned walked = must_be_clean(bad.bytes());
    CHECK(kinds(walked) == Strings{"png." + std::string(row.type)});
    CHECK(walked.warnings.size() == 1);
    CHECK(walked.clean == Png{.colour = 2}.bytes());
    CHECK_FALSE(check_clean(bad.bytes(), bad.bytes()));
  }
  Png index = indexed();
  append(index.after_palette, chunk("bKGD", {16}));
  CHECK(kinds(must_be_clean(index.bytes())) == Strings{"png.bKGD"});
  // Transparency decides how the picture looks, so that it cannot be left out.
  CHECK(refusal(Png{.colour = 2, .after_palette = chunk("tRNS", text("GPS539"))}.bytes()) == "malformed_media");
  CHECK(refusal(Png{.depth = 2, .after_palette = chunk("tRNS", {0, 4})}.bytes()) == "malformed_media");
  CHECK(refusal(Png{.depth = 2, .after_palette = chunk("tRNS", {0, 3})}.bytes()) == "accepted");
  CHECK(refusal(Png{.depth = 1, .colour = 3, .palette = chunk("PLTE", Bytes(9, 0))}.bytes()) == "malformed_media");
  Png plays = animated();
  plays.before_palette = joined({chunk("acTL", joined({big32(2), text("GPS5")})), frame_control(0)});
  CHECK(refusal(plays.bytes()) == "malformed_media");
  const Bytes nothing = joined({chunk("IDAT", {}), chunk("IDAT", {}), chunk("IDAT", deflated(Bytes(72, 0)))});
  CHECK(kinds(must_be_clean(Png{.idat = nothing}.bytes())) == Strings{"png.IDAT", "png.IDAT"});
  CHECK_FALSE(check_clean(Png{.idat = nothing}.bytes(), Png{.idat = nothing}.bytes()));
}

TEST_CASE("a PNG's colour profile stays, reduced and in one form") {
  const auto profiled = [](const Bytes& name, const Bytes& profile) {
    return Png{.colour = 2, .before_palette = chunk("iCCP", joined({name, {0, 0}, deflated(profile)}))}.bytes();
  };
  const Bytes profile = display_profile().bytes(), file = profiled(hidden, profile);
  const Cleaned cleaned = must_look_the_same(file);
  CHECK(kinds(cleaned) == Strings{"png.iCCP"});
  const std::size_t at = text_of(cleaned.clean).find("iCCPicc\0\0\x78\x01\x01"sv);
  CHECK(at != std::string_view::npos);
  CHECK(text_of(cleaned.clean).find("mmod") == std::string_view::npos);
  CHECK(must_be_clean(profiled(text("another name"), profile)).clean == cleaned.clean);
  CHECK_FALSE(check_clean(file, file));
  // The reduced profile itself, but not as it is written.
  const Bytes reduced = Bytes(cleaned.clean.begin() + static_cast<std::ptrdiff_t>(at + 17 - 1), cleaned.clean.end());
  const std::size_t size = std::size_t{reduced[2]} << 8 | reduced[3];
  CHECK(kinds(must_be_clean(profiled(text("icc"), Bytes(reduced.begin(), reduced.begin() + static_cast<std::ptrdiff_t>(size))))) ==
        Strings{"png.iCCP"});
  CHECK(must_be_clean(file, {ColourProfile::drop}).clean == Png{.colour = 2}.bytes());
  CHECK_FALSE(walk(profiled(hidden, hidden), {ColourProfile::refuse}));
  Png both{.colour = 2, .before_palette = joined({chunk("sRGB", {0}), chunk("iCCP", joined({hidden, {0, 0}, deflated(profile)}))})};
  CHECK(must_be_clean(both.bytes()).clean == cleaned.clean);
  const Bytes late = Png{.colour = 2, .after_raster = chunk("iCCP", joined({hidden, {0, 0}, deflated(profile)}))}.bytes();
  CHECK(must_be_clean(late).clean == Png{.colour = 2}.bytes());
}

TEST_CASE("a PNG says of its pixels' size only what makes them not square") {
  const auto density = [](std::uint32_t x, std::uint32_t y, Byte unit) {
    return Png{.before_palette = chunk("pHYs", joined({big32(x), big32(y), {unit}}))}.bytes();
  };
  CHECK(must_be_clean(density(3937, 7874, 1)).clean == density(1, 2, 0));
  CHECK(must_be_clean(density(118, 81, 0)).removed.empty());
  CHECK(must_be_clean(density(72, 72, 0)).clean == Png{}.bytes());
  CHECK(must_be_clean(density(0, 5, 0)).clean == Png{}.bytes());
  const Cleaned text_in_it = must_be_clean(density(0x43414e41, 0x52592d37, 0));
  CHECK(text_in_it.clean == Png{}.bytes());
  CHECK(text_in_it.warnings.size() == 1);
  for (const Bytes& kept : {density(2, 4, 0), density(1, 1, 0), density(1, 2, 1), density(1, 10'001, 0)})
    CHECK_FALSE(check_clean(kept, kept));
  CHECK_FALSE(check_clean(density(3, 2, 0), density(2, 3, 0)));
  CHECK_FALSE(check_clean(density(3, 2, 0), Png{}.bytes()));
  CHECK(check_clean(density(72, 72, 0), Png{}.bytes()));
}

TEST_CASE("colours that no pixel of a PNG has hold nothing") {
  Bytes marked = joined({Bytes(24, 7), hidden});
  marked.resize(48, 1);
  Png png = indexed();
  png.palette = chunk("PLTE", marked);
  Bytes transparency(16, 9);
  png.after_palette = chunk("tRNS", transparency);
  Png wanted = indexed();
  std::fill(transparency.begin() + 8, transparency.end(), Byte{0xff});
  wanted.after_palette = chunk("tRNS", transparency);
  const Cleaned cleaned = must_look_the_same(png.bytes());
  CHECK(kinds(cleaned) == Strings{"png.PLTE.unused", "png.tRNS.unused"});
  CHECK(cleaned.clean == wanted.bytes());
  CHECK_FALSE(check_clean(png.bytes(), png.bytes()));
  // The background is seen.
  append(png.after_palette, chunk("bKGD", {9}));
  CHECK(text_of(must_look_the_same(png.bytes()).clean).find("\x01\x01\x01") == std::string_view::npos);
  // Every filter, and indices of every width.
  for (const Byte depth : {Byte{1}, Byte{2}, Byte{4}, Byte{8}}) {
    const std::size_t colours = depth == 1 ? 2 : 4;
    Png any{.width = 3, .height = 5, .depth = depth, .colour = 3};
    any.palette = chunk("PLTE", joined({{1, 2, 3}, Bytes(3 * colours - 3, 9)}));
    for (Byte filter = 0; filter < 5; ++filter) {
      any.raster.push_back(filter);
      any.raster.resize(any.raster.size() + (3u * depth + 7) / 8, 0);
    }
    Png black = any;
    black.palette = chunk("PLTE", joined({{1, 2, 3}, Bytes(3 * colours - 3, 0)}));
    CHECK(must_look_the_same(any.bytes()).clean == black.bytes());
  }
  CHECK(refusal(Png{.depth = 8, .colour = 3, .palette = chunk("PLTE", Bytes(3, 1)), .raster = joined({Bytes(71, 0), {1}})}.bytes()) ==
        "malformed_media");
}

TEST_CASE("bits behind a PNG's rows hold nothing") {
  const auto rows = [](Byte one, Byte other) {
    return Png{.width = 3, .height = 2, .depth = 1, .raster = {0, one, 0, other}}.bytes();
  };
  CHECK(must_look_the_same(rows(0xa0, 0x40)).removed.empty());
  CHECK(must_look_the_same(rows(0xbf, 0x5f)).removed.empty());
  CHECK(refusal(rows(0xa0, 0x41)) == "malformed_media");
  CHECK(refusal(rows(0xbf, 0x40)) == "malformed_media");
  CHECK_FALSE(check_clean(rows(0xa0, 0x41), rows(0xa0, 0x41)));
  // What the filters make of them counts.
  CHECK(refusal(Png{.width = 3, .height = 2, .depth = 1, .raster = {0, 0xbf, 2, 0}}.bytes()) == "accepted");
  CHECK(refusal(Png{.width = 3, .height = 2, .depth = 1, .raster = {0, 0xbf, 2, 1}}.bytes()) == "malformed_media");
}

TEST_CASE("what a PNG says in words is told") {
  const auto value = [](const Bytes& chunk_of_text) {
    const Cleaned cleaned = must_be_clean(Png{.before_palette = chunk_of_text}.bytes());
    return cleaned.values.empty() ? "" : cleaned.values.front().name + "=" + cleaned.values.front().value;
  };
  CHECK(value(chunk("tEXt", text("Software\0Pain\xf4t"sv))) == "png.tEXt.Software=Pain\xc3\xb4t");
  CHECK(value(chunk("zTXt", joined({text("Creation Time\0\0"sv), deflated(text("today"))}))) == "png.zTXt.Creation Time=today");
  CHECK(value(chunk("iTXt", text("Author\0\0\0en\0\0\xc3\xa9"sv))) == "png.iTXt.Author=\xc3\xa9");
  CHECK(value(chunk("tEXt", text("a=\nb\0x"sv))) == "png.tEXt.a__b=x");
  CHECK(value(chunk("tIME", {7, 0xe8, 2, 3, 4, 5, 6})) == "png.tIME=2024-02-03T04:05:06Z");
  CHECK(value(chunk("tIME", {7, 0xe8, 13, 3, 4, 5, 6})).empty());
  CHECK(must_be_clean(Png{.before_palette = chunk("zxIf", deflated(exif(1, canary)))}.bytes()).blocks.exif ==
        std::vector<Bytes>{exif(1, canary)});
  CHECK(must_be_clean(Png{.after_raster = chunk("caBX", hidden)}.bytes()).c2pa);
  CHECK_FALSE(must_be_clean(Png{}.bytes()).c2pa);
}

TEST_CASE("the frames of an animated PNG are what they were") {
  const Bytes film = animated().bytes();
  must_look_the_same(film);
  Png other = animated();
  other.after_raster = joined({frame_control(1), chunk("fdAT", joined({big32(2), deflated(joined({Bytes(71, 0), {1}}))}))});
  CHECK(*pixels_of(Media::png, film) != *pixels_of(Media::png, other.bytes()));
}

TEST_CASE("what an editor left behind a smaller PNG goes") {
  // A program wrote a cut picture over a larger one and did not shorten the file.
  const Bytes larger = Png{.width = 64, .height = 64, .before_palette = chunk("tEXt", hidden)}.bytes();
  Bytes file = Png{}.bytes();
  const std::size_t smaller = file.size();
  file.resize(larger.size());
  std::copy(larger.begin() + static_cast<std::ptrdiff_t>(smaller), larger.end(), file.begin() + static_cast<std::ptrdiff_t>(smaller));
  const Cleaned cleaned = must_look_the_same(file);
  CHECK(kinds(cleaned) == Strings{"png.trailer"});
  CHECK(cleaned.clean == Png{}.bytes());
}

TEST_CASE("metadata that nobody can read go from a PNG all the same") {
  for (const Bytes& broken : {hidden, joined({text("MM\0*\xff\xff\xff\xff"sv), hidden}), joined({text("II*\0\x08\0\0\0\xff\xff"sv), hidden}), Bytes{}})
    for (const char* type : {"eXIf", "zxIf", "iCCP", "zTXt", "iTXt"}) {
      const Cleaned cleaned = must_look_the_same(Png{.colour = 2, .before_palette = chunk(type, broken)}.bytes());
      CHECK(cleaned.clean == Png{.colour = 2}.bytes());
      CHECK(cleaned.orientation == 0);
    }
}

TEST_CASE("every kind of PNG stays what it is") {
  for (const Byte interlace : {Byte{0}, Byte{1}})
    for (const auto& [colour, depth] : std::vector<std::pair<Byte, Byte>>{{0, 1}, {0, 16}, {2, 8}, {2, 16}, {4, 8}, {6, 16}})
      for (const std::uint32_t size : {1u, 2u, 5u, 8u, 33u}) {
        Png png{.width = size, .height = size + 2, .depth = depth, .colour = colour, .interlace = interlace};
        if (interlace) {
          // Adam7 by the letter: count the pixels of each pass one at a time.
          constexpr std::string_view passes =
              "16462646" "77777777" "56565656" "77777777" "36463646" "77777777" "56565656" "77777777";
          const std::size_t bits = std::size_t{depth} * (colour == 2 ? 3 : colour == 4 ? 2 : colour == 6 ? 4 : 1);
          std::size_t total = 0;
          for (char pass = '1'; pass <= '7'; ++pass)
            for (std::uint32_t y = 0; y < png.height; ++y) {
              std::size_t in_row = 0;
              for (std::uint32_t x = 0; x < size; ++x) in_row += passes[y % 8 * 8 + x % 8] == pass;
              if (in_row > 0) total += 1 + (in_row * bits + 7) / 8;
            }
          png.raster = Bytes(total, 0);
        }
        CHECK(must_be_clean(png.bytes()).removed.empty());
      }
  CHECK(must_be_clean(indexed().bytes()).removed.empty());
  CHECK(must_be_clean(animated().bytes()).removed.empty());
  CHECK(must_be_clean(animated().bytes()).warnings.empty());
  Png still = animated(1);  // the picture for others is no frame
  still.before_palette = chunk("acTL", joined({big32(1), big32(0)}));
  still.after_raster = joined({frame_control(0, 3, 3, 5), frame_data(1, 12)});
  CHECK(must_be_clean(still.bytes()).removed.empty());
  CHECK(must_be_clean(still.bytes()).warnings == Strings{"a picture that only programs without animation show stays in the clean copy"});
  const Bytes split = deflated(Bytes(72, 0));
  const auto half = static_cast<std::ptrdiff_t>(split.size() / 2);
  CHECK(must_be_clean(Png{.idat = joined({chunk("IDAT", Bytes(split.begin(), split.begin() + half)), chunk("IDAT", {}),
                                          chunk("IDAT", Bytes(split.begin() + half, split.end()))})}.bytes())
            .removed.size() == 1);
  // The order of chunks says nothing, so there is only one.
  const Bytes gamma = chunk("gAMA", big32(45455)), intent = chunk("sRGB", {0});
  CHECK(must_be_clean(Png{.before_palette = joined({intent, gamma})}.bytes()).clean ==
        must_be_clean(Png{.before_palette = joined({gamma, intent})}.bytes()).clean);
}

TEST_CASE("the orientation in a PNG stays, alone and in one form") {
  for (unsigned orientation = 1; orientation <= 8; ++orientation) {
    const Cleaned walked = must_be_clean(Png{.before_palette = chunk("eXIf", exif(orientation, canary))}.bytes());
    const Bytes turned = Png{.before_palette = chunk("eXIf", exif(orientation == 6 ? 3 : 6, canary))}.bytes();
    CHECK_FALSE(check_clean(turned, walked.clean));
    const Bytes beside = joined({chunk("zxIf", deflated(exif(5, canary))), chunk("eXIf", exif(orientation, canary))});
    CHECK(must_be_clean(Png{.before_palette = beside}.bytes()).clean == walked.clean);
    CHECK(walked.orientation == orientation);
    CHECK((text_of(walked.clean).find("eXIf") != std::string_view::npos) == (orientation > 1));
  }
}
