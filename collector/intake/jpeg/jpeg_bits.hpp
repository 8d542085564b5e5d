// SPDX-License-Identifier: GPL-3.0-or-later
// The bits of entropy-coded data, straight from the file: stuffing is passed over on the way.
#pragma once

#include <bit>
#include <cstring>

#include "crypto/bytes.hpp"

namespace dokaz::intake::jpeg {

/// Ends at the first marker or at the end of the bytes; zeros follow, which overdrawn() tells from data.
class Bits {
 public:
  explicit Bits(ByteView coded) : begin_(coded.data()), next_(coded.data()), end_(coded.data() + coded.size()) {}

  /// At least 56 bits in held().
  void refill() {
    if (end_ - next_ >= 8) {
      std::uint64_t eight;
      std::memcpy(&eight, next_, sizeof eight);
      if (!holds_ff(eight)) {
        if constexpr (std::endian::native == std::endian::little) eight = __builtin_bswap64(eight);
        // Bits of a byte that does not fit whole come again, the same, with the next refill.
        held_ |= eight >> count_;
        next_ += (63 - count_) >> 3;
        count_ |= 56;
        return;
      }
    }
    *this = refilled_slowly(*this);
  }
  /// As many bits as `most`, at most 56.
  void need(unsigned most) {
    if (count_ < most) refill();
  }

  std::uint64_t held() const { return held_; }
  std::uint64_t top(unsigned bits) const { return held_ >> (64 - bits); }
  /// At most as many as the last refill() or need() promised.
  void skip(unsigned bits) {
    held_ <<= bits & 63;
    count_ -= bits & 63;
  }
  void skip_many(std::uint64_t bits) {
    for (; bits > 56 && !overdrawn(); bits -= 56) {
      refill();
      skip(56);
    }
    if (overdrawn()) return;
    refill();
    skip(static_cast<unsigned>(bits));
  }

  /// More bits were skipped than there are.
  bool overdrawn() const { return invented_ > count_; }
  /// Bits of the last byte that were not read; overdrawn() is false.
  unsigned padding() const { return (count_ - invented_) & 7; }
  /// The bytes of which at least one bit was read, stuffing included; overdrawn() is false.
  std::size_t consumed() const {
    const Byte* at = next_;
    for (unsigned unread = (count_ - invented_) >> 3; unread > 0; --unread)
      at -= at - begin_ >= 2 && at[-1] == 0 && at[-2] == 0xff ? 2 : 1;
    return static_cast<std::size_t>(at - begin_);
  }
  /// Where the data end, once they are overdrawn.
  std::size_t stopped_at() const { return static_cast<std::size_t>(next_ - begin_); }

 private:
  static bool holds_ff(std::uint64_t eight) {
    constexpr std::uint64_t ones = 0x0101010101010101, tops = ones << 7;
    return ((~eight - ones) & eight & tops) != 0;
  }
  /// By value, so that the caller's copy can live in registers.
  [[gnu::noinline]] static Bits refilled_slowly(Bits bits) {
    while (bits.count_ < 56) {
      std::uint64_t byte = 0;
      const bool stuffed = bits.end_ - bits.next_ >= 2 && bits.next_[0] == 0xff && bits.next_[1] == 0;
      if (bits.next_ == bits.end_ || (*bits.next_ == 0xff && !stuffed)) {
        bits.invented_ += 8;
      } else {
        byte = *bits.next_;
        bits.next_ += stuffed ? 2 : 1;
      }
      bits.held_ |= byte << (56 - bits.count_);
      bits.count_ += 8;
    }
    return bits;
  }

  const Byte* begin_;
  const Byte* next_;
  const Byte* end_;
  std::uint64_t held_ = 0;               ///< from the top
  unsigned count_ = 0, invented_ = 0;  ///< invented bits are behind all others
};

}  // namespace dokaz::intake::jpeg
