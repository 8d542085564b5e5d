// SPDX-License-Identifier: GPL-3.0-or-later
// What a JPEG frame and its scans state, and what follows from it for the coded data.
#pragma once

#include <array>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::intake::jpeg {

inline constexpr unsigned most_scans = 1024;

struct Component {
  Byte id = 0;
  unsigned horizontal = 1, vertical = 1, quantisation = 0;
  bool scanned = false;
  /// By coefficient: the lowest bit that a progressive scan has brought so far.
  std::array<signed char, 64> lowest = none_yet();

  static constexpr signed char nothing = -1;
  static constexpr std::array<signed char, 64> none_yet() {
    std::array<signed char, 64> out{};
    out.fill(nothing);
    return out;
  }
};

/// A scan's component: its place in the frame, its table selectors and whether it was scanned before.
struct ScanComponent {
  std::size_t index = 0;
  unsigned dc = 0, ac = 0, quantisation = 0;
  bool repeated = false;
  Byte id = 0;
};

struct Scan {
  std::vector<ScanComponent> components;
  bool progressive = false;
  unsigned first = 0, last = 63, high = 0, low = 0;  ///< Ss, Se, Ah, Al

  bool uses_dc() const { return first == 0 && high == 0; }
  bool uses_ac() const { return !progressive || first > 0; }
  bool uses_quantisation(unsigned id) const;
  bool repeats_component_of(unsigned quantisation_id) const;
  /// kind 0: DC, 1: AC.
  bool uses_huffman(unsigned kind, unsigned id) const;
};

struct Frame {
  Byte marker = 0;
  std::uint32_t width = 0, height = 0;
  std::vector<Component> components;

  bool progressive() const { return marker == 0xc2; }
  bool complete() const;
  void note_scan(const Scan& scan);
  /// MCUs of an interleaved scan, data units of another.
  std::uint64_t units_in(const Scan& scan) const;
  std::uint64_t blocks_in(const Scan& scan) const;
  /// Fewer bits than these cannot hold the scan's blocks.
  std::uint64_t fewest_bits(const Scan& scan) const;
};

/// 8 bits, 1 to 4 components, 1 to 65500 pixels each way.
/// `unsupported_media` for 12 bits or a height stated later, else `malformed_media`.
Result<Frame> read_frame(Byte marker, ByteView payload);
/// `malformed_media` where the frame's coding process does not allow the scan: among others, each bit
/// of each coefficient comes once.
Result<Scan> read_scan(const Frame& frame, ByteView payload);
/// The whole SOS segment, selectors of unused tables zero.
Bytes scan_segment(const Scan& scan);
/// Length of the table at the front, its id byte included; its codes must exist.
Result<std::size_t> huffman_length(ByteView tables);

}  // namespace dokaz::intake::jpeg
