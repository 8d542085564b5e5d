// SPDX-License-Identifier: GPL-3.0-or-later
// The segments of a JPEG before its picture, and what they give away.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crypto/bytes.hpp"

namespace dokaz::pdf {

struct Segment {
  Byte marker = 0;         // 0xe1 is APP1
  std::size_t at = 0;      // of its 0xff
  std::size_t length = 0;  // of all of it, marker included
  ByteView body;           // behind its length
};

struct JpegParts {
  std::vector<Segment> segments;  // all of them, also those between the scans of a progressive picture
  std::size_t end = 0;            // behind the end of the picture, or where reading stopped
  bool whole = false;             // the grammar held up to the end of the picture
};

/// Empty where there is no scan, or the grammar does not hold before it.
std::optional<JpegParts> jpeg_parts(ByteView content);

/// "EXIF", "XMP", "comment" …; empty for what the picture needs, and for EXIF that says its orientation alone.
std::string_view trace_in(const Segment& segment);

/// The orientation that an EXIF segment states.
std::optional<int> orientation_in(const Segment& segment);

/// What a JPEG gives away, in such words: "EXIF in a picture". Empty: nothing.
std::set<std::string> traces_of(ByteView jpeg);

/// The JPEG without the segments that are traces; the bytes of the picture are the same. Empty: no JPEG.
std::optional<Bytes> without_traces(ByteView content);

}  // namespace dokaz::pdf
