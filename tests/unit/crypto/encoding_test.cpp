// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "crypto/encoding.hpp"

using namespace dokaz;

TEST_CASE("a decoder refuses every text but the canonical one") {
  for (const char* text : {"0", "0g", "AB", " 00", "00 "}) CHECK(from_hex(text).code() == Errc::malformed);
  for (const char* text : {"QQ", "QR==", "QQ=", "QQ==\n", "Q Q==", "QQ==QQ=="})
    CHECK(from_base64(text).code() == Errc::malformed);
  for (const char* text : {"QQ==", "QR", "Q", "+w", "/w"}) CHECK(from_base64url(text).code() == Errc::malformed);
  for (const char* text : {"", "01", "+1", "-1", "1 ", " 1", "1a", "18446744073709551616", "99999999999999999999"})
    CHECK(from_decimal(text).code() == Errc::malformed);
}

TEST_CASE("decode after encode is the identity") {
  Bytes bytes;
  for (int i = 0; i < 70; ++i) {
    CHECK(from_hex(hex(bytes)).value() == bytes);
    CHECK(from_base64(base64(bytes)).value() == bytes);
    CHECK(from_base64_unpadded(base64_unpadded(bytes)).value() == bytes);
    CHECK(from_base64url(base64url(bytes)).value() == bytes);
    bytes.push_back(static_cast<Byte>(255 - 7 * i));
  }
  CHECK(from_decimal("18446744073709551615").value() == UINT64_MAX);
  CHECK(from_decimal("0").value() == 0);
}
