// SPDX-License-Identifier: GPL-3.0-or-later
// Films damaged at random: each is refused by a name, or all that is promised of a clean copy holds.
#include <random>

#include "intake_films.hpp"
#include "intake_walked.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

namespace {

Film sample_of(int which) {
  Film film;
  TrackOf& pictures = film.tracks.front();
  pictures.samples[1] = joined({unit({0x06}, text(canary)), unit({0x41}), unit({0x09}, {0xf0})});
  pictures.ctts = full_box("ctts", listed(2, {1, 0, 2, 800, 2, 0}));
  pictures.stss = full_box("stss", listed(1, {1, 4}));
  pictures.edits = box("edts", full_box("elst", listed(3, {1900, 40, 0x10000})));
  film.index_first = which % 2 == 1;
  if (which == 1) film.brand = "qt  ";
  if (which == 2) {
    film.tracks.erase(film.tracks.begin());
    film.tracks.front().entry = sound_entry("sowt", {});
    film.tracks.front().samples = {Bytes(4, 1), Bytes(4, 2), Bytes(4, 3)};
    film.tracks.front().stsz = full_box("stsz", numbers({4, 3}));
  }
  if (which == 3) {
    pictures.entry = picture_entry("mp4v", esds(0x20, {0, 0, 1, 0xb0, 1, 0, 0, 1, 0xb2, 7}));
    film.tracks.push_back(sound_track());
    film.tracks.back().entry = sound_entry("alac", full_box("alac", Bytes(24, 5)));
  }
  return film;
}

}  // namespace

TEST_CASE("a damaged film is refused, or clean and recoverable") {
  std::mt19937 random(7);
  const auto pick = [&](std::size_t below) { return below == 0 ? 0 : random() % below; };
  static constexpr Byte telling[] = {0x00, 0x01, 0x02, 0x03, 0x04, 0x08, 0x10, 0x7f, 0x80, 0xff};
  int accepted = 0;
  for (int round = 0; round < 12'000; ++round) {
    Bytes file = sample_of(round % 4).bytes();
    for (std::size_t count = 1 + pick(3); count > 0; --count) file[pick(file.size())] = telling[pick(std::size(telling))];
    const auto walked = walk(file);
    if (!walked) continue;
    ++accepted;
    if (const std::string broken = broken_promise(file, *walked); !broken.empty()) FAIL("round " << round << ": " << broken);
  }
  CHECK(accepted > 1000);
}
