// SPDX-License-Identifier: GPL-3.0-or-later
// Text forms of bytes. Every decoder is strict: one text for each value, else `malformed`.
#pragma once

#include <string>
#include <string_view>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz {

/// Lower case, 2 characters a byte (RFC 4648 section 8, lower case only).
std::string hex(ByteView bytes);
Result<Bytes> from_hex(std::string_view text);

/// RFC 4648 section 4, with padding; zero trailing bits.
std::string base64(ByteView bytes);
Result<Bytes> from_base64(std::string_view text);

/// RFC 4648 section 4 without padding, as in the age header.
std::string base64_unpadded(ByteView bytes);
Result<Bytes> from_base64_unpadded(std::string_view text);

/// RFC 4648 section 5 without padding, as in RFC 9901.
std::string base64url(ByteView bytes);
Result<Bytes> from_base64url(std::string_view text);

/// Decimal without sign, leading zero or space.
Result<std::uint64_t> from_decimal(std::string_view text);

template <class Id>
Result<Id> id_from_hex(std::string_view text) {
  DOKAZ_LET(bytes, from_hex(text));
  if (auto id = Id::from(bytes)) return *id;
  return fail(Errc::malformed, "wrong length");
}
template <class Id>
Result<Id> id_from_base64(std::string_view text) {
  DOKAZ_LET(bytes, from_base64(text));
  if (auto id = Id::from(bytes)) return *id;
  return fail(Errc::malformed, "wrong length");
}
template <class Tag, std::size_t N>
std::string hex(const FixedBytes<Tag, N>& id) { return hex(id.view()); }

}  // namespace dokaz
