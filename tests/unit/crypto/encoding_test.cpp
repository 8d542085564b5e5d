// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "crypto/encoding.hpp"

using namespace dokaz;

TEST_CASE("a decoder refuses every text but the canonical one") {
  for (const char* text : {"0", "0g", "AB", " 00", "00 "}) CHECK(from_hex(text).code() == Errc::malformed);
  for (const char* text : {"QQ", "QR==", "QQ=", "QQ==\n", "Q Q==", "QQ==QQ==", "=", "====", "Q===", "QUJ=", "QUI", "QU-_", "QQ\xff="})
    CHECK(from_base64(text).code() == Errc::malformed);
  for (const char* text : {"QQ==", "QR", "Q", "+w", "/w"}) CHECK(from_base64url(text).code() == Errc::malformed);
  for (const char* text : {"", "01", "+1", "-1", "1 ", " 1", "1a", "18446744073709551616", "99999999999999999999"})
    CHECK(from_decimal(text).code() == Errc::malformed);
}

TEST_CASE("base64 is RFC 4648's") {
  const Bytes all = {0x00, 0x10, 0x83, 0x10, 0x51, 0x87, 0x20, 0x92, 0x8b, 0x30, 0xd3, 0x8f, 0x41, 0x14, 0x93, 0x51, 0x55, 0x97,
                     0x61, 0x96, 0x9b, 0x71, 0xd7, 0x9f, 0x82, 0x18, 0xa3, 0x92, 0x59, 0xa7, 0xa2, 0x9a, 0xab, 0xb2, 0xdb, 0xaf,
                     0xc3, 0x1c, 0xb3, 0xd3, 0x5d, 0xb7, 0xe3, 0x9e, 0xbb, 0xf3, 0xdf, 0xbf};
  CHECK(base64(all) == "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  CHECK(base64url(all) == "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
  for (const auto& [plain, text] : {std::pair("", ""), {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}})
    CHECK(base64(bytes_of(plain)) == text);
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
