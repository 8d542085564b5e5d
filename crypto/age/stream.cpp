// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/age/stream.hpp"

namespace dokaz::age {
namespace {

AeadNonce nonce_of(std::uint64_t index, Chunk place) {
  AeadNonce nonce;
  for (std::size_t i = 0; i < 8; ++i) nonce.raw()[10 - i] = static_cast<Byte>(index >> 8 * i);
  nonce.raw()[11] = place == Chunk::last ? 1 : 0;
  return nonce;
}

Secret<32> payload_key(const FileKey& key, const PayloadNonce& nonce) {
  return key.reveal([&](ByteView bytes) { return hkdf_sha256(bytes, nonce.view(), "payload"); });
}

}  // namespace

Stream::Stream(const FileKey& key, const PayloadNonce& nonce) : aead_(payload_key(key, nonce)) {}

void Stream::seal(std::uint64_t index, Chunk place, ByteView plain, std::span<Byte> out) {
  DOKAZ_CHECK(plain.size() <= chunk_size && (place == Chunk::last || plain.size() == chunk_size));
  DOKAZ_CHECK(!plain.empty() || index == 0);
  aead_.seal(nonce_of(index, place), {}, plain, out);
}

bool Stream::open(std::uint64_t index, Chunk place, ByteView sealed, std::span<Byte> out) {
  return aead_.open(nonce_of(index, place), {}, sealed, out);
}

}  // namespace dokaz::age
