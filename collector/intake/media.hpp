// SPDX-License-Identifier: GPL-3.0-or-later
// The kind of a file by its first bytes, never by its name.
#pragma once

#include <string_view>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::intake {

/// Kinds that can be cleaned. The numbers go over the pipe between worker and parent.
enum class Media : Byte { jpeg = 1, png = 2 };

std::string_view media_type_of(Media media);
std::string_view extension_of(Media media);

/// `empty_file`; `unsupported_media` for a kind that is recognised but cannot be cleaned (the detail
/// names it); `unknown_media`; `truncated_media` where nothing but the beginning of a mark is there.
Result<Media> recognise(ByteView file);

}  // namespace dokaz::intake
