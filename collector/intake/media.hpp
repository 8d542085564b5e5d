// SPDX-License-Identifier: GPL-3.0-or-later
// The kind of a file by its first bytes, never by its name.
#pragma once

#include <string_view>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::intake {

/// Kinds that can be cleaned. The numbers go over the pipe between worker and parent.
enum class Media : Byte {
  jpeg = 1, png = 2, webp = 3, gif = 4, tiff = 5, heic = 6, avif = 7,
  mp4 = 8, quicktime = 9, three_gp = 10, m4a = 11
};
inline constexpr Byte last_media = 11;

/// "image/jpeg"
std::string_view media_type_of(Media media);
/// "jpg"
std::string_view extension_of(Media media);
/// Films and sound, of any size: read piece by piece, never as a whole in memory.
bool is_streamed(Media media);
/// Films have pictures and a duration, sound has a duration only, all others pictures only.
bool has_picture(Media media);

/// So many bytes at the front of a file decide, whatever its size.
inline constexpr std::size_t recognised_by = 4096;

/// `empty_file`; `unsupported_media` for a kind that is recognised but cannot be cleaned (the detail
/// names it); `unknown_media`; `truncated_media` where nothing but the beginning of a mark is there.
Result<Media> recognise(ByteView file);

}  // namespace dokaz::intake
