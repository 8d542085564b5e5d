// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the codes of a lossless WebP bitstream (RFC 9649, section 3) without making pixels of them, to find its end.
#pragma once

#include <array>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::intake::webp {

/// Bits from the lowest of each byte on. Reading beyond the end gives zeros and is remembered.
class LowBits {
 public:
  explicit LowBits(ByteView bytes) : bytes_(bytes) {}
  /// At most 24 bits.
  std::uint32_t read(unsigned count) {
    const std::uint32_t value = peek() & ((1u << count) - 1);
    return skip(count), value;
  }
  /// At least 24 bits, the next one lowest.
  std::uint32_t peek() {
    while (held_ < 32 && at_ < bytes_.size()) {
      bits_ |= std::uint64_t{bytes_[at_++]} << held_;
      held_ += 8;
    }
    return static_cast<std::uint32_t>(bits_);
  }
  void skip(unsigned count) {
    if (count > held_) overdrawn_ = true, held_ = count;
    bits_ >>= count;
    held_ -= count;
  }
  bool overdrawn() const { return overdrawn_; }
  /// Bytes of which at least one bit was read.
  std::size_t used() const { return at_ - held_ / 8; }
  /// Bits of the last of those bytes that were not.
  unsigned spare() const { return held_ % 8; }

 private:
  ByteView bytes_;
  std::size_t at_ = 0;
  std::uint64_t bits_ = 0;
  unsigned held_ = 0;
  bool overdrawn_ = false;
};

class Vp8lReader {
 public:
  explicit Vp8lReader(ByteView bytes) : in_(bytes) {}
  LowBits& bits() { return in_; }
  /// All behind the header: transforms, codes and pixels of a picture of that size.
  /// `malformed_media`, `truncated_media`; `too_large` where the codes need more than 128 MiB.
  Status read_picture(std::uint32_t width, std::uint32_t height);

 private:
  /// A prefix code; a code of one symbol takes no bits.
  struct Code {
    std::array<std::uint16_t, 16> count{};  ///< of symbols for each length
    std::uint32_t symbols = 0, quick = 0;   ///< where they begin in the pools
    bool single = false;
  };
  struct Group {
    std::array<Code, 5> codes;  ///< green with lengths and cache, red, blue, alpha, distance
    bool silent = false;        ///< its pixels take no bits
  };
  struct Codes {
    std::vector<Group> groups;
    std::vector<std::uint32_t> blocks;  ///< the entropy image; empty for one group
    unsigned block_bits = 0, cache_bits = 0;
    std::uint32_t blocks_in_row = 0;
  };

  Status read_image(std::uint32_t width, std::uint32_t height, bool main, std::vector<std::uint32_t>* pixels);
  Result<Codes> read_codes(std::uint32_t width, std::uint32_t height, bool main);
  Result<Code> read_code(unsigned alphabet);
  Status read_lengths(std::vector<Byte>& lengths);
  Result<Code> make_code(const std::vector<Byte>& lengths);
  unsigned symbol(const Code& code);
  std::uint32_t prefixed(unsigned symbol);
  Status read_pixels(const Codes& codes, std::uint32_t width, std::uint32_t height, std::vector<std::uint32_t>* pixels);

  LowBits in_;
  std::vector<std::uint16_t> symbols_, quick_;  ///< pools of all codes of one image
};

}  // namespace dokaz::intake::webp
