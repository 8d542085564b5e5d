// SPDX-License-Identifier: GPL-3.0-or-later
// What exiv2 could read of a file's metadata blocks, and how one value of them is asked for.
#pragma once

#include <exiv2/exiv2.hpp>
#include <string>
#include <vector>

#include "collector/intake/plan/walk.hpp"

namespace dokaz::intake {

/// One entry for each block of the file, in file order; empty where the block could not be read.
struct DecodedBlocks {
  std::vector<Exiv2::ExifData> exif;
  std::vector<Exiv2::XmpData> xmp;
  std::vector<Exiv2::IptcData> iptc;
  std::vector<ContainerValue> values;
};

/// More blocks of one kind than these, or longer ones, are not read; nor are XMP packets that are nested
/// deeper, have more elements and attributes, declare entities, or are not UTF-8: exiv2 compares each field with
/// those before it. Each such loss is a warning.
inline constexpr std::size_t most_blocks = 32;
inline constexpr std::size_t longest_block = std::size_t{16} << 20;
inline constexpr std::size_t longest_iptc = std::size_t{128} << 10;
inline constexpr int deepest_xmp = 64, most_xmp_parts = 20'000;

/// Each block alone, because exiv2 gives up a block at its first mistake.
DecodedBlocks decode_blocks(const MetadataBlocks& blocks, std::vector<std::string>& warnings);

/// The value as plain text; empty where it is not there or cannot be read.
std::string value_of(const Exiv2::ExifData& data, const char* key);
std::string value_of(const Exiv2::XmpData& data, const char* key);
std::string value_of(const Exiv2::IptcData& data, const char* key);
/// The first value of that name that is not empty, as plain text.
std::string value_of(const std::vector<ContainerValue>& values, std::string_view name);

/// Up to 8 rationals or whole numbers of a field; empty where it is not there or one of them is no number.
std::vector<double> numbers_of(const Exiv2::ExifData& data, const char* key);

/// "exif Make", "exif Make 2": a source as format.md section 4 writes it; `block` counts from 0.
std::string source_name(std::string_view kind, std::string_view field, std::size_t block);

/// A value and where it stood.
using Stated = Contradiction::Value;

}  // namespace dokaz::intake
