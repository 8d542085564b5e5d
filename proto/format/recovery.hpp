// SPDX-License-Identifier: GPL-3.0-or-later
// Recovery: a VCDIFF delta (RFC 3284) whose source is the clean copy and whose target is the original.
// Written and read window by window, in constant memory.
#pragma once

#include <cstdint>
#include <span>

#include "crypto/bytes.hpp"
#include "crypto/readable.hpp"
#include "crypto/result.hpp"

namespace dokaz {

/// One stretch of the original, which follows the one before: bytes of the clean copy, or bytes that only
/// recovery holds.
struct RecoveryStep {
  enum class From { clean_copy, recovery };
  From from = From::recovery;
  std::uint64_t offset = 0;  ///< in the clean copy; clean_copy only
  std::uint64_t length = 0;

  static RecoveryStep copy(std::uint64_t offset, std::uint64_t length) { return {From::clean_copy, offset, length}; }
  static RecoveryStep literal(std::uint64_t length) { return {From::recovery, 0, length}; }
};

/// Largest target window that `write_recovery` writes.
inline constexpr std::uint64_t recovery_window = std::uint64_t{1} << 20;
/// Largest target window that a reader accepts.
inline constexpr std::uint64_t recovery_window_cap = std::uint64_t{8} << 20;

/// The delta whose target is the original, which the steps describe from front to end; one call of the sink
/// for the header and one for each window. Equal steps and originals give equal bytes. Default code table, no
/// secondary compression, no application header, no checksum; ADD and COPY in mode VCD_SELF only.
/// `internal` where the steps together are not as long as the original; the failures of both ends.
Status write_recovery(std::span<const RecoveryStep> steps, const Readable& original, const Sink& sink);
/// The same for an original in memory.
Bytes encode_recovery(std::span<const RecoveryStep> steps, ByteView original);

/// Rebuilds an original from its clean copy and the delta as it comes in.
/// Reads the whole default code table, so also what other encoders write without extensions;
/// refuses VCD_TARGET windows, code tables, secondary compression and checksums.
/// Holds one window and what has come of its delta, which is capped.
class RecoveryReader {
 public:
  /// `sink` gets the original in order, one window at a time. All that is referred to must live as long.
  RecoveryReader(const Readable& clean, std::uint64_t original_size, Sink sink);

  /// The next bytes of the delta, cut anywhere. `malformed` where it lies about a length, reaches outside the
  /// clean copy, or gives more than the original; the failures of clean copy and sink. Not to be used after one.
  Status feed(ByteView delta);
  /// After the last byte: `malformed` where the delta is cut or gave less than the original.
  Status finish();

 private:
  Status take_header(ByteView& delta);
  Result<std::size_t> take_window(ByteView delta);

  const Readable& clean_;
  std::uint64_t original_size_, done_ = 0;
  Sink sink_;
  Bytes held_;      // what is not a whole window yet
  Bytes window_;
  bool begun_ = false;
};

/// The original, exactly `original_size` bytes; the caller has already capped that size. As RecoveryReader.
/// Allocates no more than `original_size` and one window.
Result<Bytes> apply_recovery(ByteView recovery, ByteView clean, std::uint64_t original_size);

}  // namespace dokaz
