// SPDX-License-Identifier: GPL-3.0-or-later
// The chunks of an age payload (c2sp.org/age, "Payload"): ChaCha20-Poly1305 over 64 KiB each, the nonce
// being an 11-byte counter and a byte that marks the last one.
#pragma once

#include "crypto/age/header.hpp"

namespace dokaz::age {

inline constexpr std::size_t chunk_size = 64 * 1024;
inline constexpr std::size_t sealed_chunk_size = chunk_size + aead_tag_size;

using PayloadNonce = FixedBytes<struct PayloadNonceTag, 16>;

enum class Chunk { middle, last };

class Stream {
 public:
  Stream(const FileKey& key, const PayloadNonce& nonce);

  /// out.size() == plain.size() + 16. A middle chunk is full; only the chunk 0 may be empty.
  void seal(std::uint64_t index, Chunk place, ByteView plain, std::span<Byte> out);
  /// out.size() == sealed.size() - 16. False if it is not that chunk; `out` holds zeros then.
  [[nodiscard]] bool open(std::uint64_t index, Chunk place, ByteView sealed, std::span<Byte> out);

 private:
  Aead aead_;
};

}  // namespace dokaz::age
