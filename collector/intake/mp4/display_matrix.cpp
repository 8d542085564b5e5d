// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/mp4/display_matrix.hpp"

namespace dokaz::intake::mp4 {
namespace {

constexpr std::uint32_t unit = 0x00010000, last_unit = 0x40000000;

std::uint32_t fixed(int value) { return value < 0 ? 0u - unit : value > 0 ? unit : 0u; }

}  // namespace

std::optional<unsigned> orientation_of_matrix(ByteView matrix) {
  if (matrix.size() != 36) return std::nullopt;
  if (std::all_of(matrix.begin(), matrix.end(), [](Byte b) { return b == 0; })) return 1u;
  bmff::Fields in(matrix);
  const std::uint32_t a = in.u32(), b = in.u32(), u = in.u32(), c = in.u32(), d = in.u32(), v = in.u32();
  in.skip(8);
  if (u != 0 || v != 0 || in.u32() != last_unit) return std::nullopt;
  for (unsigned i = 1; i < turns.size(); ++i)
    if (a == fixed(turns[i].a) && b == fixed(turns[i].b) && c == fixed(turns[i].c) && d == fixed(turns[i].d)) return i;
  return std::nullopt;
}

void write_matrix(unsigned orientation, std::uint32_t width, std::uint32_t height, bmff::BoxWriter& out) {
  const Turn turn = turns[orientation];
  const std::uint32_t x = (turn.a < 0 ? width : 0) + (turn.c < 0 ? height : 0);
  const std::uint32_t y = (turn.b < 0 ? width : 0) + (turn.d < 0 ? height : 0);
  out.u32(fixed(turn.a)).u32(fixed(turn.b)).u32(0).u32(fixed(turn.c)).u32(fixed(turn.d)).u32(0);
  out.u32(x).u32(y).u32(last_unit);
}

}  // namespace dokaz::intake::mp4
