// SPDX-License-Identifier: GPL-3.0-or-later
// What a TIFF's directories say about the picture, for the metadata reader and the list of what was left out.
#pragma once

#include "collector/intake/plan/walk.hpp"
#include "collector/intake/tiff/tiff_coverage.hpp"

namespace dokaz::intake::tiff {

/// "tiff.exif", "tiff.xmp", "tiff.make" …; "tiff.tag" for the many others.
std::string_view name_of_tag(unsigned tag);
/// Lists the value of `entry` and, for Exif, GPS and sub-directories, what they point at; all as `kind`.
void remove_value(const File& file, const Entry& entry, std::string_view kind, Coverage& coverage);
/// The blocks that exiv2 reads: XMP, IPTC and Photoshop as they are; what stands in the directory and in those of
/// Exif and GPS below it as a TIFF structure of its own. Values of more than 1 MiB are left out.
void collect_blocks(const File& file, const Directory& directory, MetadataBlocks& blocks);

}  // namespace dokaz::intake::tiff
