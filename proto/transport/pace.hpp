// SPDX-License-Identifier: GPL-3.0-or-later
// A cap on what is sent, in bytes per second: a token bucket that holds one second's worth at most.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

namespace dokaz {

/// Shared by all connections of one run: any thread. The clock is the caller's.
class Pace {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::uint64_t least = 1024;  // bytes per second: slower, and a server gives up on a frame

  /// `bytes_per_second` is at least `least`. Begins with a full bucket.
  explicit Pace(std::uint64_t bytes_per_second);

  /// Takes the tokens of `payload` bytes with what TLS and TCP add to them. The time from which on they may be sent,
  /// `now` or later: who asks later is given a later time, so connections take turns.
  Time take(std::size_t payload, Time now);

  /// Pieces of this size keep a slow line steady: a quarter of a second's worth, 512 to 65,536 bytes.
  std::size_t piece() const;
  std::uint64_t bytes_per_second() const { return rate_; }

  /// Bytes on the wire for so many of a frame: record headers and padding, TCP and IP headers.
  static std::uint64_t on_the_wire(std::size_t payload);

 private:
  const std::uint64_t rate_;
  std::mutex mutex_;
  Time filled_;            // the bucket is full from this time on
  bool begun_ = false;
};

}  // namespace dokaz
