// SPDX-License-Identifier: GPL-3.0-or-later
// HEIC and AVIF: items, properties, names and boxes beside the picture, and messages among its coded data.
#include <algorithm>

#include "tests/intake/traps/trap.hpp"
#include "tests/unit/collector/intake_heif_pictures.hpp"

namespace dokaz::test {
namespace {

const Bytes marker = text(canary);

Trap one(unsigned group, const char* name, const std::function<Heif()>& make, const char* outcome = "clean") {
  return {group, std::string("heif-") + name, outcome, [make] { return make().bytes(); }};
}
Trap changed(unsigned group, const char* name, const std::function<void(Heif&)>& change, const char* outcome = "clean") {
  return one(group, name, [change] {
    Heif out = one_hevc();
    change(out);
    return out;
  }, outcome);
}
/// A further item that says something of the first, with the marker in it.
Trap beside(unsigned group, const char* name, HeifItem item, const char* reference = "cdsc") {
  return changed(group, name, [item = std::move(item), reference](Heif& out) {
    HeifItem more = item;
    more.id = 9;
    out.items.push_back(more);
    out.references.push_back({reference, 9, {1}});
  });
}
Bytes turned(Byte quarter) { return box("irot", {quarter}); }

}  // namespace

Traps heif_traps() {
  const Bytes exif_data = joined({big32(0), exif(6, canary)});
  HeifItem secret = hevc_item();
  secret.data = joined({sei(canary), unhexed(hevc_tile)});
  HeifItem secret_av1 = av1_item();
  secret_av1.data = joined({obu(5, joined({{4, 0xb5}, marker})), unhexed(av1_tile)});
  return {
      beside(19, "exif.heic", {.type = "Exif", .data = exif_data}),
      beside(19, "xmp.heic", {.type = "mime", .data = marker, .entry_end = text("application/rdf+xml\0\0"sv)}),
      beside(19, "uri.heic", {.type = "uri ", .data = marker, .entry_end = text("urn:x\0"sv)}),
      beside(19, "in-idat.heic", {.type = "Exif", .data = exif_data, .in_idat = true}),
      beside(3, "thumbnail.heic", [] {
        HeifItem item = hevc_item();
        item.data = joined({sei(canary), item.data});
        return item;
      }(), "thmb"),
      changed(19, "item-name.heic", [](Heif& out) { out.items[0].name = std::string(canary); }),
      changed(19, "handler-name.heic", [](Heif& out) { out.handler_name = std::string(canary); }),
      changed(19, "description.heic", [](Heif& out) {
        out.essential = false;
        out.items[0].properties.push_back(full_box("udes", joined({text("en\0"sv), marker, {0}, text("\0\0"sv)})));
      }),
      changed(19, "property-of-none.heic", [](Heif& out) { out.more_properties = {full_box("udes", marker)}; }),
      changed(19, "second-picture.heic", [secret](Heif& out) {
        HeifItem other = secret;
        other.id = 2;
        out.items.push_back(other);
      }),
      changed(20, "free.heic", [](Heif& out) { out.before_data = box("free", marker); }),
      changed(13, "content-credentials.heic", [](Heif& out) {
        out.before_data = box("uuid", joined({{0xd8, 0xfe, 0xc3, 0xd6, 0x1b, 0x0e, 0x48, 0x3c, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7e, 0xc4, 0x81}, marker}));
      }),
      changed(19, "in-meta.heic", [](Heif& out) { out.in_meta = box("uuid", joined({Bytes(16, 7), marker})); }),
      changed(22, "bytes-of-no-item.heic", [](Heif& out) { out.unreferenced = marker; }),
      changed(5, "film-box-behind.heic", [](Heif& out) {
        out.trailer = box("mpvd", joined({box("ftyp", text("mp42\0\0\0\0mp42"sv)), box("mdat", marker)}));
      }),
      // libheif does not decode a file with two beginnings, so nothing can be compared.
      changed(5, "film-behind.heic", [](Heif& out) { out.trailer = joined({box("ftyp", text("mp42\0\0\0\0mp42"sv)), box("mdat", marker)}); },
              "malformed_media"),
      changed(6, "samsung-trailer.heic", [](Heif& out) { out.trailer = box("sefd", joined({text("SEFH"), marker, text("SEFT")})); }),
      changed(14, "turned-and-exif.heic", [exif_data](Heif& out) {
        out.items[0].properties.push_back(turned(3));
        out.items.push_back({.id = 2, .type = "Exif", .data = exif_data});
        out.references.push_back({"cdsc", 2, {1}});
      }),
      changed(23, "encoder-message.heic", [secret](Heif& out) { out.items[0] = secret; }),
      one(19, "tiles.heic", [] {
        Heif out = hevc_grid();
        out.items[2].data = joined({sei(canary), out.items[2].data});
        return out;
      }),
      one(19, "wide-numbers.heic", [exif_data] {
        Heif out = with_alpha();
        out.wide = true;
        out.items.push_back({.id = 70000, .type = "Exif", .data = exif_data});
        out.references.push_back({"cdsc", 70000, {1}});
        return out;
      }),
      one(23, "message.avif", [secret_av1] {
        Heif out = one_av1();
        out.items[0] = secret_av1;
        return out;
      }),
      one(19, "exif.avif", [exif_data] {
        Heif out = av1_with_alpha();
        out.items.push_back({.id = 3, .type = "Exif", .data = exif_data});
        out.references.push_back({"cdsc", 3, {1}});
        return out;
      }),
      changed(25, "item-outside.heic", [](Heif& out) { out.items[0].location = joined({big16(1), big64(1'000'000), big64(40)}); },
              "truncated_media"),
      one(25, "circle.heic", [] {
        Heif out = hevc_grid();
        out.references = {{"dimg", 5, {5, 5, 5, 5}}};
        return out;
      }, "malformed_media"),
  };
}

}  // namespace dokaz::test
