// SPDX-License-Identifier: GPL-3.0-or-later
// Where the coded data of a strip or tile end: what stands behind is not picture.
#pragma once

#include "collector/intake/tiff/tiff_page.hpp"

namespace dokaz::intake::tiff {

/// The number of bytes at the front of `coded` that a strip needs, for every codec but JPEG. Lines stored as
/// they are have an exact size; LZW, Deflate and PackBits are read to the end of what the strip must hold; a
/// Group 4 fax ends with its end mark, and other fax data cannot be told from what stands behind them.
/// `truncated_media` where data are missing, `malformed_media` for codes that do not exist, for data that
/// decode to more than the strip holds, and for bits behind the last code that are not 0.
Result<std::uint64_t> coded_length(const Page& page, const Strip& strip, ByteView coded);

}  // namespace dokaz::intake::tiff
