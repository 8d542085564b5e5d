// SPDX-License-Identifier: GPL-3.0-or-later
// What parcels and their answers share: a text, an empty line, zeros at the end: format.md section 17. Private to
// the folder.
#pragma once

#include <string>

#include "crypto/readable.hpp"
#include "proto/format/line_reader.hpp"
#include "proto/format/rotation.hpp"

namespace dokaz::parcel_text {

/// The lines before the first empty one; malformed if there is none within `most` bytes.
Result<std::string> read_text(const Readable& plaintext, std::size_t most);
/// malformed unless the content ends at `end` and zeros fill it up to its Padmé length.
Status check_padding(const Readable& plaintext, std::uint64_t end);

Result<Bytes> read_base64(LineReader& lines, std::string_view key);
/// "<size> <base64 root>", or "0 -".
std::string format_seen(const Seen& seen);
Result<Seen> parse_seen(std::string_view text);
/// `rotation <base64 of a key-rotate> <base64 of S>`, one a line; at most max_shown_rotations.
void write_rotations(std::string& to, const std::vector<Rotation>& rotations);
Result<std::vector<Rotation>> read_rotations(LineReader& lines);

}  // namespace dokaz::parcel_text
