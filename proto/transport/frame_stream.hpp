// SPDX-License-Identifier: GPL-3.0-or-later
// Frames over TLS, each with a deadline.
#pragma once

#include "proto/transport/pace.hpp"
#include "proto/transport/tls_stream.hpp"
#include "proto/transport/watchdog.hpp"
#include "proto/wire/frame.hpp"

namespace dokaz {

/// A frame may take `base` and a second for each 8 KiB: docs/protocol.md section 7.
std::chrono::milliseconds frame_time(std::chrono::milliseconds base, std::size_t length);

class FrameStream {
 public:
  /// `watchdog` must close `stream`; `base` bounds each frame once its first byte has come.
  FrameStream(TlsStream& stream, Watchdog& watchdog, FrameReader::Admit admit, std::chrono::milliseconds base);
  FrameStream(const FrameStream&) = delete;
  FrameStream& operator=(const FrameStream&) = delete;

  /// Waits at most `idle` for the first byte. timed_out, connection_lost, what FrameReader and `admit` say.
  asio::awaitable<Result<Frame>> read(std::chrono::milliseconds idle);
  /// timed_out, connection_lost. With a pace it goes out in pieces, each when its time has come; every piece has
  /// a deadline of its own.
  asio::awaitable<Status> write(const Frame& frame, Pace* pace = nullptr);

 private:
  Error lost();
  asio::awaitable<Status> write_paced(ByteView bytes, Pace& pace);

  TlsStream& stream_;
  Watchdog& watchdog_;
  std::chrono::milliseconds base_;
  FrameReader reader_;
};

}  // namespace dokaz
