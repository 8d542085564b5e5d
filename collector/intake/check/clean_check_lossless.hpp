// SPDX-License-Identifier: GPL-3.0-or-later
// The second opinion on where a lossless WebP picture ends: its codes read to the last pixel.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <cstddef>
#include <cstdint>

namespace dokaz::intake::check {

/// Follows RFC 9649, section 3, from behind the header of VP8L, or the first byte of ALPH.
class LosslessReader {
 public:
  explicit LosslessReader(std::string_view bytes) : bytes_(bytes) {}
  /// The bytes that a picture of that size takes; nothing where it is broken, cut, or beyond all measure.
  std::optional<std::size_t> length_of(std::uint32_t width, std::uint32_t height);
  /// After that: bits of the last byte that no code has.
  unsigned bits_left() const { return static_cast<unsigned>((8 - at_ % 8) % 8); }

 private:
  /// Symbols in the order of their codes, and for each length the first code and where its symbols begin.
  struct PrefixCode {
    std::vector<std::uint16_t> symbols;
    std::uint32_t first[17] = {}, place[17] = {};
    std::vector<std::uint16_t> by_byte;  ///< length * 4096 + symbol by the next eight bits, 0 for longer codes
  };
  using Set = std::vector<PrefixCode>;  // five
  using Pixels = std::vector<std::uint32_t>;

  std::uint32_t take(unsigned bits);
  std::uint32_t next(const PrefixCode& code);
  std::uint32_t extended(std::uint32_t symbol);
  bool read_code(PrefixCode& code, unsigned alphabet);
  bool arrange(PrefixCode& code, const std::vector<unsigned>& lengths);
  bool image(std::uint32_t width, std::uint32_t height, bool outermost, Pixels* pixels);
  bool fill(const std::vector<Set>& sets, const Pixels& which, unsigned tile, std::uint32_t width, std::uint32_t height,
            unsigned cache, Pixels* pixels);
  bool beyond() const { return at_ > bytes_.size() * 8; }

  std::string_view bytes_;
  std::uint64_t at_ = 0;  ///< in bits
  std::size_t weight_ = 0;
};

}  // namespace dokaz::intake::check
