// SPDX-License-Identifier: GPL-3.0-or-later
// Display matrices (ISO/IEC 14496-12, 6.2.2) as Exif orientations.
#pragma once

#include <array>

#include "collector/intake/bmff/boxes.hpp"

namespace dokaz::intake::mp4 {

/// Rows a b, c d of the upper left corner, in units of 1.0: x' = ax + cy, y' = bx + dy.
struct Turn {
  int a, b, c, d;
};
/// By orientation, from 1.
inline constexpr std::array<Turn, 9> turns = {{{0, 0, 0, 0},
                                               {1, 0, 0, 1}, {-1, 0, 0, 1}, {-1, 0, 0, -1}, {1, 0, 0, -1},
                                               {0, 1, 1, 0}, {0, 1, -1, 0}, {0, -1, -1, 0}, {0, -1, 1, 0}}};

/// 1 to 8 for a matrix of 36 bytes that turns or mirrors, wherever it moves the picture to; 1 for zeros alone.
/// Nothing for any other.
std::optional<unsigned> orientation_of_matrix(ByteView matrix);

/// The matrix that turns so and then moves the picture, of `width` and `height` in 16.16, back to the corner.
void write_matrix(unsigned orientation, std::uint32_t width, std::uint32_t height, bmff::BoxWriter& out);

}  // namespace dokaz::intake::mp4
