// SPDX-License-Identifier: GPL-3.0-or-later
// The second opinion on colour profiles: only the reduced form, byte for byte, and of that original.
#pragma once

#include "crypto/bytes.hpp"

namespace dokaz::intake::check {

/// 1 or 3, for gray or RGB samples, where these bytes are exactly a reduced profile as
/// collector/intake/colour/icc_profile.hpp defines it; else 0.
unsigned channels_of_reduced_profile(ByteView profile);

/// Whether all that the reduced profile says stands in the original one as well, so that both render alike.
/// `reduced` has passed channels_of_reduced_profile(); `original` is any bytes.
bool renders_like(ByteView reduced, ByteView original);

}  // namespace dokaz::intake::check
