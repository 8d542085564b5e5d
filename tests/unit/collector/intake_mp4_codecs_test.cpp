// SPDX-License-Identifier: GPL-3.0-or-later
// MP4, QuickTime, 3GP and M4A: of each codec its configuration alone is kept.
#include "intake_mp4.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

TEST_CASE("sound of each codec keeps its configuration alone") {
  const auto sound = [](const Bytes& entry, const Film& film = sound_only()) {
    Film changed = film;
    changed.tracks.front().entry = entry;
    return must_be_clean(changed.bytes()).clean;
  };
  const auto holds = [](const Bytes& clean, const Bytes& part) { return text_of(clean).find(text_of(part)) != std::string_view::npos; };
  CHECK(holds(sound(sound_entry("alac", full_box("alac", joined({Bytes(24, 5), hidden})))), full_box("alac", Bytes(24, 5))));
  const Bytes opus = {0, 2, 1, 56, 0, 0, 0xbb, 0x80, 0, 0, 0};
  CHECK(holds(sound(sound_entry("Opus", box("dOps", joined({opus, hidden})))), box("dOps", opus)));
  const Bytes flac = joined({{0, 0, 0, 34}, Bytes(18, 3), hidden, Bytes(16 - hidden.size(), 1)});
  const Bytes comment = joined({{0x84, 0, 0, 14}, hidden});
  CHECK(holds(sound(sound_entry("fLaC", full_box("dfLa", joined({flac, comment})))),
              full_box("dfLa", joined({{0x80, 0, 0, 34}, Bytes(18, 3), Bytes(16, 0)}))));
  CHECK(holds(sound(sound_entry("samr", box("damr", joined({text("CANA"), {1, 0x81, 0xff, 0, 1}, hidden})))),
              box("damr", {0, 0, 0, 0, 0, 0x81, 0xff, 0, 1})));
  CHECK(holds(sound(sound_entry("ac-3", box("dac3", joined({{0x10, 0x40, 0}, hidden})))), box("dac3", {0x10, 0x40, 0})));
  // An AAC program config element with a comment: object 2, 48 kHz, channels 0, no elements.
  const Bytes program = joined({{0x11, 0x80, 0x04, 0xc0, 0x00, 0x00, 0x00}, {0x0d}, hidden});
  const Bytes blanked = joined({{0x11, 0x80, 0x04, 0xc0, 0x00, 0x00, 0x00}, {0x0d}, Bytes(hidden.size(), 0)});
  const Bytes clean = sound(sound_entry("mp4a", esds(0x40, program)));
  CHECK(holds(clean, blanked));
  CHECK(holds(sound(sound_entry("mp4a", esds(0x40, joined({program, hidden})))), joined({blanked, {6, 0x80}})));
  Film pcm = sound_only();
  pcm.brand = "qt  ";
  pcm.tracks.front().samples = {Bytes(4, 1), Bytes(4, 2), Bytes(4, 3)};
  pcm.tracks.front().stsz = full_box("stsz", numbers({1, 3}));
  const Bytes stated = sound(sound_entry("sowt", {}), pcm);
  pcm.tracks.front().stsz = {};
  CHECK(holds(sound(sound_entry("sowt", {}), pcm), full_box("stsz", numbers({4, 3}))));
  CHECK(holds(stated, full_box("stsz", numbers({1, 3}))));
  pcm.tracks.front().samples[1] = Bytes(8, 2);
  pcm.tracks.front().entry = sound_entry("sowt", {});
  CHECK(refusal(pcm.bytes()) == "malformed_media");
  pcm.tracks.front().samples[1] = Bytes(4, 2);
  pcm.tracks.front().stsz = full_box("stsz", numbers({1, 3}));
  const Bytes wave = box("wave", joined({box("frma", text("sowt")), box("enda", {0, 1}), box("QUUX", hidden), box("\0\0\0\0"sv, {})}));
  CHECK(holds(sound(sound_entry("sowt", joined({wave, full_box("chan", joined({numbers({0x650002, 0, 0}), Bytes()}))}), 2, text("CANA"), 1,
                                numbers({1, 2, 4, 2})), pcm),
              full_box("stsz", numbers({1, 3}))));
}

TEST_CASE("an AAC configuration ends with its last bit") {
  const auto configured = [](const Bytes& original) {
    Film film = sound_only();
    film.tracks.front().entry = sound_entry("mp4a", esds(0x40, original));
    return must_be_clean(film.bytes()).clean;
  };
  const auto descriptor_of = [](const Bytes& configuration) {
    return joined({{5, 0x80, 0x80, 0x80, static_cast<Byte>(configuration.size())}, configuration, {6, 0x80}});
  };
  struct Case {
    const char* what;
    Bytes original, clean;
  };
  const Case cases[] = {
      {"low complexity", {0x11, 0x90}, {0x11, 0x90}},
      {"bits behind the last one", {0x11, 0x88, 0}, {0x11, 0x88}},
      {"a word behind", joined({{0x11, 0x90}, hidden}), {0x11, 0x90}},
      {"an extension that is not there", {0x11, 0x90, 0x56, 0xe5, 0x00}, {0x11, 0x90, 0x56, 0xe5, 0x00}},
      {"a word behind that", joined({{0x11, 0x90, 0x56, 0xe5, 0x00}, hidden}), {0x11, 0x90, 0x56, 0xe5, 0x00}},
      {"the upper half beside", {0x13, 0x90, 0x56, 0xe5, 0x98}, {0x13, 0x90, 0x56, 0xe5, 0x98}},
      {"and a second channel", {0x13, 0x88, 0x56, 0xe5, 0xa5, 0x48, 0x80}, {0x13, 0x88, 0x56, 0xe5, 0xa5, 0x48, 0x80}},
      {"the upper half first", joined({{0x2b, 0x92, 0x08, 0x00}, hidden}), {0x2b, 0x92, 0x08, 0x00}},
      {"bits in the last byte", {0x2b, 0x92, 0x08, 0x7f}, {0x2b, 0x92, 0x08, 0x00}},
  };
  for (const Case& one : cases) {
    INFO(one.what);
    const Bytes clean = configured(one.original);
    CHECK(text_of(clean).find(text_of(descriptor_of(one.clean))) != std::string_view::npos);
  }
  Film film = sound_only();
  film.tracks.front().entry = sound_entry("mp4a", esds(0x40, {0x11}));
  CHECK(refusal(film.bytes()) == "malformed_media");
}

TEST_CASE("pictures of each codec keep what a decoder needs alone") {
  const auto clean_of = [](const Bytes& entry, const std::vector<Bytes>& samples) {
    Film film = with_track([&](TrackOf& t) { t.entry = entry; t.samples = samples; });
    return must_be_clean(film.bytes());
  };
  const auto holds = [](const Bytes& clean, const Bytes& part) { return text_of(clean).find(text_of(part)) != std::string_view::npos; };
  const auto array = [](int type, const Bytes& unit) { return joined({{static_cast<Byte>(0x80 | type), 0, 1}, set_unit(unit)}); };
  const Bytes front = joined({{1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93, 0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0x0f}});
  const Bytes sets = joined({array(32, {0x40, 1, 7}), array(33, {0x42, 1, 7}), array(34, {0x44, 1, 7})});
  const Bytes record = joined({front, {4}, sets, array(39, joined({{0x4e, 1}, hidden}))});
  const auto hevc = clean_of(picture_entry("hvc1", box("hvcC", record)),
                             {joined({unit({0x4e, 1}, hidden), unit({0x26, 1}), unit({0x50, 1}, hidden)}),
                              joined({unit({0x02, 1}), unit({0x02, 9}, hidden), unit({0x7c, 1}, hidden), unit({0x2c, 1}, hidden)}),
                              joined({unit({0x02, 1}), unit({0x48, 1}, {})})});
  CHECK(holds(hevc.clean, box("hvcC", joined({front, {3}, sets}))));
  CHECK(holds(hevc.clean, joined({unit({0x26, 1}), unit({0x02, 1})})));
  CHECK(holds(hevc.clean, joined({unit({0x02, 1}), unit({0x48, 1}, {})})));
  CHECK(has_kind(hevc, "mp4.hevc.sei"));
  CHECK(warns(hevc, "second layer"));

  const Bytes user_data = joined({{0, 0, 1, 0xb2}, hidden});
  const Bytes stuffing = joined({{0, 0, 1, 0xc3}, hidden}), reserved = joined({{0, 0, 1, 0x30}, hidden});
  const Bytes headers = joined({{0, 0, 1, 0xb0, 1}, user_data, {0, 0, 1, 0x20, 5, 6}, user_data, stuffing});
  Bytes esds_box = esds(0x20, headers);
  const auto mpeg4 = clean_of(picture_entry("mp4v", esds_box),
                              {joined({{0, 0, 1, 0xb3, 9}, user_data, {0, 0, 1, 0xb6, 1, 2}, stuffing, reserved}), {0, 0, 1, 0xb6, 3}});
  CHECK(holds(mpeg4.clean, {0, 0, 1, 0xb0, 1, 0, 0, 1, 0x20, 5, 6}));
  CHECK(holds(mpeg4.clean, {0, 0, 1, 0xb3, 9, 0, 0, 1, 0xb6, 1, 2, 0, 0, 1, 0xb6, 3}));
  CHECK(has_kind(mpeg4, "mp4.mpeg4.user-data"));
  CHECK(has_kind(mpeg4, "mp4.mpeg4.unit-195"));
  CHECK(has_kind(mpeg4, "mp4.mpeg4.unit-48"));
  // A start code without a code of its own: the next unit's first byte is not its kind.
  clean_of(picture_entry("mp4v", esds(0x20, joined({{0, 0, 1, 0xb0, 1, 0, 0, 1, 0, 0, 1, 0xb2}, hidden}))), {{0, 0, 1, 0xb6, 3}});

  const Bytes vp9 = {1, 0, 0, 0, 0, 31, 0x82, 2, 2, 2, 0, 14};
  CHECK(holds(clean_of(picture_entry("vp09", joined({box("vpcC", joined({vp9, hidden}))})), {Bytes(9, 1)}).clean,
              box("vpcC", {1, 0, 0, 0, 0, 31, 0x82, 2, 2, 2, 0, 0})));
  const Bytes shown = joined({box("colr", joined({text("nclx"), {0, 1, 0, 1, 0, 1, 0x80}})), box("pasp", numbers({4, 3})),
                              box("clap", numbers({60, 1, 40, 1, 0, 1, 0xffffffff, 2})), box("fiel", {2, 9})});
  const auto prores = clean_of(picture_entry("apcn", joined({box("gama", hidden), shown})), {text("one"), text("two")});
  CHECK(holds(prores.clean, shown));
  // Each of them must be there: without it the film is shown otherwise.
  const auto with_boxes = [](const Bytes& boxes) {
    return with_track([&](TrackOf& t) { t.entry = picture_entry("apcn", boxes); t.samples = {text("one"), text("two")}; }).bytes();
  };
  const Bytes bare = must_be_clean(with_boxes({})).clean;
  CHECK(check_clean(with_boxes(box("gama", hidden)), bare));
  for (const Bytes& one : {box("colr", joined({text("nclx"), {0, 1, 0, 1, 0, 1, 0x80}})), box("pasp", numbers({4, 3})), box("fiel", {2, 9}),
                           box("clap", numbers({60, 1, 40, 1, 0, 1, 0, 1}))})
    CHECK_FALSE(check_clean(with_boxes(one), bare));
  const auto with_layout = [](const Bytes& boxes) {
    Film film = sound_only();
    film.tracks.front().entry = sound_entry("mp4a", joined({esds(), boxes}));
    return film.bytes();
  };
  CHECK_FALSE(check_clean(with_layout(full_box("chan", numbers({0x650002, 0, 0}))), must_be_clean(with_layout({})).clean));
  const Bytes doubtful = joined({box("colr", joined({text("nclx"), Bytes(7, 0x41)})),
                                 box("pasp", text("CANARY!!")), box("fiel", text("7f"))});
  const auto dropped = clean_of(picture_entry("apcn", doubtful), {text("one"), text("two")});
  CHECK_FALSE(holds(dropped.clean, text("pasp")));
  CHECK_FALSE(holds(dropped.clean, text("colr")));
}
