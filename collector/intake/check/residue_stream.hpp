// SPDX-License-Identifier: GPL-3.0-or-later
// A zlib stream that comes in pieces, and what comes out of it in pieces.
#pragma once

#include <zlib.h>

#include <array>
#include <functional>

#include "crypto/bytes.hpp"
#include "crypto/check.hpp"

namespace dokaz::intake::check {

class InflatedStream {
 public:
  InflatedStream() { DOKAZ_CHECK(inflateInit(&zlib_) == Z_OK); }
  ~InflatedStream() { inflateEnd(&zlib_); }
  InflatedStream(const InflatedStream&) = delete;
  InflatedStream& operator=(const InflatedStream&) = delete;

  bool ended() const { return ended_; }
  /// Hands out what comes of `data`, until the stream ends or `take` wants no more. False where it is no stream.
  bool feed(ByteView data, const std::function<bool(ByteView)>& take) {
    zlib_.next_in = const_cast<Bytef*>(data.data());
    zlib_.avail_in = static_cast<uInt>(std::min<std::size_t>(data.size(), UINT32_MAX));
    while (!ended_) {
      zlib_.next_out = room_.data();
      zlib_.avail_out = static_cast<uInt>(room_.size());
      const int outcome = inflate(&zlib_, Z_NO_FLUSH);
      const std::size_t count = room_.size() - zlib_.avail_out;
      if (count > 0 && !take(ByteView(room_).first(count))) return true;
      if (outcome != Z_OK && outcome != Z_STREAM_END && outcome != Z_BUF_ERROR) return false;
      ended_ = outcome == Z_STREAM_END;
      if (zlib_.avail_in == 0 && zlib_.avail_out > 0) return true;
    }
    return true;
  }

 private:
  z_stream zlib_{};
  std::array<Byte, 16384> room_{};
  bool ended_ = false;
};

}  // namespace dokaz::intake::check
