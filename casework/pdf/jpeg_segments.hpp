// SPDX-License-Identifier: GPL-3.0-or-later
// The segments of a JPEG before its picture, and what they give away.
#pragma once

#include <optional>
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

/// From the first segment to the start of the scan, which is the last one; empty where the grammar does not hold.
std::optional<std::vector<Segment>> jpeg_segments(ByteView content);

/// "EXIF", "XMP", "comment" …; empty for what the picture needs, and for EXIF that says its orientation alone.
std::string_view trace_in(const Segment& segment);

/// The orientation that an EXIF segment states.
std::optional<int> orientation_in(const Segment& segment);

/// The JPEG without the segments that are traces; the bytes of the picture are the same. Empty: no JPEG.
std::optional<Bytes> without_traces(ByteView content);

/// What is there behind the end of the picture: 0 in a JPEG as it should be.
std::size_t bytes_after_end(ByteView content);

}  // namespace dokaz::pdf
