// SPDX-License-Identifier: GPL-3.0-or-later
// HEVC and AV1 seen a second time: the units that are picture, and what their headers say.
#pragma once

#include <set>

#include "crypto/bytes.hpp"

namespace dokaz::intake::check {

struct CodedUnits {
  Bytes bytes;                          ///< in the one form of a clean copy
  std::uint32_t width = 0, height = 0;  ///< as coded
  bool monochrome = false;
  bool is_main_profile = false;         ///< HEVC: profile 1 or 3
  Bytes configuration;                  ///< payload of av1C or hvcC in its one form
  unsigned length_size = 4;             ///< HEVC: of the NAL units
  std::set<Bytes> sets;                 ///< HEVC: parameter sets in the configuration
};

/// `units.configuration` and what stands above it, from the payload of an hvcC box. False where it cannot be read.
bool read_hevc_configuration(ByteView record, CodedUnits& units);
/// `units.bytes`: the NAL units of one still picture that are picture, whole.
bool read_hevc_picture(ByteView data, CodedUnits& units);
/// All of it, for one still picture.
bool read_av1_picture(ByteView data, CodedUnits& units);

}  // namespace dokaz::intake::check
