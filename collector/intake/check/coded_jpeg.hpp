// SPDX-License-Identifier: GPL-3.0-or-later
// What decides the picture of a JPEG: a reader for originals and clean copies alike. Private to the folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/hash.hpp"
#include "crypto/result.hpp"

namespace dokaz::intake::check {

/// How much of an interval's bytes is the picture's: all before the last, and the upper bits of that one.
struct Extent {
  std::uint32_t before : 29, filling : 3;  // a file is at most 2^29 bytes
};
Extent extent_of(std::string_view coded, unsigned filling);

struct CodedJpeg {
  Sha256 digest;
  std::string profile;  ///< colour profile, its parts joined; empty where they do not fit together
  unsigned orientation = 1;  ///< of the first Exif block before the first scan
};

/// Of each interval only what the copy's takes: where the copy's decode to their end, the original's
/// decode alike, and what stands behind them there is not the picture.
Result<CodedJpeg> coded_jpeg(ByteView bytes, const std::vector<Extent>& intervals);

}  // namespace dokaz::intake::check
