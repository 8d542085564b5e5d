// SPDX-License-Identifier: GPL-3.0-or-later
// Recovery: a VCDIFF delta (RFC 3284) whose source is the clean copy and whose target is the original.
#pragma once

#include <cstdint>
#include <span>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz {

/// One piece of the original: bytes of the clean copy, or bytes that only recovery holds.
struct RecoveryStep {
  enum class From { clean_copy, literal };
  From from = From::literal;
  std::uint64_t offset = 0;  ///< in the clean copy; clean_copy only
  std::uint64_t length = 0;  ///< clean_copy only
  ByteView bytes;            ///< literal only

  static RecoveryStep copy(std::uint64_t offset, std::uint64_t length) {
    return {From::clean_copy, offset, length, {}};
  }
  static RecoveryStep literal(ByteView bytes) { return {From::literal, 0, 0, bytes}; }
};

/// Largest target window that `encode_recovery` writes.
inline constexpr std::uint64_t recovery_window = std::uint64_t{1} << 20;
/// Largest target window that `apply_recovery` accepts.
inline constexpr std::uint64_t recovery_window_cap = std::uint64_t{8} << 20;

/// The delta whose target is the steps one after another. Default code table, no secondary
/// compression, no application header, no checksum; ADD and COPY in mode VCD_SELF only.
Bytes encode_recovery(std::span<const RecoveryStep> steps);

/// The original, exactly `original_size` bytes; the caller has already capped that size.
/// Reads the whole default code table, so also what other encoders write without extensions;
/// refuses VCD_TARGET windows, code tables, secondary compression and checksums.
/// `malformed` where the delta is cut, lies about a length, reaches outside the clean copy, or
/// gives another size. Allocates no more than `original_size` and one window.
Result<Bytes> apply_recovery(ByteView recovery, ByteView clean, std::uint64_t original_size);

}  // namespace dokaz
