// SPDX-License-Identifier: GPL-3.0-or-later
// JPEG: a marker in every place where cameras, telephones and editors have put something.
#include "tests/intake/traps/trap.hpp"
#include "tests/unit/collector/intake_profiles.hpp"

namespace dokaz::test {
namespace {

const Bytes marker = text(canary);

Bytes app(int number, std::string_view label, const Bytes& content = marker) {
  return segment(0xe0 + number, joined({text(label), content}));
}
Bytes xmp(std::string_view attributes) {
  return app(1, "http://ns.adobe.com/xap/1.0/\0"sv,
             text("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
                  "<rdf:Description rdf:about=\"\" " + std::string(attributes) + "/></rdf:RDF></x:xmpmeta>"));
}
Bytes extended_xmp(std::uint32_t at, const Bytes& part) {
  return app(1, "http://ns.adobe.com/xmp/extension/\0"sv,
             joined({text("0123456789ABCDEF0123456789ABCDEF"), big32(4000), big32(at), part}));
}
Bytes box(std::string_view type, const Bytes& content) {
  return joined({big32(static_cast<std::uint32_t>(content.size() + 8)), text(type), content});
}
/// A film with a place in it, as telephones append it.
Bytes film() {
  return joined({box("ftyp", text("mp42\0\0\0\0mp42"sv)),
                 box("moov", box("udta", box("\xa9xyz", joined({{0, 21, 0x15, 0xc7}, marker})))), box("mdat", marker)});
}
/// A picture that says where it was taken.
Bytes inner_picture() { return Jpeg{.app = exif_segment(exif(1, canary))}.bytes(); }
/// Exif whose second directory holds a preview.
Bytes exif_with_preview() {
  const Bytes preview = inner_picture();
  Bytes out = text("MM\0*\0\0\0\x08"sv);
  append(out, Bytes{0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0});
  append(out, big32(26));
  append(out, joined({{0, 2, 2, 1, 0, 4}, big32(1), big32(56), {2, 2, 0, 4}, big32(1),
                      big32(static_cast<std::uint32_t>(preview.size())), big32(0)}));
  append(out, preview);
  return exif_segment(out);
}
Bytes resource(unsigned id, const Bytes& content) {
  Bytes out = joined({text("8BIM"), {static_cast<Byte>(id >> 8), static_cast<Byte>(id), 0, 0},
                      big32(static_cast<std::uint32_t>(content.size())), content});
  out.resize(out.size() + out.size() % 2);
  return out;
}
Bytes photoshop(const Bytes& resources) { return app(13, "Photoshop 3.0\0"sv, resources); }
Bytes iptc_caption() {
  return joined({{0x1c, 2, 120, 0, static_cast<Byte>(marker.size())}, marker});
}
Bytes samsung_trailer() {
  const Bytes entry = joined({{0, 0, 1, 10}, {10, 0, 0, 0}, text("Image_UTC_Data"), marker});
  return joined({entry, text("SEFH"), {107, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 10}, {31, 0, 0, 0, 31, 0, 0, 0}, {20, 0, 0, 0}, text("SEFT")});
}
Bytes content_credentials() {
  const Bytes label = box("jumb", joined({box("jumd", joined({text("c2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\x03"sv), text("c2pa\0"sv)})),
                                          box("json", marker)}));
  return app(11, "JP", joined({{0, 1}, big32(1), label}));
}
Bytes icc(const Bytes& profile) { return app(2, "ICC_PROFILE\0\x01\x01"sv, profile); }
Bytes adobe(Byte transform, const Bytes& more = {}) {
  return app(14, "Adobe", joined({{0, 100, 0, 0, 0, 0, transform}, more}));
}

Trap one(unsigned group, const char* name, Jpeg jpeg, const char* outcome = "clean") {
  return {group, std::string("jpeg-") + name + ".jpg", outcome, [jpeg] { return jpeg.bytes(); }};
}
Trap with(unsigned group, const char* name, Bytes segments) { return one(group, name, {.app = std::move(segments)}); }
Trap behind(unsigned group, const char* name, Bytes trailer, Bytes segments = {}) {
  return one(group, name, {.app = std::move(segments), .trailer = std::move(trailer)});
}

}  // namespace

Traps jpeg_traps() {
  const Bytes large = exif_segment(exif(1, std::string(60'000, 'x') + std::string(canary)));
  Bytes large_xmp;
  for (std::uint32_t at = 0; at < 4000; at += 1000) append(large_xmp, extended_xmp(at, joined({marker, inner_picture()})));
  Traps traps = {
      with(1, "second-exif", joined({exif_segment(exif(6, "first")), exif_segment(exif(1, canary))})),
      with(1, "large-exif", large),
      with(2, "extended-xmp", joined({xmp("xmlns:n=\"http://ns.adobe.com/xmp/note/\" n:HasExtendedXMP=\"0123456789ABCDEF0123456789ABCDEF\""), large_xmp})),
      with(2, "xmp", xmp("xmlns:dc=\"http://purl.org/dc/elements/1.1/\" dc:source=\"" + std::string(canary) + "\"")),
      with(3, "exif-preview", exif_with_preview()),
      with(3, "photoshop-preview", photoshop(resource(0x040c, joined({Bytes(28, 0), inner_picture()})))),
      with(3, "jfxx-preview", app(0, "JFXX\0\x10"sv, inner_picture())),
      one(3, "jfif-preview", {.jfif = segment(0xe0, joined({text("JFIF\0"sv), {1, 1, 0, 0, 1, 0, 1, 3, 2}, text("CANARY-7f3a91....."sv)}))}),
      behind(4, "second-picture", inner_picture(), app(2, "MPF\0"sv, joined({text("MM\0*\0\0\0\x08\0\0\0\0\0\0"sv), marker}))),
      behind(4, "gain-map", inner_picture(), xmp("xmlns:hdrgm=\"http://ns.adobe.com/hdr-gain-map/1.0/\" hdrgm:Version=\"1.0\"")),
      behind(5, "motion-photo", film(), xmp("xmlns:GCamera=\"http://ns.google.com/photos/1.0/camera/\" GCamera:MicroVideo=\"1\"")),
      behind(5, "motion-photo-without-hint", film()),
      behind(6, "samsung-trailer", samsung_trailer()),
      behind(7, "archive-behind", joined({text("PK\x03\x04"), marker})),
      behind(7, "text-behind", marker),
      one(11, "bytes-between-segments", {.app = marker}, "malformed_media"),
      one(11, "bytes-in-scan", {.coded = joined({{0}, marker})}),
      one(11, "unused-quantisation", {.before_scan = segment(0xdb, joined({{3}, marker, Bytes(51, 1)}))}),
      one(11, "unused-huffman", {.before_scan = segment(0xc4, joined({{0x13}, Bytes(15, 0), {13}, marker}))}),
      with(11, "long-adobe", adobe(0, marker)),
      with(11, "comment", segment(0xfe, marker)),
      with(11, "comment-utf16", segment(0xfe, text("C\0A\0N\0A\0R\0Y\0-\0007\0f\0003\0a\0009\0001\0"sv))),
      with(11, "app7", app(7, "ANYTHING")),
      with(11, "app9", app(9, "Media Jukebox\0"sv)),
      with(11, "app12", app(12, "Ducky")),
      with(11, "app15", app(15, "Q")),
      with(12, "broken-exif", exif_segment(joined({text("II*\0\xff\xff\xff\x7f"sv), marker}))),
      with(12, "broken-profile", icc(joined({{0, 0, 0, 9}, marker}))),
      with(12, "broken-photoshop", photoshop(joined({text("8BIM\x04\x04\xff"sv), marker}))),
      with(12, "iptc", photoshop(resource(0x0404, iptc_caption()))),
      with(13, "content-credentials", content_credentials()),
      with(15, "display-profile", icc(display_profile().bytes())),
      one(16, "cmyk", {.ids = {1, 2, 3, 4}, .app = joined({adobe(2), segment(0xfe, marker)})}),
      one(16, "rgb-by-names", {.ids = {'R', 'G', 'B'}, .app = segment(0xfe, marker), .jfif = {}}),
      one(16, "progressive", {.frame = 0xc2, .app = segment(0xfe, marker), .spectrum = {0, 0, 0}}),
      one(16, "restarts", {.width = 24, .height = 8, .before_scan = joined({segment(0xfe, marker), segment(0xdd, {0, 1})}),
                           .coded = {0x3f, 0xff, 0xd0, 0x3f, 0xff, 0xd1, 0x3f}}),
      one(18, "cut", {.app = segment(0xfe, marker), .end = {}}, "truncated_media"),
  };
  for (const unsigned turn : {3u, 5u, 6u, 8u})
    traps.push_back(with(14, ("orientation-" + std::to_string(turn)).c_str(), exif_segment(exif(turn, canary))));
  return traps;
}

}  // namespace dokaz::test
