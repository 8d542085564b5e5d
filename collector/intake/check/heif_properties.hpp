// SPDX-License-Identifier: GPL-3.0-or-later
// Properties of HEIF items in their one form, as the second opinion understands them.
#pragma once

#include "collector/intake/check/cursor.hpp"
#include "collector/intake/check/heif_pictures.hpp"

namespace dokaz::intake::check {

/// Place of a kind of property among those of an item; from `first_transform` on the original's order decides.
inline constexpr int coder_place = 0, size_place = 1, colour_code_place = 4, profile_place = 5, alpha_place = 6,
                     point_place = 7, first_transform = 10, crop_place = 12, no_place = 99;

struct FormedProperty {
  int place = no_place;    ///< `no_place`: is not kept
  bool broken = false;     ///< stands there, and must be understood, but cannot be
  bool silent = false;     ///< says what would hold without it
  HeifProperty property;   ///< `box` is empty where it is left out; coder and alpha are written by the caller
  std::uint32_t width = 0, height = 0;    ///< of the size, or what is left by a crop
  std::int64_t twice_x = 0, twice_y = 0;  ///< where the middle of a crop is, from the middle of the picture
  bool turns = false;                     ///< by one quarter or three
};

FormedProperty form_property(const BoxView& box);

/// The type in an auxC; empty where it cannot be read.
std::string_view auxiliary_type(ByteView body);
bool means_alpha(std::string_view auxiliary_type);

/// A box of these parts.
Bytes box_of(std::string_view type, std::initializer_list<ByteView> parts);
Bytes number_of(std::uint64_t value, std::size_t size);

}  // namespace dokaz::intake::check
