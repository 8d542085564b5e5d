// SPDX-License-Identifier: GPL-3.0-or-later
// The plaintext of an object: a canonical, padded tar of two members: format.md section 5.
#pragma once

#include <string>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz {

struct ObjectContent {
  Bytes facts;            // a facts file
  std::string file_name;  // "clean.jpg", "recovery"
  Bytes file;
};

/// Padmé(length): at least `length`, at most 12 % more. `length` is less than 2^63.
std::uint64_t padme(std::uint64_t length);

/// malformed if the file name is not one that section 5 allows; too_large for a file of 8 GiB or more.
Result<Bytes> write_object(const ObjectContent& content);
/// Strict: any other tar, header field or padding is malformed.
Result<ObjectContent> read_object(ByteView plaintext);

}  // namespace dokaz
