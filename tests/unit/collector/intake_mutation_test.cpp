// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures damaged at random: each is refused by a name, or all that is promised of a clean copy holds.
#include <random>

#include "intake_walked.hpp"

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::test;

namespace {

class Damage {
 public:
  explicit Damage(std::uint32_t seed) : random_(seed) {}

  Bytes operator()(Bytes file) {
    for (std::size_t count = 1 + pick(3); count > 0; --count) once(file);
    return file;
  }

 private:
  std::size_t pick(std::size_t below) { return below == 0 ? 0 : random_() % below; }
  void once(Bytes& file) {
    if (file.empty()) return;
    const auto at = [&] { return file.begin() + static_cast<std::ptrdiff_t>(pick(file.size())); };
    static constexpr Byte telling[] = {0x00, 0x01, 0xff, 0xd8, 0xd9, 0xda, 0xc0, 0xc2, 0xc4, 0xdb, 0xdd, 0xd0, 0xe0, 0x11, 0x7f};
    switch (pick(5)) {
      case 0: *at() = static_cast<Byte>(random_()); break;
      case 1: *at() = telling[pick(std::size(telling))]; break;
      case 2: file.erase(at()); break;
      case 3: file.insert(at(), telling[pick(std::size(telling))]); break;
      case 4: {
        auto from = at(), to = at();
        if (to < from) std::swap(from, to);
        const Bytes part(from, to);
        file.insert(at(), part.begin(), part.end());
        break;
      }
    }
  }
  std::mt19937 random_;
};

void hold(const std::vector<Bytes>& pictures, int rounds, const std::function<Bytes(Bytes)>& mend) {
  Damage damage(42);
  int accepted = 0;
  for (int round = 0; round < rounds; ++round)
    for (const Bytes& picture : pictures) {
      const Bytes file = mend(damage(picture));
      const auto walked = walk(file);
      if (!walked) continue;
      ++accepted;
      if (const std::string broken = broken_promise(file, *walked); !broken.empty())
        FAIL("round " << round << ": " << broken);
    }
  CHECK(accepted > rounds / 10);
}

/// Makes the checksums right again, so that the damage reaches what lies behind them.
Bytes with_checksums(Bytes file) {
  for (std::size_t at = 8; at + 12 <= file.size();) {
    const std::size_t length = std::size_t{file[at]} << 24 | std::size_t{file[at + 1]} << 16 |
                               std::size_t{file[at + 2]} << 8 | file[at + 3];
    if (length > file.size() - at - 12) break;
    const Bytes crc = big32(static_cast<std::uint32_t>(crc32(0, &file[at + 4], static_cast<uInt>(length + 4))));
    std::copy(crc.begin(), crc.end(), file.begin() + static_cast<std::ptrdiff_t>(at + 8 + length));
    at += 12 + length;
  }
  return file;
}

}  // namespace

TEST_CASE("a damaged JPEG is refused, or clean and recoverable") {
  Jpeg restarts{.width = 32, .before_scan = segment(0xdd, {0, 2}), .coded = {0, 0xff, 0xd0, 0, 0xff, 0xd1, 0, 0xff, 0xd2, 0}};
  Jpeg progressive{.frame = 0xc2, .spectrum = {0, 0, 1}, .coded = {0}};
  progressive.more_scans = joined({segment(0xda, {1, 1, 0, 1, 63, 0}), {0x00}, segment(0xda, {1, 1, 0, 0, 0, 0x10}), {0}});
  const Bytes tables = joined({segment(0xdb, quantisation(1, 3)), segment(0xc4, joined({huffman(0, 1), huffman(1, 1)}))});
  hold({restarts.bytes(), progressive.bytes(),
        Jpeg{.ids = {1, 2, 3}, .app = joined({exif_segment(exif(6, canary)), tables}), .trailer = text(canary)}.bytes()},
       3000, [](Bytes file) { return file; });
}

TEST_CASE("a damaged PNG is refused, or clean and recoverable") {
  const Bytes control = joined({big32(1), big32(4), big32(4), big32(2), big32(2), {0, 1, 0, 10, 0, 0}});
  Png animated{.before_palette = joined({chunk("acTL", joined({big32(2), big32(0)})),
                                         chunk("fcTL", joined({big32(0), big32(8), big32(8), big32(0), big32(0),
                                                               {0, 1, 0, 10, 0, 0}}))}),
               .after_raster = joined({chunk("fcTL", control), chunk("fdAT", joined({big32(2), deflated(Bytes(20, 0))}))})};
  hold({animated.bytes(),
        Png{.depth = 4, .colour = 3, .palette = chunk("PLTE", Bytes(48, 7)), .after_palette = chunk("tRNS", Bytes(3, 9))}.bytes(),
        Png{.before_palette = joined({chunk("gAMA", Bytes(4, 0)), chunk("eXIf", exif(6, canary)), chunk("tEXt", text(canary))}),
            .after_palette = chunk("bKGD", {0, 0}), .trailer = text(canary)}.bytes()},
       3000, with_checksums);
}
