// SPDX-License-Identifier: GPL-3.0-or-later
// HEIF files that lie, are cut or damaged: each is refused by a name, and the check believes none of them.
#include <ctime>
#include <random>

#include "intake_heif_pictures.hpp"
#include "intake_walked.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

namespace {

const Bytes hidden = text(canary);

void refused(const char* what, const Heif& heif, std::string_view name, const std::function<void(Heif&)>& change) {
  INFO(what);
  Heif changed = heif;
  change(changed);
  const std::clock_t start = std::clock();
  CHECK(refusal(changed.bytes()) == name);
  CHECK(std::clock() - start < 5 * CLOCKS_PER_SEC);  // of the processor, whatever else the machine does
}

std::function<void(Heif&)> located(const Bytes& location) {
  return [=](Heif& h) { h.items[0].location = location; };
}
std::function<void(Heif&)> property(std::size_t item, std::size_t at, const Bytes& other) {
  return [=](Heif& h) { h.items[item].properties[at] = other; };
}
std::function<void(Heif&)> one_more_property(const Bytes& added) {
  return [=](Heif& h) { h.items[0].properties.push_back(added); };
}
std::function<void(Heif&)> data(std::size_t item, const Bytes& other) {
  return [=](Heif& h) { h.items[item].data = other; };
}

/// Pictures in which each part of the grammar has its place.
std::vector<Heif> all_kinds() {
  Heif full = with_alpha();
  full.items[0].properties.insert(full.items[0].properties.end(),
                                  {full_box("pixi", {3, 8, 8, 8}), box("irot", {1}), box("imir", {1}), clap(32, 48),
                                   box("colr", joined({text("nclx"), {0, 1, 0, 13, 0, 6, 0x80}})), box("pasp", joined({big32(2), big32(1)})),
                                   box("clli", joined({big16(1000), big16(400)}))});
  Heif identity{.items = {hevc_item(1), {.id = 2, .type = "iden", .properties = {ispe()}}}, .references = {{"dimg", 2, {1}}}, .primary = 2};
  return {full, hevc_grid(), hevc_overlay(), av1_with_alpha(), identity};
}

}  // namespace

TEST_CASE("a HEIF file that lies is refused by name") {
  const Heif one = one_hevc(), tiles = hevc_grid(), over = hevc_overlay(), av1 = one_av1(), alpha = with_alpha();
  const std::string_view malformed = "malformed_media", unsupported = "unsupported_media", cut = "truncated_media", large = "too_large";
  refused("an image sequence", one, unsupported, [](Heif& h) { h.before_meta = box("moov", {}); });
  refused("two meta boxes", one, malformed, [](Heif& h) { h.before_meta = h.meta(0); });
  refused("a handler for films", one, malformed, [](Heif& h) { h.handler = "vide"; });
  refused("no main picture", one, malformed, [](Heif& h) { h.primary = 7; });
  refused("a JPEG inside", one, unsupported, [](Heif& h) { h.items[0].type = "jpeg"; });
  refused("H.264", one, unsupported, [](Heif& h) { h.items[0].type = "avc1"; });
  refused("samples that are not coded", one, unsupported, [](Heif& h) { h.items[0].type = "unci"; });
  refused("Exif as the main picture", one, unsupported, [](Heif& h) { h.items[0].type = "Exif"; });
  refused("data made of items", one, unsupported, [](Heif& h) { h.items[0].method = 2; });
  refused("data in another file", one, unsupported, [](Heif& h) { h.items[0].data_reference = 1; });
  refused("encrypted", one, unsupported, [](Heif& h) { h.items[0].protection = 1; });
  refused("two items of one number", one, malformed, [](Heif& h) { h.items.push_back(h.items[0]); });
  refused("two item lists", one, malformed, [](Heif& h) { h.in_meta = h.item_list(); });

  const auto extents = [](std::initializer_list<std::uint64_t> numbers) {
    Bytes out = big16(numbers.size() / 2);
    for (const std::uint64_t number : numbers) append(out, big64(number));
    return out;
  };
  constexpr std::uint64_t half = std::uint64_t{1} << 63;
  refused("data beyond the end", one, cut, located(extents({400, 100'000})));
  refused("data far beyond", one, cut, located(extents({half, 35})));
  refused("data without end", one, cut, located(extents({400, half})));
  refused("data that go round", one, cut, located(extents({UINT64_MAX - 10, 35})));
  refused("data up to the end, however long", one, cut, located(extents({400, 0})));
  refused("no data", one, malformed, data(0, {}));
  refused("the same data for ever", one, malformed, [](Heif& h) {
    Bytes parts = big16(60'000);
    for (int i = 0; i < 60'000; ++i) append(parts, joined({big64(0), big64(900)}));
    h.items[0].location = parts;
    h.trailer = Bytes(1000, 0);
  });
  refused("data in a box that is not there", one, cut, [=](Heif& h) { h.items[0].method = 1; });

  refused("made of itself", tiles, malformed, [](Heif& h) { h.references[0].to = {1, 2, 3, 5}; });
  refused("made of nothing", tiles, malformed, [](Heif& h) { h.references.clear(); });
  refused("made of one twice", tiles, malformed, [](Heif& h) { h.references[0].to = {1, 2, 3, 3}; });
  refused("made of what is missing", tiles, malformed, [](Heif& h) { h.references[0].to = {1, 2, 3, 9}; });
  refused("made of two lists", tiles, malformed, [](Heif& h) { h.references.push_back(h.references[0]); });
  refused("too few tiles", tiles, malformed, [](Heif& h) { h.references[0].to = {1, 2, 3}; });
  refused("tiles that do not reach", tiles, malformed, [](Heif& h) { h.items[4].data = grid(2, 2, 129, 100), h.items[4].properties = {ispe(129, 100)}; });
  refused("tiles that are outside", tiles, malformed, [](Heif& h) { h.items[4].data = grid(2, 2, 64, 100), h.items[4].properties = {ispe(64, 100)}; });
  refused("two sizes of a grid", tiles, malformed, property(4, 0, ispe(121, 100)));
  refused("tiles of several sizes", tiles, malformed, property(2, 1, ispe(60, 64)));
  refused("a grid of grids", tiles, malformed, [](Heif& h) {
    h.items.push_back({.id = 6, .type = "grid", .data = grid(1, 1, 120, 100), .properties = {ispe(120, 100)}});
    h.references.push_back({"dimg", 6, {5}});
    h.primary = 6;
  });
  refused("a grid to come", tiles, malformed, data(4, joined({{1, 0, 1, 1}, big16(120), big16(100)})));
  refused("a grid that is cut", tiles, malformed, data(4, {0, 0, 1, 1, 0, 120, 0}));
  refused("an overlay that is cut", over, malformed, [](Heif& h) { h.items[2].data.pop_back(); });
  refused("two sizes of an overlay", over, malformed, property(2, 0, ispe(100, 91)));
  refused("pictures in pictures without end", one, large, [](Heif& h) {
    for (std::uint32_t id = 2; id < 12; ++id) {
      h.items.push_back({.id = id, .type = "iden", .properties = {ispe()}});
      h.references.push_back({"dimg", id, {id - 1}});
    }
    h.primary = 11;
  });
  refused("an overlay of what is beside it", over, malformed, [](Heif& h) { h.items[2].data[19] = 100; });
  refused("an overlay of what is before it", over, malformed, [](Heif& h) { h.items[2].data[20] = 0xff, h.items[2].data[21] = 0xc0; });
  refused("another size of the same picture", one, malformed, [](Heif& h) {
    h.items.push_back({.id = 2, .type = "iden", .properties = {ispe(63, 64)}});
    h.references.push_back({"dimg", 2, {1}});
    h.primary = 2;
  });
  refused("two in a circle", one, malformed, [](Heif& h) {
    for (const std::uint32_t id : {2u, 3u}) {
      h.items.push_back({.id = id, .type = "iden", .properties = {ispe()}});
      h.references.push_back({"dimg", id, {5 - id}});
    }
    h.primary = 2;
  });
  refused("alpha of itself", alpha, malformed, [](Heif& h) { h.primary = 2, h.references[0].to = {1, 2}; });
  refused("two alpha pictures", alpha, malformed, [](Heif& h) {
    h.items.push_back(hevc_alpha_item(3));
    h.references.push_back({"auxl", 3, {1}});
  });
  refused("alpha in another codec", one, unsupported, [](Heif& h) {
    h.items.push_back(av1_alpha_item(2));
    h.references.push_back({"auxl", 2, {1}});
  });
  refused("more items than a picture has", one, large, [](Heif& h) {
    h.wide = true;
    for (std::uint32_t id = 2; id < 20'000; ++id) h.items.push_back({.id = id, .type = "Exif"});
  });

  refused("no size", one, malformed, [](Heif& h) { h.items[0].properties.pop_back(); });
  refused("no configuration", one, malformed, [](Heif& h) { h.items[0].properties = {ispe()}; });
  refused("no configuration of AV1", av1, malformed, [](Heif& h) { h.items[0].properties = {ispe()}; });
  refused("two sizes", one, malformed, one_more_property(ispe(63, 64)));
  refused("a size of nothing", one, malformed, property(0, 1, ispe(0, 64)));
  refused("larger than coded", one, malformed, property(0, 1, ispe(65, 64)));
  refused("larger than coded, in AV1", av1, malformed, property(0, 1, ispe(64, 65)));
  refused("huge", one, large, property(0, 1, ispe(0xffffffff, 0xffffffff)));
  refused("an unknown property that must be understood", one, unsupported, one_more_property(box("xyzw", hidden)));
  refused("one layer of several", av1, unsupported, one_more_property(box("lsel", {0, 1})));
  refused("an operating point that there is not", av1, malformed, one_more_property(box("a1op", {32})));
  refused("samples of 17 bits", one, malformed, one_more_property(full_box("pixi", {1, 17})));
  refused("five channels", one, malformed, one_more_property(full_box("pixi", {5, 8, 8, 8, 8, 8})));

  const Bytes tile = unhexed(hevc_tile), coded = unhexed(av1_tile);
  refused("two pictures in one item", one, malformed, data(0, joined({tile, tile})));
  refused("slices without end", one, malformed, [&](Heif& h) {
    for (int i = 0; i < 70'000; ++i) append(h.items[0].data, nal({0x28, 1, 0x10}));
  });
  refused("SEI alone", one, malformed, data(0, sei(canary)));
  refused("bytes behind the units", one, malformed, data(0, joined({tile, {0, 0, 1}})));
  refused("a unit beyond the item", one, malformed, data(0, joined({big32(UINT32_MAX), tile})));
  refused("a forbidden bit", one, malformed, data(0, nal(joined({{0xa8, 1}, hidden}))));
  refused("lengths of three bytes", one, malformed, [](Heif& h) {
    Bytes record = unhexed(hevc_tile_configuration);
    record[21] = 0x0e;
    h.items[0].properties[0] = box("hvcC", record);
  });
  refused("no parameter sets", one, malformed, property(0, 0, box("hvcC", joined({Bytes(1, 1), Bytes(20, 0), {3, 0}}))));
  refused("a delimiter alone", av1, malformed, data(0, obu(2, {})));
  refused("no sequence header", av1, malformed, data(0, Bytes(coded.begin() + 11, coded.end())));
  refused("two sequence headers", av1, malformed, data(0, joined({coded, Bytes(coded.begin(), coded.begin() + 11)})));
  refused("a sequence header behind the frame", av1, malformed,
          data(0, joined({Bytes(coded.begin() + 11, coded.end()), Bytes(coded.begin(), coded.begin() + 11)})));
  refused("bytes in the sequence header", av1, malformed,
          data(0, joined({obu(1, joined({Bytes(coded.begin() + 2, coded.begin() + 11), hidden})), Bytes(coded.begin() + 11, coded.end())})));
  refused("parameter sets of no use", one, malformed, data(0, joined({nal(joined({{0x44, 1}, hidden})), tile})));
  refused("two frames", av1, unsupported, data(0, joined({coded, Bytes(coded.begin() + 11, coded.end())})));
  refused("a frame's header once more", av1, unsupported, data(0, joined({coded, obu(7, hidden)})));
  refused("a tile list", av1, unsupported, data(0, joined({coded, obu(8, hidden)})));
  refused("a unit of AV1 beyond the item", av1, malformed, data(0, joined({coded, {0x12, 0x7f}})));
  refused("a size of AV1 without end", av1, malformed, data(0, joined({coded, {0x12}, Bytes(12, 0xff)})));
}

TEST_CASE("sizes of boxes that nothing can have are refused in a HEIF file") {
  Bytes file = one_hevc().bytes();
  const std::size_t meta = 24;
  REQUIRE(text_of(file).substr(meta + 4, 4) == "meta");
  const auto with_size = [&](const Bytes& size) {
    Bytes out = file;
    std::copy(size.begin(), size.end(), out.begin() + meta);
    return refusal(out);
  };
  CHECK(with_size(big32(0)) == "malformed_media");  // all the rest is no meta box
  CHECK(with_size(big32(1)) == "malformed_media");
  CHECK(with_size(big32(7)) == "malformed_media");
  CHECK(with_size(big32(11)) == "malformed_media");
  CHECK(with_size(big32(UINT32_MAX)) == "truncated_media");
  for (const std::uint64_t size : {std::uint64_t{1} << 63, UINT64_MAX, std::uint64_t{15}}) {
    Bytes large = joined({{0, 0, 0, 1}, text("meta"), big64(size), Bytes(file.begin() + meta + 8, file.end())});
    large.insert(large.begin(), file.begin(), file.begin() + meta);
    CHECK(refusal(large) == (size == 15 ? "malformed_media" : "truncated_media"));
  }
  // A size of 0 is right for the last box, one of 64 bits for any.
  const std::size_t data = text_of(file).find("mdat") - 4;
  const Bytes clean = must_be_clean(file).clean;
  Bytes open = file;
  std::fill_n(open.begin() + static_cast<std::ptrdiff_t>(data), 4, Byte{0});
  CHECK(must_be_clean(open).clean == clean);
}

TEST_CASE("a HEIF file that is cut at any byte is refused") {
  for (const Heif& heif : all_kinds()) {
    const Bytes whole = heif.bytes();
    must_be_clean(whole);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      const std::string name = refusal(cut);
      if (name == "accepted") FAIL(size << " of " << whole.size());
    }
  }
}

TEST_CASE("the independent check refuses a HEIF copy with anything added, changed or left out") {
  for (const Heif& heif : all_kinds()) {
    const Bytes original = heif.bytes(), clean = must_be_clean(original).clean;
    const auto accepted = [&](const Bytes& copy) { return check_clean(original, copy).has_value(); };
    REQUIRE(accepted(clean));
    CHECK_FALSE(accepted(original));
    for (std::size_t at = 0; at < clean.size(); ++at)
      for (const Byte flip : Bytes{0x01, 0x20, 0x80}) {
        Bytes copy = clean;
        copy[at] = static_cast<Byte>(copy[at] ^ flip);
        if (accepted(copy)) FAIL("accepted a change at " << at);
      }
    for (std::size_t at = 0; at <= clean.size(); ++at)
      for (const Bytes& more : {Bytes{0}, box("free", {}), box("free", hidden), ispe()}) {
        Bytes copy = clean;
        copy.insert(copy.begin() + static_cast<std::ptrdiff_t>(at), more.begin(), more.end());
        if (accepted(copy)) FAIL("accepted " << more.size() << " bytes more at " << at);
      }
    for (std::size_t at = 0; at < clean.size(); ++at) {
      Bytes copy = clean;
      copy.erase(copy.begin() + static_cast<std::ptrdiff_t>(at));
      if (accepted(copy)) FAIL("accepted a byte less at " << at);
    }
  }
  // Another picture, a lost alpha, a lost turn: each a right file in itself.
  const auto clean = [](const Heif& heif) { return must_be_clean(heif.bytes()).clean; };
  const auto turned = [](Byte turn) {
    Heif heif = one_hevc();
    heif.items[0].properties.push_back(box("irot", {turn}));
    return heif;
  };
  CHECK_FALSE(check_clean(with_alpha().bytes(), clean(one_hevc())));
  CHECK_FALSE(check_clean(turned(1).bytes(), clean(one_hevc())));
  CHECK_FALSE(check_clean(turned(1).bytes(), clean(turned(3))));
  CHECK_FALSE(check_clean(one_av1().bytes(), clean(one_hevc())));
  Heif other = hevc_grid();
  std::swap(other.items[0].data, other.items[1].data);
  other.items[0].data.back() ^= 1;
  CHECK_FALSE(check_clean(other.bytes(), clean(hevc_grid())));
}

TEST_CASE("a damaged HEIF file is refused, or clean and recoverable") {
  std::mt19937 random(42);
  const auto pick = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  Heif metadata = hevc_grid();
  metadata.items.push_back({.id = 9, .type = "Exif", .data = joined({big32(6), text("Exif\0\0"sv), exif(6, canary)})});
  metadata.references.push_back({"cdsc", 9, {5}});
  metadata.items[0].data = joined({sei(canary), metadata.items[0].data});
  std::vector<Bytes> files = {metadata.bytes()};
  for (const Heif& heif : all_kinds()) files.push_back(heif.bytes());
  int accepted = 0;
  for (int round = 0; round < 3000; ++round)
    for (const Bytes& whole : files) {
      Bytes file = whole;
      for (std::size_t count = 1 + pick(3); count > 0; --count) {
        static constexpr Byte telling[] = {0, 1, 2, 4, 7, 8, 0x7f, 0x80, 0xff};
        Byte& at = file[pick(file.size())];
        at = pick(2) ? telling[pick(std::size(telling))] : static_cast<Byte>(random());
      }
      const auto walked = walk(file);
      if (!walked) continue;
      ++accepted;
      if (const std::string broken = broken_promise(file, *walked); !broken.empty()) FAIL("round " << round << ": " << broken);
    }
  CHECK(accepted > 1000);
}
