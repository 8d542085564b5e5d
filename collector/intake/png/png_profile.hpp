// SPDX-License-Identifier: GPL-3.0-or-later
// A colour profile in its PNG chunk: read from any, written in one form.
#pragma once

#include "crypto/bytes.hpp"

namespace dokaz::intake::png {

/// The profile inside of an iCCP payload; nothing where it is broken or larger than profiles are looked at.
std::optional<Bytes> profile_in(ByteView payload);

/// The iCCP payload of a reduced profile (at most 65535 bytes): "icc" 00 00, then zlib 78 01, one stored block
/// 01 size ~size bytes, Adler-32. Stored, because what deflate makes of bytes depends on the library.
Bytes profile_payload(ByteView profile);

}  // namespace dokaz::intake::png
