// SPDX-License-Identifier: GPL-3.0-or-later
// From the beginning of a binary envelope to its payload; shared by the two readers.
#pragma once

#include "crypto/age/envelope.hpp"
#include "crypto/age/stream.hpp"

namespace dokaz::age {

/// A source that can be looked at a few bytes at a time without asking the one below for each.
class BufferedSource {
 public:
  explicit BufferedSource(Source source) : source_(std::move(source)) {}
  /// Some bytes, as a Source gives them.
  Result<std::size_t> read(std::span<Byte> into);
  /// The buffered bytes; empty only at the end.
  Result<ByteView> peek();
  void skip(std::size_t size) { at_ += size; }
  /// Bytes that were read and not yet taken away included.
  std::uint64_t position() const { return fetched_ - (end_ - at_); }

 private:
  Source source_;
  std::array<Byte, 4096> buffer_{};
  std::size_t at_ = 0, end_ = 0;
  std::uint64_t fetched_ = 0;
};

/// Reads the header and the nonce, finds the key that opens it, checks the header's tag.
Result<Stream> open_payload(BufferedSource& source, const Keys& keys);

}  // namespace dokaz::age
