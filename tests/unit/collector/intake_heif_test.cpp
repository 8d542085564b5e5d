// SPDX-License-Identifier: GPL-3.0-or-later
// HEIC and AVIF: what is left out, that the picture stays, and what is refused by which name.
#include "collector/intake/pixels/pixels.hpp"
#include "intake_heif_pictures.hpp"
#include "intake_walked.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

namespace {

using Strings = std::vector<std::string>;

const Bytes hidden = text(canary);

/// All that must_be_clean() asks, and the decoded picture is the same.
Cleaned must_look_alike(const Bytes& file) {
  Cleaned walked = must_be_clean(file);
  const auto before = pixels_of(walked.media, file), after = pixels_of(walked.media, walked.clean);
  if (!before) FAIL("the decoder complains of the original");
  REQUIRE(after);
  CHECK(*before == *after);
  return walked;
}

Heif with(Heif heif, const std::function<void(Heif&)>& change) {
  change(heif);
  return heif;
}
Heif with_property(Heif heif, const Bytes& property) {
  heif.items[0].properties.push_back(property);
  return heif;
}

Bytes exif_item(unsigned orientation) { return joined({big32(6), text("Exif\0\0"sv), exif(orientation, canary)}); }
HeifItem further(std::uint32_t id, std::string type, Bytes data) { return {.id = id, .type = std::move(type), .data = std::move(data)}; }

/// Coded pictures of the right size that are not the main one.
HeifItem marked_picture(std::uint32_t id) {
  HeifItem item = hevc_item(id);
  item.data = joined({sei(canary), item.data});
  return item;
}

}  // namespace

TEST_CASE("every kind of HEIF picture stays what it is") {
  struct Row {
    const char* what;
    Heif heif;
    Media media;
    std::uint32_t width, height;
  };
  const std::vector<Row> rows = {
      {"HEVC", one_hevc(), Media::heic, 64, 64},
      {"HEVC with alpha", with_alpha(), Media::heic, 64, 64},
      {"tiles", hevc_grid(), Media::heic, 120, 100},
      {"AV1", one_av1(), Media::avif, 64, 64},
      {"AV1 with alpha", av1_with_alpha(), Media::avif, 64, 64},
      {"HEVC by another brand", with(one_hevc(), [](Heif& h) { h.brand = "mif1"; }), Media::heic, 64, 64},
      {"AV1 by another brand", with(one_av1(), [](Heif& h) { h.brand = "mif1"; }), Media::avif, 64, 64},
      {"cropped", with_property(one_hevc(), clap(32, 48)), Media::heic, 64, 64},
      {"code points of colours", with_property(one_av1(), box("colr", joined({text("nclx"), {0, 1, 0, 13, 0, 6, 0x80}}))),
       Media::avif, 64, 64},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const Cleaned walked = must_look_alike(row.heif.bytes());
    CHECK(walked.media == row.media);
    CHECK(walked.width == row.width);
    CHECK(walked.height == row.height);
    CHECK(must_be_clean(walked.clean).clean == walked.clean);
  }
  // libheif 1.15 leaves memory unset where it lays pictures over each other, and shows no `iden`; what decides is that
  // the items stay.
  const Cleaned over = must_be_clean(hevc_overlay().bytes());
  CHECK(over.width == 100);
  CHECK(over.height == 90);
  CHECK(over.warnings.size() == 1);
  Heif identity{.items = {hevc_item(1), further(2, "iden", {})}, .references = {{"dimg", 2, {1}}}, .primary = 2};
  identity.items[1].properties = {ispe(), box("irot", {1})};
  CHECK(must_be_clean(identity.bytes()).orientation == 8);
}

TEST_CASE("however a HEIF file is laid out, its clean copy is the same") {
  for (const Heif& heif : {one_hevc(), hevc_grid(), with_alpha(), av1_with_alpha(), hevc_overlay()}) {
    const Bytes clean = must_be_clean(heif.bytes()).clean;
    const auto same = [&](const char* what, const std::function<void(Heif&)>& change) {
      INFO(what);
      const Bytes file = with(heif, change).bytes();
      CHECK(file != heif.bytes());
      CHECK(must_be_clean(file).clean == clean);
    };
    same("numbers of 32 bits", [](Heif& h) { h.wide = true; });
    same("large numbers", [](Heif& h) {
      h.wide = true;
      h.primary += 0x10000;
      for (HeifItem& item : h.items) item.id += 0x10000;
      for (HeifReference& reference : h.references) {
        reference.from += 0x10000;
        for (std::uint32_t& to : reference.to) to += 0x10000;
      }
    });
    same("data among the boxes", [](Heif& h) {
      for (HeifItem& item : h.items) item.in_idat = !item.in_idat;
    });
    same("items in two parts", [](Heif& h) {
      for (HeifItem& item : h.items) item.extents = 2;
    });
    same("names", [](Heif& h) {
      for (HeifItem& item : h.items) item.name = canary;
    });
    same("other boxes", [](Heif& h) { h.before_meta = h.in_meta = h.before_data = box("free", hidden); });
    same("a property of no item first", [](Heif& h) { h.more_properties = {box("free", hidden)}; });
  }
}

TEST_CASE("nothing that is not the picture survives in a HEIF file") {
  struct Row {
    const char* what;
    std::function<void(Heif&)> change;
    Strings removed;
  };
  const auto item = [](HeifItem added, std::vector<HeifReference> references = {}) {
    return [=](Heif& h) {
      h.items.push_back(added);
      h.references.insert(h.references.end(), references.begin(), references.end());
    };
  };
  const auto auxiliary = [](std::string_view name) {
    HeifItem out = marked_picture(9);
    out.properties.push_back(aux_type(name));
    return out;
  };
  HeifItem xmp = further(9, "mime", hidden);
  xmp.entry_end = text("application/rdf+xml\0"sv);
  HeifItem address = further(9, "uri ", hidden);
  address.entry_end = joined({hidden, {0}});
  const Bytes c2pa = box("uuid", joined({unhexed("d8fec3d61b0e483c92975828877ec481"), hidden}));
  const std::vector<Row> rows = {
      {"Exif", item(further(9, "Exif", exif_item(1)), {{"cdsc", 9, {1}}}), {"heif.item.Exif"}},
      {"XMP", item(xmp, {{"cdsc", 9, {1}}}), {"heif.item.mime"}},
      {"an address", item(address), {"heif.item.uri"}},
      {"an item without data", item(further(9, "Exif", {})), {"heif.item.Exif"}},
      {"a preview", item(marked_picture(9), {{"thmb", 9, {1}}}), {"heif.item.thumbnail"}},
      {"depth", item(auxiliary("urn:mpeg:hevc:2015:auxid:2"), {{"auxl", 9, {1}}}), {"heif.item.depth"}},
      {"a gain map", item(auxiliary("urn:com:apple:photo:2020:aux:hdrgainmap"), {{"auxl", 9, {1}}}),
       {"heif.item.gainmap"}},
      {"a matte", item(auxiliary(canary), {{"auxl", 9, {1}}}), {"heif.item.auxiliary"}},
      {"a further picture", item(marked_picture(9)), {"heif.item.picture"}},
      {"a further picture of the main one", item(further(9, "iden", hidden), {{"dimg", 9, {1}}}), {"heif.item.picture"}},
      {"a derived picture in a circle", item(further(9, "iden", hidden), {{"dimg", 9, {9}}}), {"heif.item.picture"}},
      {"a C2PA box", [=](Heif& h) { h.before_meta = c2pa; }, {"heif.uuid.c2pa"}},
      {"another box with a name of its own", [](Heif& h) { h.before_data = box("uuid", joined({Bytes(16, 7), hidden})); }, {"heif.uuid"}},
      {"free room", [](Heif& h) { h.before_data = box("free", hidden); }, {"heif.free"}},
      {"room to skip", [](Heif& h) { h.before_meta = box("skip", hidden); }, {"heif.skip"}},
      {"groups", [](Heif& h) { h.in_meta = box("grpl", full_box("altr", joined({big32(100), big32(1), big32(1)}))); }, {"heif.grpl"}},
      {"a box in meta", [](Heif& h) { h.in_meta = box("Xtra", hidden); }, {"heif.Xtra"}},
      {"a motion photo", [](Heif& h) { h.trailer = box("mpvd", hidden); }, {"heif.mpvd"}},
      {"a maker's box", [](Heif& h) { h.trailer = box("sefd", hidden); }, {"heif.sefd"}},
      {"a film behind", [](Heif& h) { h.trailer = joined({box("ftyp", text("mp42")), box("moov", hidden)}); }, {"heif.trailer"}},
      {"bytes behind", [](Heif& h) { h.trailer = hidden; }, {"heif.trailer"}},
      {"few bytes behind", [](Heif& h) { h.trailer = {1, 2, 3}; }, {"heif.trailer"}},
      {"data of no item", [](Heif& h) { h.unreferenced = hidden; }, {"heif.mdat.unreferenced"}},
      {"data of no item, in the second box", [](Heif& h) { h.trailer = box("mdat", hidden); }, {"heif.mdat.unreferenced"}},
      {"a name of an item", [](Heif& h) { h.items[0].name = canary; }, {"heif.item.name"}},
      {"a name of the handler", [](Heif& h) { h.handler_name = canary; }, {"heif.hdlr.name"}},
      {"a description", [](Heif& h) { h.essential = false; h.items[0].properties.push_back(full_box("udes", hidden)); }, {"heif.property.udes"}},
      {"a time", [](Heif& h) { h.essential = false; h.items[0].properties.push_back(full_box("crtt", Bytes(8, 1))); }, {"heif.property.crtt"}},
      {"a property of no item", [](Heif& h) { h.more_properties = {box("free", hidden)}; }, {"heif.property.free"}},
      {"no rotation", [](Heif& h) { h.items[0].properties.push_back(box("irot", {0})); }, {"heif.property.irot"}},
      {"square pixels", [](Heif& h) { h.items[0].properties.push_back(box("pasp", joined({big32(7), big32(7)}))); }, {"heif.property.pasp"}},
  };
  for (const Row& row : rows)
    for (const Heif& heif : {one_hevc(), one_av1()}) {
      INFO(row.what);
      const Bytes clean = must_be_clean(heif.bytes()).clean;
      const Cleaned walked = must_look_alike(with(heif, row.change).bytes());
      CHECK(walked.clean == clean);
      Strings removed = kinds(walked);
      std::erase_if(removed, [](const std::string& kind) { return kind == "heif.property.hvcC" || kind == "heif.property.auxC"; });
      CHECK(removed == row.removed);
      CHECK(walked.c2pa == (row.removed == Strings{"heif.uuid.c2pa"}));
    }
}

TEST_CASE("what is coded beside the picture is left out of HEVC") {
  const Bytes clean = must_be_clean(one_hevc().bytes()).clean;
  const auto left_out = [&](const char* what, const Strings& expected, const std::function<void(HeifItem&)>& change) {
    INFO(what);
    const Cleaned walked = must_look_alike(with(one_hevc(), [&](Heif& h) { change(h.items[0]); }).bytes());
    CHECK(walked.clean == clean);
    CHECK(kinds(walked) == expected);
  };
  const auto data = [](const Bytes& before, const Bytes& after) {
    return [=](HeifItem& item) { item.data = joined({before, item.data, after}); };
  };
  left_out("SEI", {"heif.nal.39"}, data(sei(canary), {}));
  left_out("parameter sets once more", {"heif.nal.34"}, data(nal(unhexed("4401c172b02240")), {}));
  left_out("SEI behind", {"heif.nal.40"}, data({}, nal(joined({{0x50, 1}, hidden}))));
  left_out("a delimiter", {"heif.nal.35"}, data(nal({0x46, 1, 0x50}), {}));
  left_out("filler", {"heif.nal.38"}, data({}, nal(joined({{0x4c, 1}, hidden}))));
  left_out("a unit of no kind", {"heif.nal.48"}, data({}, nal(joined({{0x60, 1}, hidden}))));
  left_out("a slice of a kind to come", {"heif.nal.22"}, data({}, nal(joined({{0x2c, 1}, hidden}))));
  left_out("another layer", {"heif.nal.19"}, data({}, nal(joined({{0x26, 0x09}, hidden}))));
  left_out("an empty unit", {"heif.nal.0"}, data({}, big32(0)));
  // libheif would not show it.
  Heif zeros = one_hevc();
  append(zeros.items[0].data, Bytes(3, 0));
  CHECK(must_be_clean(zeros.bytes()).clean == clean);
  CHECK(kinds(must_be_clean(zeros.bytes())) == Strings{"heif.nal.padding"});
  left_out("SEI in the configuration", {"heif.hvcC.nal.39"}, [](HeifItem& item) {
    Bytes record = unhexed(hevc_tile_configuration);
    const Bytes unit = joined({{0x4e, 1, 5, 30}, Bytes(16, 1), hidden, {0x80}});
    append(record, joined({{0x27}, big16(1), big16(unit.size()), unit}));
    ++record[22];
    item.properties[0] = box("hvcC", record);
  });
  left_out("bytes behind the configuration", {"heif.hvcC.nal.0"}, [](HeifItem& item) {
    item.properties[0] = box("hvcC", joined({unhexed(hevc_tile_configuration), hidden}));
  });
  // The record's own fields repeat the parameter sets, or say nothing that a still picture needs.
  for (const std::size_t at : {1u, 2u, 6u, 12u, 13u, 14u, 15u, 16u, 17u, 18u, 19u, 20u})
    left_out("a field of the configuration", {}, [&](HeifItem& item) {
      Bytes record = unhexed(hevc_tile_configuration);
      record[at] ^= 5;
      item.properties[0] = box("hvcC", record);
    });
}

TEST_CASE("what is coded beside the picture is left out of AV1") {
  const Bytes clean = must_be_clean(one_av1().bytes()).clean;
  const auto left_out = [&](const char* what, const Strings& expected, const Bytes& data) {
    INFO(what);
    const Cleaned walked = must_look_alike(with(one_av1(), [&](Heif& h) { h.items[0].data = data; }).bytes());
    CHECK(walked.clean == clean);
    CHECK(kinds(walked) == expected);
  };
  const Bytes coded = unhexed(av1_tile), header(coded.begin(), coded.begin() + 11), frame(coded.begin() + 11, coded.end());
  REQUIRE(frame[0] == 0x32);
  const Bytes payload(frame.begin() + 2, frame.end());
  left_out("a delimiter", {"heif.obu.2"}, joined({obu(2, {}), header, frame}));
  left_out("metadata", {"heif.obu.5"}, joined({header, obu(5, joined({{4}, hidden, {0x80}})), frame}));
  left_out("padding", {"heif.obu.15"}, joined({header, frame, obu(15, hidden)}));
  left_out("a unit to come", {"heif.obu.9"}, joined({obu(9, hidden), header, frame}));
  left_out("a size in more bytes than it takes", {}, joined({header, {0x32, 0x9c, 0x80, 0x80, 0x00}, payload}));
  left_out("no size", {}, joined({header, {0x30}, payload}));
  left_out("a reserved bit", {}, joined({header, {0x33, 0x1c}, payload}));
  const Cleaned units = must_look_alike(with(one_av1(), [&](Heif& h) {
    h.items[0].properties[0] = box("av1C", joined({{0x81, 0x1f, 0xff, 0x1f}, obu(5, hidden), header}));
  }).bytes());
  CHECK(units.clean == clean);
  CHECK(kinds(units) == Strings{"heif.av1C.obus"});
}

TEST_CASE("the main picture of a HEIF file is shown as it was") {
  const std::vector<std::pair<std::vector<Bytes>, unsigned>> rows = {
      {{}, 0}, {{box("irot", {1})}, 8}, {{box("irot", {2})}, 3}, {{box("irot", {3})}, 6}, {{box("imir", {0})}, 4},
      {{box("imir", {1})}, 2}, {{box("irot", {1}), box("imir", {0})}, 5}, {{box("irot", {1}), box("imir", {1})}, 7},
      {{box("imir", {1}), box("irot", {1})}, 5}, {{box("irot", {2}), box("imir", {0})}, 2}};
  for (const auto& [transforms, orientation] : rows) {
    Heif heif = one_hevc();
    heif.items[0].properties.insert(heif.items[0].properties.end(), transforms.begin(), transforms.end());
    CHECK(must_look_alike(heif.bytes()).orientation == orientation);
    // Exif may say what it likes: programs show HEIF pictures by the properties alone.
    heif.items.push_back(further(2, "Exif", exif_item(6)));
    const Cleaned walked = must_look_alike(heif.bytes());
    CHECK(walked.orientation == orientation);
    REQUIRE(walked.blocks.exif.size() == 1);
    CHECK(orientation_of(walked.blocks.exif[0]) == 6);
  }
  const auto crop = [](std::initializer_list<std::uint32_t> numbers) { return with_property(one_hevc(), clap(numbers)).bytes(); };
  CHECK(must_look_alike(crop({64, 2, 192, 4, 0, 9, 0, 7})).clean == must_be_clean(with_property(one_hevc(), clap(32, 48)).bytes()).clean);
  CHECK(refusal(crop({31, 1, 48, 1, 1, 2, 0, 1})) == "accepted");
  CHECK(refusal(crop({31, 1, 48, 1, 0, 1, 0, 1})) == "malformed_media");  // half a pixel
  CHECK(refusal(crop({32, 1, 48, 1, 17, 1, 0, 1})) == "malformed_media");
  CHECK(refusal(crop({65, 1, 48, 1, 0, 1, 0, 1})) == "malformed_media");
  CHECK(refusal(crop({32, 0, 48, 1, 0, 1, 0, 1})) == "malformed_media");
  CHECK(refusal(crop({0xffffffff, 1, 48, 1, 0x80000000, 1, 0, 1})) == "malformed_media");
  CHECK(refusal(crop({32, 1, 48, 1, 0x80000000, 1, 0x80000000, 2})) == "malformed_media");
}

TEST_CASE("a statement of a HEIF file that cannot be true is left out") {
  const auto row = [](const char* what, const Bytes& good, const Bytes& bad) {
    INFO(what);
    const Bytes plain = must_be_clean(one_hevc().bytes()).clean;
    const Cleaned kept = must_look_alike(with_property(one_hevc(), good).bytes());
    CHECK(kept.removed.empty());
    CHECK(kept.clean.size() > plain.size());
    const Cleaned left_out = must_look_alike(with_property(one_hevc(), bad).bytes());
    CHECK(kinds(left_out) == Strings{"heif.property." + to_text(ByteView(bad).subspan(4, 4))});
    CHECK(left_out.clean == plain);
  };
  const auto nclx = [](std::initializer_list<unsigned> codes, Byte range = 0) {
    Bytes out = text("nclx");
    for (const unsigned code : codes) append(out, big16(code));
    out.push_back(range);
    return box("colr", out);
  };
  // Colours would change without the others, and so what is not known says that it is not.
  const auto codes = [&](const Bytes& good, const Bytes& bad) {
    const Cleaned kept = must_look_alike(with_property(one_hevc(), good).bytes()), mended = must_look_alike(with_property(one_hevc(), bad).bytes());
    CHECK(kept.removed.empty());
    CHECK(mended.clean == kept.clean);
    CHECK(kinds(mended) == Strings{"heif.property.colr"});
    CHECK(mended.warnings.size() == 1);
  };
  codes(nclx({2, 13, 6}, 0x80), nclx({0, 13, 6}, 0x80));
  codes(nclx({1, 2, 6}), nclx({1, 19, 6}));
  codes(nclx({22, 18, 2}), nclx({22, 18, 3}));
  codes(nclx({2, 2, 2}), nclx({0x4d41, 0x524b, 0x4552}));
  CHECK(kinds(must_be_clean(with_property(one_hevc(), box("colr", text("nclxMARK"))).bytes())) == Strings{"heif.property.colr"});
  row("shape of pixels", box("pasp", joined({big32(4), big32(2)})), box("pasp", joined({big32(0), big32(2)})));
  row("shape of pixels", box("pasp", joined({big32(1000), big32(1)})), box("pasp", joined({text("GPS5"), text("2.39")})));
  row("shape of pixels", box("pasp", joined({big32(4), big32(3)})), box("pasp", joined({big32(1001), big32(1)})));
  row("light", box("clli", joined({big16(1000), big16(400)})), box("clli", joined({big16(400), big16(1000)})));
  row("light", box("clli", joined({big16(10000), big16(10000)})), box("clli", text("ZARA")));
  row("mastering", box("mdcv", joined({Bytes(16, 0x10), big32(10'000'000), big32(50)})), box("mdcv", text("CANARY-7f3a91 CANARY-7f3")));
  row("mastering", box("mdcv", joined({Bytes(16, 0x10), big32(100'000'000), big32(0)})),
      box("mdcv", joined({Bytes(16, 0x10), big32(50), big32(50)})));
  const auto profile = must_look_alike(with_property(one_hevc(), box("colr", joined({text("prof"), hidden}))).bytes());
  CHECK(kinds(profile) == Strings{"heif.property.colr"});
  CHECK(profile.warnings.size() == 1);
  CHECK_FALSE(walk(with_property(one_hevc(), box("colr", joined({text("prof"), hidden}))).bytes(), {ColourProfile::refuse}));
}
