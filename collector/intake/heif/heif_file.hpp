// SPDX-License-Identifier: GPL-3.0-or-later
// The boxes and items of a HEIF file as they stand there (ISO/IEC 14496-12, 8.11; ISO/IEC 23008-12).
#pragma once

#include <unordered_map>

#include "collector/intake/bmff/boxes.hpp"

namespace dokaz::intake::heif {

inline constexpr std::size_t most_items = 16384, most_extents = 262144, most_properties = 32767, most_references = 262144;

struct Extent {
  std::uint64_t offset = 0, length = 0;  ///< in the file
};
struct Association {
  std::size_t property = 0;  ///< index into HeifFile::properties
  bool essential = false;
};

struct Item {
  std::uint32_t id = 0;
  bmff::Type type = 0;             ///< 0 for entries from before types were stated
  std::string content_type;        ///< of `mime` items
  bmff::Box entry;                 ///< infe
  ByteView name;                   ///< a view into the file
  bool is_protected = false;
  bool constructed_of_items = false, external = false;
  bool beyond_end = false;         ///< an extent is not within the file, or has no length
  std::vector<Extent> extents;     ///< those within the file
  std::vector<Association> properties;
};

struct Reference {
  bmff::Type kind = 0;
  std::uint32_t from = 0;
  std::vector<std::uint32_t> to;
};

struct HeifFile {
  std::vector<bmff::Box> boxes;     ///< of the file, up to `end`
  std::uint64_t end = 0;            ///< where something begins that is no longer this file's
  std::vector<bmff::Box> in_meta;
  std::uint64_t handler_name = 0;   ///< bytes, without the NUL
  std::uint32_t primary = 0;
  std::vector<Item> items;          ///< as in iinf
  std::unordered_map<std::uint32_t, std::size_t> by_id;
  std::vector<Reference> references;
  std::vector<bmff::Box> properties;  ///< in ipco
};

/// Counts and sizes are capped before anything is allocated for them. All extents together are at most twice as
/// long as the file and 1 MiB more, so that nothing can be asked to be copied or hashed without end.
/// `malformed_media`, `truncated_media`, `too_large`; `unsupported_media` for image sequences.
Result<HeifFile> read_heif(ByteView file);

}  // namespace dokaz::intake::heif
