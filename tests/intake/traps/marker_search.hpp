// SPDX-License-Identifier: GPL-3.0-or-later
// Looks for the marker of the traps in every form in which it could survive.
#pragma once

#include "crypto/bytes.hpp"

namespace dokaz::test {

/// Where the canary of intake_pictures.hpp stands in `bytes`: as text in either case, in UTF-16 of both orders, in
/// base64 at any alignment, in hexadecimal digits, with its bits reversed or turned over; also within every zlib
/// stream that begins anywhere, up to 16 MiB each. Empty where it is in none; else the form.
std::string form_of_marker(ByteView bytes);

}  // namespace dokaz::test
