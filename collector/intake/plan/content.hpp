// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes that can be read at any place: a file in memory, a descriptor, or the clean copy that a plan makes.
#pragma once

#include <algorithm>
#include <optional>
#include <span>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::intake {

/// Does not change while it is read; where it does (a file on a disk), the parent's hashes show it.
class Content {
 public:
  virtual ~Content() = default;
  virtual std::uint64_t size() const = 0;
  /// Fills `into` with the bytes from `offset` on: `truncated_media` where there are fewer, `io_error`.
  virtual Status read(std::span<Byte> into, std::uint64_t offset) const = 0;
  /// All of it, where it lies in memory anyway; nothing for what may be larger than memory.
  virtual std::optional<ByteView> view() const { return std::nullopt; }

  /// `length` bytes from `offset` on; the caller has capped `length`.
  Result<Bytes> bytes(std::uint64_t offset, std::uint64_t length) const {
    if (offset > size() || length > size() - offset) return fail(Errc::truncated_media);
    Bytes out(static_cast<std::size_t>(length));
    DOKAZ_TRY(read(out, offset));
    return out;
  }
};

/// Bytes in memory, which must live as long.
class MemoryContent : public Content {
 public:
  explicit MemoryContent(ByteView bytes) : bytes_(bytes) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Status read(std::span<Byte> into, std::uint64_t offset) const override {
    if (offset > bytes_.size() || into.size() > bytes_.size() - offset) return fail(Errc::truncated_media);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
    return {};
  }
  std::optional<ByteView> view() const override { return bytes_; }

 private:
  ByteView bytes_;
};

}  // namespace dokaz::intake
