// SPDX-License-Identifier: GPL-3.0-or-later
// Looks in the clean copy for what was left out of it. Knows nothing of how it was made but which stretches.
#pragma once

#include <span>

#include "collector/intake/media.hpp"
#include "collector/intake/plan/left_out.hpp"

namespace dokaz::intake::check {

/// Whether a text, number or identifier that stands in `removed` stands in the clean copy too. Texts are runs of
/// 6 printable characters or more, in UTF-8 or UTF-16, also inside zlib streams and hexadecimal; numbers are
/// those of Exif's GPS directory as they stand; of dates and UUIDs other writings are looked for as well.
/// Each is looked for as it is, in UTF-16 of both orders and in base64 at each alignment; in a PNG also in what
/// comes out of its rasters.
///
/// The clean copy has passed the grammar check. So its tables and constants, which honest originals hold more
/// than once (a preview has the Huffman tables of the picture), are not searched; residue_regions.hpp says where
/// and for how long texts. Texts amid bytes that look random count from 24 characters on, for a picture that
/// the file holds twice is no residue.
///
/// At most 32 MiB of what was removed are read, the first and last 2 MiB of longer stretches, and 20,000 texts,
/// the longest first. `not_clean`.
Status find_residue(Media media, const Content& original, std::span<const Stretch> removed, const Content& clean);

}  // namespace dokaz::intake::check
