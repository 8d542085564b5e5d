// SPDX-License-Identifier: GPL-3.0-or-later
// What the first sequence parameter set of an HEVC picture says (ITU-T H.265, 7.3.2.2), and hvcC written from it.
#pragma once

#include <set>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::intake::heif {

/// An array of NAL units in hvcC that is left out: bytes [offset, offset + length) of the record.
struct DroppedArray {
  unsigned type = 0;
  std::size_t offset = 0, length = 0;
};

struct HevcConfiguration {
  Bytes record;              ///< payload of hvcC in the form that heif_walker.hpp states
  unsigned length_size = 4;  ///< of the NAL units in the items
  unsigned profile = 0;
  bool monochrome = false;
  std::uint32_t width = 0, height = 0;  ///< as coded, before the conformance window
  std::vector<DroppedArray> dropped;
  std::set<Bytes> sets;      ///< the NAL units of all parameter sets
};

/// `malformed_media`: a record that is cut, or without a readable sequence parameter set.
Result<HevcConfiguration> clean_configuration(ByteView record);

}  // namespace dokaz::intake::heif
