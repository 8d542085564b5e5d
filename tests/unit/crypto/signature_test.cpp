// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "crypto/encoding.hpp"
#include "crypto/signature.hpp"

using namespace dokaz;

namespace {

SigningKey key_of(Byte first) {
  return SigningKey::from_seed(Secret<32>::make([&](std::span<Byte, 32> seed) {
    for (std::size_t i = 0; i < 32; ++i) seed[i] = static_cast<Byte>(first + i);
  }));
}

/// The order L of the group, little endian.
constexpr std::array<Byte, 32> group_order = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                              0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                              0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

}  // namespace

TEST_CASE("a public key of small order or not canonical is refused") {
  const char* bad[] = {
      "0000000000000000000000000000000000000000000000000000000000000000",  // order 4
      "0100000000000000000000000000000000000000000000000000000000000000",  // order 1
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // order 2
      "0000000000000000000000000000000000000000000000000000000000000080",  // order 4, sign bit
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",  // order 8
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",  // order 8
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // y = p
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // y = p + 1
      "0200000000000000000000000000000000000000000000000000000000000000",  // not on the curve
  };
  for (const char* text : bad) CHECK(PublicKey::from_hex(text).code() == Errc::bad_key);
  CHECK(PublicKey::from(Bytes(31)).code() == Errc::bad_key);
  CHECK(PublicKey::from(Bytes(33)).code() == Errc::bad_key);
}

TEST_CASE("a signature with S of L or more is refused") {
  const auto key = key_of(1);
  Signature signature = key.sign(bytes_of("message"));
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {  // S + L satisfies the same equation
    carry += static_cast<unsigned>(signature.raw()[32 + i]) + group_order[i];
    signature.raw()[32 + i] = static_cast<Byte>(carry);
    carry >>= 8;
  }
  CHECK(verify(key.public_key(), bytes_of("message"), signature).code() == Errc::bad_signature);
}

TEST_CASE("a signature with R of small order is refused") {
  Signature signature;
  signature.raw()[0] = 1;
  CHECK(verify(key_of(1).public_key(), bytes_of("message"), signature).code() == Errc::bad_signature);
}

TEST_CASE("one flipped bit in message, key or signature is refused") {
  const auto key = key_of(1);
  const Bytes message = to_bytes("message");
  const Signature signature = key.sign(message);
  REQUIRE(verify(key.public_key(), message, signature));
  for (std::size_t bit = 0; bit < 64 * 8; ++bit) {
    Signature changed = signature;
    changed.raw()[bit / 8] ^= static_cast<Byte>(1u << bit % 8);
    CHECK_FALSE(verify(key.public_key(), message, changed));
  }
  CHECK_FALSE(verify(key.public_key(), bytes_of("messagf"), signature));
  CHECK_FALSE(verify(key_of(2).public_key(), message, signature));
}

TEST_CASE("RFC 8032 section 7.1, test 2") {
  const Bytes seed = from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").value();
  const auto key = SigningKey::from_seed(Secret<32>::copy_of(std::span<const Byte, 32>(seed)));
  CHECK(hex(key.public_key()) == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const Bytes message = {0x72};
  CHECK(hex(key.sign(message)) ==
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
}
