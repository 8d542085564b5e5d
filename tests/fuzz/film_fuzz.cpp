// SPDX-License-Identifier: GPL-3.0-or-later
// Films and sound of the MP4 family: what the walker accepts keeps all promises, and it reads no more than a few times
// what there is; any bytes at all may be given to the independent check as a clean copy.
#include <cstdio>
#include <random>

#include "tests/intake/promises.hpp"
#include "tests/unit/collector/intake_films.hpp"

using namespace dokaz;
using namespace dokaz::test;

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

/// Counts what is read, as from a file on a disk: nothing lies in memory as a whole.
class CountedContent : public intake::Content {
 public:
  explicit CountedContent(ByteView bytes) : content_(bytes) {}
  std::uint64_t size() const override { return content_.size(); }
  Status read(std::span<Byte> into, std::uint64_t offset) const override {
    was_read += into.size();
    return content_.read(into, offset);
  }
  mutable std::uint64_t was_read = 0;

 private:
  intake::MemoryContent content_;
};

TrackOf coded(const Bytes& entry, std::vector<Bytes> samples, const char* handler = "vide") {
  TrackOf out;
  out.handler = handler;
  out.entry = entry;
  out.samples = std::move(samples);
  return out;
}

/// Where a run begins: one film for each way in which samples are filtered, and the tables that films may have.
Bytes first_film(unsigned which) {
  Film film;
  TrackOf& pictures = film.tracks.front();
  pictures.ctts = full_box("ctts", listed(2, {1, 0, 2, 800, 2, 0}));
  pictures.stss = full_box("stss", listed(1, {1, 4}));
  pictures.edits = box("edts", full_box("elst", listed(3, {100, 0xffffffff, 0x10000, 1900, 40, 0x10000})));
  pictures.samples[1] = joined({unit({0x06}, text(canary)), unit({0x41}), unit({0x09}, {0xf0})});
  film.index_first = which % 2 == 1;
  film.wide = which % 3 == 1;
  const Bytes front = {1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93, 0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0x0f};
  const Bytes record = joined({front, {2, 0xa0, 0, 1}, set_unit({0x40, 1, 7}), {0xa7, 0, 1}, set_unit({0x4e, 1, 9})});
  switch (which % 6) {
    case 1: film.brand = "qt  "; break;
    case 2: film.tracks.front() = coded(picture_entry("hvc1", box("hvcC", record)), {unit({0x26, 1}), joined({unit({0x4e, 1}), unit({0x02, 1})})}); break;
    case 3:
      film.tracks.front() = coded(picture_entry("mp4v", esds(0x20, {0, 0, 1, 0xb0, 1, 0, 0, 1, 0xb2, 7})), {{0, 0, 1, 0xb6, 1, 0, 0, 1, 0xb2, 9}});
      break;
    case 4: film.tracks.front() = coded(picture_entry("av01", box("av1C", {0x81, 0, 0x0c, 0})), {{0x12, 0, 0x32, 2, 7, 7, 0x2a, 1, 9}}); break;
    case 5:
      film.tracks = {coded(sound_entry("sowt", {}), {Bytes(4, 1), Bytes(4, 2), Bytes(4, 3)}, "soun")};
      film.tracks.front().stsz = full_box("stsz", numbers({4, 3}));
      break;
    default: break;
  }
  film.in_moov = box("udta", joined({full_box("meta", box("ilst", box("\xa9" "nam", box("data", joined({numbers({1, 0}), text("x")})))))}));
  return film.bytes();
}

}  // namespace

/// Most changes leave the length as it is, so that what follows stays where its box says.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  std::minstd_rand random(seed);
  if (size < 64) {
    const Bytes film = first_film(static_cast<unsigned>(random()));
    if (film.size() > most) return LLVMFuzzerMutate(data, size, most);
    std::copy(film.begin(), film.end(), data);
    return film.size();
  }
  if (random() % 4 == 0) return LLVMFuzzerMutate(data, size, most);
  for (unsigned changes = 1 + static_cast<unsigned>(random() % 3); changes > 0; --changes) {
    static constexpr std::uint32_t telling[] = {0, 1, 2, 8, 9, 0x7f, 0x80, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff};
    const std::size_t at = random() % (size - 4);
    if (random() % 2 == 0) {
      data[at] = static_cast<std::uint8_t>(random());
    } else {
      const Bytes number = big32(telling[random() % std::size(telling)]);
      std::copy(number.begin(), number.end(), data + at);
    }
  }
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const auto media = intake::recognise(bytes.first(std::min(size, intake::recognised_by)));
  if (!media || !intake::is_streamed(*media)) return 0;
  const CountedContent file(bytes);
  (void)intake::check_clean(file, file);
  file.was_read = 0;
  const auto walked = intake::walk_media(file);
  DOKAZ_CHECK(file.was_read <= 64 * size + 1'000'000);
  if (!walked) return 0;
  const std::string broken = broken_promise(bytes, *walked);
  if (!broken.empty()) std::fprintf(stderr, "%s\n", broken.c_str());
  DOKAZ_CHECK(broken.empty());
  return 0;
}
