// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "crypto/aead.hpp"
#include "crypto/encoding.hpp"

using namespace dokaz;

namespace {

Bytes unhex(std::string_view text) { return from_hex(text).value(); }
Secret<32> key_of(ByteView bytes) { return Secret<32>::copy_of(bytes.first<32>()); }
std::string hex_of(const Secret<32>& secret) {
  return secret.reveal([](ByteView bytes) { return hex(bytes); });
}

}  // namespace

TEST_CASE("a sealed text with any bit flipped does not open, and nothing of it comes out") {
  const auto key = Secret<32>::random();
  Aead aead(key);
  const Bytes plain = to_bytes("testimony");
  Bytes sealed(plain.size() + aead_tag_size), out(plain.size());
  aead.seal(AeadNonce(), bytes_of("label"), plain, sealed);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes changed = sealed;
    changed[bit / 8] ^= static_cast<Byte>(1u << bit % 8);
    CHECK_FALSE(aead.open(AeadNonce(), bytes_of("label"), changed, out));
    CHECK(out == Bytes(plain.size()));
  }
  CHECK_FALSE(aead.open(AeadNonce(), bytes_of("lapel"), sealed, out));
  CHECK_FALSE(aead.open(AeadNonce(), {}, sealed, out));
  AeadNonce other;
  other.raw()[11] = 1;
  CHECK_FALSE(aead.open(other, bytes_of("label"), sealed, out));
  CHECK_FALSE(Aead(Secret<32>::random()).open(AeadNonce(), bytes_of("label"), sealed, out));
  CHECK(aead.open(AeadNonce(), bytes_of("label"), sealed, out));  // the context survives failures
  CHECK(out == plain);
}

TEST_CASE("RFC 8439 section 2.8.2") {
  const Bytes key = unhex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
  const auto nonce = AeadNonce::from(unhex("070000004041424344454647")).value();
  const Bytes associated = unhex("50515253c0c1c2c3c4c5c6c7");
  const Bytes plain = to_bytes(
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
      "sunscreen would be it.");
  Aead aead(key_of(key));
  Bytes sealed(plain.size() + aead_tag_size), out(plain.size());
  aead.seal(nonce, associated, plain, sealed);
  CHECK(hex(ByteView(sealed).first(16)) == "d31a8d34648e60db7b86afbc53ef7ec2");
  CHECK(hex(ByteView(sealed).last(16)) == "1ae10b594f09e26a7e902ecbd0600691");
  CHECK(aead.open(nonce, associated, sealed, out));
  CHECK(out == plain);
  Bytes in_place = sealed;
  CHECK(aead.open(nonce, associated, in_place, std::span<Byte>(in_place).first(plain.size())));
  CHECK(std::equal(plain.begin(), plain.end(), in_place.begin()));
}

TEST_CASE("an empty text has a tag too") {
  Aead aead(Secret<32>::random());
  Bytes sealed(aead_tag_size), out;
  aead.seal(AeadNonce(), {}, {}, sealed);
  CHECK(aead.open(AeadNonce(), {}, sealed, out));
  sealed[0] ^= 1;
  CHECK_FALSE(aead.open(AeadNonce(), {}, sealed, out));
}

TEST_CASE("RFC 4231 test cases 1, 2 and 6") {
  CHECK(hex(hmac_sha256(Bytes(20, 0x0b), bytes_of("Hi There"))) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hex(hmac_sha256(bytes_of("Jefe"), bytes_of("what do ya want for nothing?"))) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hex(hmac_sha256(Bytes(131, 0xaa),
                        bytes_of("Test Using Larger Than Block-Size Key - Hash Key First"))) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("RFC 5869 test cases 1 and 3, first 32 bytes") {
  const Bytes info = unhex("f0f1f2f3f4f5f6f7f8f9");
  CHECK(hex_of(hkdf_sha256(Bytes(22, 0x0b), unhex("000102030405060708090a0b0c"), text_of(info))) ==
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
  CHECK(hex_of(hkdf_sha256(Bytes(22, 0x0b), {}, "")) ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}
