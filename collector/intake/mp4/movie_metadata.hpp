// SPDX-License-Identifier: GPL-3.0-or-later
// What a film says about itself in udta and meta: QuickTime texts, 3GPP and iTunes fields, Apple's keys.
#pragma once

#include "collector/intake/bmff/boxes.hpp"
#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake::mp4 {

inline constexpr std::size_t most_values = 200;
inline constexpr std::size_t largest_packet = std::size_t{8} << 20;  ///< of XMP

/// "2026-05-01T10:12:00Z" for seconds since 1904; empty for 0.
std::string time_since_1904(std::uint64_t seconds);

/// Adds `name` unless the value has no text, or there are `most_values` already.
void add_value(Walked& walked, std::string name, std::string_view raw);

/// The payload of udta: "udta.xyz", "udta.nam", "udta.loci" ..., its XMP and its meta. What is not
/// understood adds nothing.
void read_user_data(ByteView payload, Walked& walked);

/// The payload of meta: "keys.com.apple.quicktime.make" ..., or of iTunes "udta.nam" ....
void read_meta(ByteView payload, Walked& walked);

}  // namespace dokaz::intake::mp4
