// SPDX-License-Identifier: GPL-3.0-or-later
// PNGs that the tests of PNG have in common, and what must be true of each that is cleaned.
#pragma once

#include "collector/intake/pixels/pixels.hpp"
#include "intake_profiles.hpp"
#include "intake_walked.hpp"

namespace dokaz::test {

using namespace dokaz::intake;

inline const Bytes hidden = text(canary);

inline Bytes frame_control(std::uint32_t number, std::uint32_t width = 8, std::uint32_t height = 8, std::uint32_t x = 0) {
  return chunk("fcTL", joined({big32(number), big32(width), big32(height), big32(x), big32(0), {0, 1, 0, 10, 0, 0}}));
}
inline Bytes frame_data(std::uint32_t number, std::size_t size = 72) {
  return chunk("fdAT", joined({big32(number), deflated(Bytes(size, 0))}));
}
inline Png animated(std::uint32_t frames = 2) {
  return {.before_palette = joined({chunk("acTL", joined({big32(frames), big32(0)})), frame_control(0)}),
          .after_raster = joined({frame_control(1), frame_data(2)})};
}
/// Rows of eight pixels that have the first eight of sixteen colours.
inline Bytes eight_indices() {
  Bytes raster;
  for (int row = 0; row < 8; ++row) append(raster, Bytes{0, 0x01, 0x23, 0x45, 0x67});
  return raster;
}
inline Png indexed() {
  return {.depth = 4, .colour = 3, .palette = chunk("PLTE", joined({Bytes(24, 7), Bytes(24, 0)})),
          .after_palette = chunk("tRNS", Bytes(3, 9)), .raster = eight_indices()};
}

/// Clean, and the same picture to libpng.
inline Cleaned must_look_the_same(const Bytes& file, const WalkOptions& options = {}) {
  Cleaned cleaned = must_be_clean(file, options);
  const auto before = pixels_of(Media::png, file), after = pixels_of(Media::png, cleaned.clean);
  REQUIRE(before);
  REQUIRE(after);
  CHECK(*before == *after);
  return cleaned;
}

}  // namespace dokaz::test
