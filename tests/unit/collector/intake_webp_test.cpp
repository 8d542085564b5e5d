// SPDX-License-Identifier: GPL-3.0-or-later
// WebP: what is refused and by which name, what is left out, and that the picture stays.
#include <webp/encode.h>

#include <chrono>
#include <random>

#include "collector/intake/pixels/pixels.hpp"
#include "intake_profiles.hpp"
#include "intake_walked.hpp"
#include "intake_webp_pictures.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

namespace {

using Strings = std::vector<std::string>;

const Bytes hidden = text(canary);
const Bytes lossless = riff_chunk("VP8L", one_colour());
const Bytes lossy = riff_chunk("VP8 ", gray_vp8());
const Bytes alpha = riff_chunk("ALPH", alpha_plane());

/// Clean, and the same picture to libwebp.
Cleaned must_look_the_same(const Bytes& file) {
  Cleaned cleaned = must_be_clean(file);
  const auto before = pixels_of(Media::webp, file), after = pixels_of(Media::webp, cleaned.clean);
  REQUIRE(before);
  REQUIRE(after);
  CHECK(*before == *after);
  return cleaned;
}

Bytes with(Bytes bytes, std::size_t at, Byte value) {
  bytes[at] = value;
  return bytes;
}

/// A picture as libwebp writes it.
Bytes encoded(int width, int height, bool by_vp8l, int method, int colours, bool see_through) {
  std::mt19937 random(7);
  std::vector<std::uint32_t> pixels(static_cast<std::size_t>(width * height));
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const auto shade = static_cast<std::uint32_t>(i * 3 / static_cast<unsigned>(width)) & 0xff;
    pixels[i] = (colours > 0 ? static_cast<std::uint32_t>(random() % static_cast<unsigned>(colours)) * 0x030507u
                             : shade << 16 | (static_cast<std::uint32_t>(random() % 32) + shade / 2) << 8 | shade) |
                (see_through ? static_cast<std::uint32_t>(i % 251) << 24 : 0xff000000u);
  }
  WebPConfig config;
  WebPConfigInit(&config);
  config.lossless = by_vp8l;
  config.method = method;
  config.exact = 1;
  WebPPicture picture;
  WebPPictureInit(&picture);
  picture.use_argb = 1;
  picture.width = width;
  picture.height = height;
  WebPPictureAlloc(&picture);
  for (int y = 0; y < height; ++y)
    std::copy_n(&pixels[static_cast<std::size_t>(y * width)], width, picture.argb + y * picture.argb_stride);
  WebPMemoryWriter writer;
  WebPMemoryWriterInit(&writer);
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &writer;
  REQUIRE(WebPEncode(&config, &picture));
  Bytes out(writer.mem, writer.mem + writer.size);
  WebPMemoryWriterClear(&writer);
  WebPPictureFree(&picture);
  return out;
}

}  // namespace

TEST_CASE("a WebP that lies is refused by name") {
  const auto refused = [](const char* what, const Bytes& file, const char* name) {
    INFO(what);
    CHECK(refusal(file) == name);
  };
  Bytes long_riff = webp({lossless});
  long_riff[4] = 0xff;
  const Bytes canvas = extended(0), film = extended(2);
  refused("RIFF larger than the file", long_riff, "truncated_media");
  refused("RIFF without a chunk", joined({text("RIFF"), little(4, 4), text("WEBP"), lossless}), "malformed_media");
  refused("unknown chunk first", webp({riff_chunk("QUUX", hidden), lossless}), "malformed_media");
  refused("chunk larger than RIFF", webp({lossless, text("QUUX"), little(9, 4), Bytes(8, 0)}), "truncated_media");
  refused("largest chunk", webp({lossless, text("QUUX"), little(0xffffffff, 4)}), "truncated_media");
  refused("two pictures", webp({lossless, lossy}), "malformed_media");
  refused("two pictures on a canvas", webp({canvas, lossy, lossless}), "malformed_media");
  refused("two headers", webp({canvas, canvas, lossy}), "malformed_media");
  refused("two alpha planes", webp({extended(16), alpha, alpha, lossy}), "malformed_media");
  refused("alpha plane behind", webp({extended(16), lossy, alpha}), "malformed_media");
  refused("alpha plane beside VP8L", webp({extended(16), alpha, lossless}), "malformed_media");
  refused("alpha plane too short", webp({extended(16), riff_chunk("ALPH", alpha_plane(255)), lossy}), "truncated_media");
  refused("alpha plane of another kind", webp({extended(16), riff_chunk("ALPH", with(alpha_plane(), 0, 2)), lossy}),
          "malformed_media");
  refused("alpha plane with a reserved bit", webp({extended(16), riff_chunk("ALPH", with(alpha_plane(), 0, 0x40)), lossy}),
          "malformed_media");
  refused("canvas without picture", webp({canvas}), "truncated_media");
  refused("canvas larger than the picture", webp({extended(0, 17, 16), lossy}), "malformed_media");
  refused("canvas larger than the format's", webp({extended(2, 1u << 24, 1u << 24), animation(), WebpFrame{}.bytes()}),
          "malformed_media");
  refused("VP8X of 9 bytes", webp({riff_chunk("VP8X", Bytes(9, 0)), lossy}), "malformed_media");
  refused("frame without ANIM", webp({film, WebpFrame{}.bytes()}), "malformed_media");
  refused("two ANIM", webp({film, animation(), animation(), WebpFrame{}.bytes()}), "malformed_media");
  refused("ANIM behind a frame", webp({film, animation(), WebpFrame{}.bytes(), animation()}), "malformed_media");
  refused("ANIM of 7 bytes", webp({film, riff_chunk("ANIM", Bytes(7, 0)), WebpFrame{}.bytes()}), "malformed_media");
  refused("animation without a frame", webp({film, animation()}), "truncated_media");
  refused("a picture beside the frames", webp({film, animation(), WebpFrame{}.bytes(), lossy}), "malformed_media");
  refused("frame of 15 bytes", webp({film, animation(), riff_chunk("ANMF", Bytes(15, 0))}), "malformed_media");
  refused("frame without picture", webp({film, animation(), WebpFrame{.inner = {}}.bytes()}), "truncated_media");
  refused("frame with two pictures", webp({film, animation(), WebpFrame{.inner = joined({lossless, lossy})}.bytes()}),
          "malformed_media");
  refused("frame of another size", webp({film, animation(), WebpFrame{.width = 15}.bytes()}), "malformed_media");
  refused("frame outside of the canvas", webp({film, animation(), WebpFrame{.x = 2}.bytes()}), "malformed_media");
  refused("inner chunk larger than its frame",
          webp({film, animation(), WebpFrame{.inner = joined({lossless, text("ANMF"), little(64, 4)})}.bytes(), lossless}),
          "truncated_media");
  refused("no key frame", webp({riff_chunk("VP8 ", with(gray_vp8(), 0, 0x51))}), "malformed_media");
  refused("a frame that is not shown", webp({riff_chunk("VP8 ", with(gray_vp8(), 0, 0x40))}), "malformed_media");
  refused("VP8 of version 4", webp({riff_chunk("VP8 ", with(gray_vp8(), 0, 0x58))}), "unsupported_media");
  refused("VP8 scaled", webp({riff_chunk("VP8 ", with(gray_vp8(), 7, 0x40))}), "unsupported_media");
  refused("VP8 partition too long", webp({riff_chunk("VP8 ", with(gray_vp8(), 2, 0x10))}), "truncated_media");
  refused("VP8 without width", webp({riff_chunk("VP8 ", with(gray_vp8(), 6, 0))}), "malformed_media");
  refused("VP8L of another version", webp({riff_chunk("VP8L", with(one_colour(), 4, 0x20))}), "unsupported_media");
  refused("VP8L of another mark", webp({riff_chunk("VP8L", with(one_colour(), 0, 0x2e))}), "malformed_media");
  refused("VP8L without codes", webp({riff_chunk("VP8L", Bytes{0x2f, 0, 0, 0, 0})}), "truncated_media");
}

TEST_CASE("a WebP that is cut at any byte is refused") {
  const Bytes whole = webp({extended(2), animation(), WebpFrame{.inner = joined({alpha, lossy})}.bytes(), riff_chunk("EXIF", exif(6, canary))});
  must_be_clean(whole);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string name = refusal(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    if (name != (size == 0 ? "empty_file" : size < 12 ? "unknown_media" : "truncated_media")) FAIL(size << ": " << name);
  }
  const Bytes picture = encoded(40, 30, true, 4, 0, false);
  for (std::size_t cut = 1; cut + 40 < picture.size(); ++cut) {  // each size that is stated is mended
    const Bytes payload(picture.begin() + 20, picture.end() - static_cast<std::ptrdiff_t>(cut));
    if (refusal(webp({riff_chunk("VP8L", payload)})) == "accepted" && cut > 1) FAIL("cut by " << cut);
  }
}

TEST_CASE("nothing that is not the picture survives in a WebP") {
  struct Row {
    const char* what;
    Bytes chunk;
    std::string removed;
  };
  const std::vector<Row> rows = {
      {"Exif", riff_chunk("EXIF", exif(1, canary)), "webp.EXIF"},
      {"Exif as in a JPEG", riff_chunk("EXIF", joined({text("Exif\0\0"sv), exif(1, canary)})), "webp.EXIF"},
      {"XMP", riff_chunk("XMP ", hidden), "webp.XMP"},
      {"C2PA", riff_chunk("C2PA", hidden), "webp.C2PA"},
      {"profile that no flag announces", riff_chunk("ICCP", display_profile().bytes()), "webp.ICCP"},
      {"unknown", riff_chunk("zz\x01!", hidden), "webp.zz__"},
      {"frame in a still picture", WebpFrame{.inner = joined({lossless, riff_chunk("XMP ", hidden)})}.bytes(), "webp.ANMF"},
      {"animation in a still picture", animation(0x52414e41), "webp.ANIM"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    for (const Bytes& picture : {lossless, lossy}) {
      CHECK(must_look_the_same(webp({picture, row.chunk})).clean == webp({picture}));
      for (const Bytes& file : {webp({extended(0), picture, row.chunk}), webp({extended(0), row.chunk, picture})}) {
        // libwebpdemux refuses frames in a still picture, so that it cannot be asked.
        const Cleaned cleaned = row.removed.starts_with("webp.AN") ? must_be_clean(file) : must_look_the_same(file);
        CHECK(kinds(cleaned) == Strings{row.removed});
        CHECK(cleaned.clean == webp({picture}));
      }
    }
    if (row.removed == "webp.ANMF" || row.removed == "webp.ANIM") continue;
    const Bytes film = webp({extended(2), animation(), WebpFrame{.inner = joined({lossless, row.chunk})}.bytes(),
                             row.chunk, WebpFrame{}.bytes(), row.chunk});
    CHECK(kinds(must_look_the_same(film)).size() == 3);
    CHECK_FALSE(check_clean(film, film));
  }
  const Bytes nested = WebpFrame{.inner = joined({lossless, WebpFrame{.inner = riff_chunk("XMP ", hidden)}.bytes()})}.bytes();
  CHECK(kinds(must_look_the_same(webp({extended(2), animation(), nested}))) == Strings{"webp.ANMF.ANMF"});
  CHECK(must_be_clean(webp({lossless, riff_chunk("C2PA", hidden)})).c2pa);
  CHECK(must_be_clean(webp({lossless, riff_chunk("XMP ", hidden)})).blocks.xmp == std::vector<Bytes>{hidden});
  CHECK(must_be_clean(webp({lossless, riff_chunk("EXIF", exif(3, canary))})).blocks.exif == std::vector<Bytes>{exif(3, canary)});
}

TEST_CASE("no place between and behind a WebP's chunks holds anything") {
  CHECK(kinds(must_look_the_same(joined({webp({lossless}), hidden}))) == Strings{"webp.trailer"});
  CHECK(kinds(must_look_the_same(joined({webp({lossless}), webp({lossy})}))) == Strings{"webp.trailer"});
  CHECK(kinds(must_be_clean(webp({lossless, text("CANARY!")}))) == Strings{"webp.padding"});
  const Bytes odd = riff_chunk("ALPH", alpha_plane(), '!');
  CHECK(kinds(must_look_the_same(webp({extended(16), odd, lossy}))) == Strings{"webp.padding"});
  CHECK(kinds(must_look_the_same(webp({extended(16), riff_chunk("ALPH", joined({alpha_plane(), hidden})), lossy}))) ==
        Strings{"webp.ALPH.slack"});
  CHECK(kinds(must_look_the_same(webp({riff_chunk("VP8L", joined({one_colour(), hidden}))}))) == Strings{"webp.VP8L.slack"});
  const Bytes whole_picture = one_colour();
  const Bytes coded_alpha = joined({{1}, Bytes(whole_picture.begin() + 5, whole_picture.end())});
  CHECK(kinds(must_look_the_same(webp({extended(16), riff_chunk("ALPH", coded_alpha), lossy}))) == Strings{});
  CHECK(kinds(must_look_the_same(webp({extended(16), riff_chunk("ALPH", joined({coded_alpha, hidden})), lossy}))) ==
        Strings{"webp.ALPH.slack"});
  // The one bit that the codes leave.
  CHECK(must_look_the_same(webp({riff_chunk("VP8L", with(whole_picture, 7, whole_picture[7] | 0x80))})).clean == webp({lossless}));
  // Reserved bits, flags that say nothing true, and a background that nobody sees.
  const Bytes lying = webp({riff_chunk("VP8X", joined({{0xff & ~0x22, 'C', 'A', 'N'}, little(15, 3), little(15, 3)})), lossless});
  CHECK(must_be_clean(lying).clean == webp({lossless}));
  const auto film = [](std::uint32_t background, Byte flags, const Bytes& inner) {
    return webp({extended(2), animation(background, 3), WebpFrame{.flags = flags, .inner = inner}.bytes()});
  };
  const Bytes whole = film(0, 0, lossless);
  CHECK(must_look_the_same(whole).clean == whole);
  CHECK(must_look_the_same(film(0x12345678, 0, lossless)).clean == whole);
  CHECK(must_look_the_same(film(0, 0xfc, lossless)).clean == whole);
  CHECK(must_look_the_same(film(0x12345678, 1, lossless)).clean == film(0x12345678, 1, lossless));
  const Bytes through = webp({extended(18), animation(7), WebpFrame{.inner = riff_chunk("VP8L", one_colour(16, 16, true))}.bytes()});
  CHECK(must_look_the_same(through).clean == through);
}

TEST_CASE("orientation and colour profile of a WebP stay, each in one form") {
  for (unsigned orientation = 1; orientation <= 8; ++orientation) {
    const Cleaned cleaned = must_look_the_same(webp({extended(8), lossless, riff_chunk("EXIF", exif(orientation, canary))}));
    CHECK(cleaned.orientation == orientation);
    CHECK((text_of(cleaned.clean).find("EXIF") != std::string_view::npos) == (orientation > 1));
    const Bytes unannounced = webp({lossless, riff_chunk("EXIF", exif(orientation, canary))});
    CHECK(cleaned.clean == must_be_clean(unannounced).clean);
    CHECK(cleaned.warnings.empty());
    CHECK(must_be_clean(unannounced).warnings.size() == (orientation > 1 ? 1 : 0));
    const Bytes turned = webp({extended(8), lossless, riff_chunk("EXIF", exif(orientation % 8 + 1, canary))});
    CHECK_FALSE(check_clean(turned, cleaned.clean));
  }
  const Bytes profiled = webp({extended(0x20), riff_chunk("ICCP", display_profile().bytes()), lossy});
  const Cleaned reduced = must_look_the_same(profiled);
  CHECK(kinds(reduced) == Strings{"webp.ICCP"});
  CHECK(text_of(reduced.clean).find("ICCP") != std::string_view::npos);
  CHECK_FALSE(check_clean(profiled, profiled));
  CHECK(must_be_clean(profiled, {ColourProfile::drop}).clean == webp({lossy}));
  const Bytes broken = webp({extended(0x20), riff_chunk("ICCP", hidden), lossy});
  CHECK(must_be_clean(broken).clean == webp({lossy}));
  CHECK_FALSE(walk(broken, {ColourProfile::refuse}));
}

TEST_CASE("every kind of WebP that libwebp writes is read to its last bit") {
  for (const bool by_vp8l : {false, true})
    for (const bool see_through : {false, true})
      for (const int colours : {0, 2, 4, 16, 200})
        for (const int method : {0, 3, 6})
          for (const int size : {1, 17, 130}) {
            INFO(by_vp8l << see_through << ' ' << colours << ' ' << method << ' ' << size);
            const Bytes picture = encoded(size, size + 3, by_vp8l, method, colours, see_through);
            CHECK(must_look_the_same(picture).removed.empty());
            if (!by_vp8l) continue;
            Bytes longer(picture.begin() + 20, picture.end());
            append(longer, hidden);
            CHECK(kinds(must_look_the_same(webp({riff_chunk("VP8L", longer)}))) == Strings{"webp.VP8L.slack"});
          }
}

TEST_CASE("libwebp sees that something stands behind a lossy picture") {
  for (const int size : {16, 60, 300}) {
    const Bytes file = encoded(size, size, false, 3, 0, false);
    const Bytes picture(file.begin() + 20, file.end());
    CHECK(pixels_of(Media::webp, file));
    const Bytes more = joined({picture, hidden, hidden});
    for (const Bytes& longer : {webp({riff_chunk("VP8 ", more)}), webp({extended(16, static_cast<std::uint32_t>(size), static_cast<std::uint32_t>(size)),
                                      riff_chunk("ALPH", alpha_plane(static_cast<std::size_t>(size * size))), riff_chunk("VP8 ", more)})}) {
      const auto refused = pixels_of(Media::webp, longer);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().detail == "WebP: bytes behind a lossy picture");
    }
  }
}

TEST_CASE("the independent check refuses a WebP copy with anything added, changed or left out") {
  const Bytes original = webp({extended(2), animation(5, 1), WebpFrame{.flags = 1, .inner = joined({alpha, lossy})}.bytes(),
                               WebpFrame{}.bytes(), riff_chunk("EXIF", exif(6, canary))});
  const Bytes clean = must_be_clean(original).clean;
  const auto refused = [&](const Bytes& copy) { return !check_clean(original, copy); };
  CHECK(refused(original));
  for (const Bytes& more : {riff_chunk("XMP ", hidden), riff_chunk("ICCP", hidden), riff_chunk("EXIF", canonical_exif(3)),
                            WebpFrame{}.bytes(), Bytes{0}, Bytes{0, 0}})
    for (std::size_t at = 0; at <= clean.size(); ++at) {
      Bytes copy = clean;
      copy.insert(copy.begin() + static_cast<std::ptrdiff_t>(at), more.begin(), more.end());
      const Bytes size = little(copy.size() - 8, 4);
      if (at >= 8) std::copy(size.begin(), size.end(), copy.begin() + 4);
      if (!refused(copy)) FAIL("accepted " << more.size() << " bytes more at " << at);
    }
  for (std::size_t at = 0; at < clean.size(); ++at)
    for (const Byte change : {Byte{1}, Byte{0x80}}) {
      Bytes copy = clean;
      copy[at] ^= change;
      // The orientation may be another one: the parent compares it with what the original says.
      if (!refused(copy) && at + 10 < clean.size()) FAIL("accepted a change at " << at);
    }
}

TEST_CASE("a hostile WebP ends in bounded time") {
  const auto start = std::chrono::steady_clock::now();
  const Bytes frame = WebpFrame{.width = 16384, .height = 16384, .inner = riff_chunk("VP8L", one_colour(16384, 16384))}.bytes();
  Bytes many;
  for (int i = 0; i < 100; ++i) append(many, frame);
  CHECK(refusal(webp({extended(2, 16384, 16384), animation(), many})) == "too_large");
  Bytes tiny;
  const Bytes one = WebpFrame{.width = 1, .height = 1, .inner = riff_chunk("VP8L", one_colour(1, 1))}.bytes();
  for (int i = 0; i < 200'000; ++i) append(tiny, one);
  CHECK(refusal(webp({extended(2, 1, 1), animation(), tiny})) == "accepted");
  // An entropy image that asks for 65536 groups of codes.
  Bytes groups = joined({{0x2f}, little(0xfff | 0xfff << 14, 4), {0x04}, Bytes(200, 0x55)});
  CHECK(refusal(webp({riff_chunk("VP8L", groups)})) != "accepted");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
}
