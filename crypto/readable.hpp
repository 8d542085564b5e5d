// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes that can be read at any place, in memory or not, and where bytes go. What may be larger than memory
// is handed on as a Readable or to a Sink.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <span>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz {

/// Takes all the bytes or fails.
using Sink = std::function<Status(ByteView)>;

/// Does not change while it is read; where it does all the same (a file on a disk), hashes show it.
class Readable {
 public:
  virtual ~Readable() = default;
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

  /// All of it from front to end, in pieces of at most 256 KiB.
  Status copy_to(const Sink& sink) const {
    constexpr std::size_t piece = std::size_t{256} << 10;
    Bytes room(view() ? 0 : static_cast<std::size_t>(std::min<std::uint64_t>(piece, size())));
    for (std::uint64_t at = 0; at < size();) {
      const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(piece, size() - at));
      if (const auto all = view()) {
        DOKAZ_TRY(sink(all->subspan(static_cast<std::size_t>(at), length)));
      } else {
        DOKAZ_TRY(read(std::span(room).first(length), at));
        DOKAZ_TRY(sink(ByteView(room).first(length)));
      }
      at += length;
    }
    return {};
  }
};

/// Bytes in memory, which must live as long.
class ReadableBytes : public Readable {
 public:
  explicit ReadableBytes(ByteView bytes) : bytes_(bytes) {}
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

}  // namespace dokaz
