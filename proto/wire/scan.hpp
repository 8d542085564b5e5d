// SPDX-License-Identifier: GPL-3.0-or-later
// A look over protobuf bytes before anything is allocated for them. Private to the codec.
#pragma once

#include <google/protobuf/descriptor.h>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz {

/// unknown_field for a field number, or a wire type of it, that `message` does not declare, at any depth;
/// malformed for a broken tag or length, a field that is singular and occurs twice, more than `most`
/// fields at the top or messages nested deeper than 4.
Status scan(ByteView bytes, const google::protobuf::Descriptor& message, std::size_t most);

}  // namespace dokaz
