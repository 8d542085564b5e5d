// SPDX-License-Identifier: GPL-3.0-or-later
// Big-endian numbers, bits and boxes from the front of bytes, for the second opinion.
#pragma once

#include <optional>

#include "crypto/bytes.hpp"

namespace dokaz::intake::check {

/// Beyond the end come zeros, and `good()` is false for ever.
class Cursor {
 public:
  explicit Cursor(ByteView bytes) : rest_(bytes) {}
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const Byte byte : take(size)) value = (value << 8) + byte;
    return value;
  }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint32_t u16() { return static_cast<std::uint32_t>(number(2)); }
  std::uint32_t u8() { return static_cast<std::uint32_t>(number(1)); }
  ByteView take(std::uint64_t size) {
    const bool there = good_ && size <= rest_.size();
    good_ = there;
    const ByteView front = there ? rest_.first(static_cast<std::size_t>(size)) : ByteView();
    rest_ = there ? rest_.subspan(front.size()) : ByteView();
    return front;
  }
  ByteView rest() const { return rest_; }
  bool good() const { return good_; }

 private:
  ByteView rest_;
  bool good_ = true;
};

/// Bits from the front; zeros beyond the end.
class BitCursor {
 public:
  explicit BitCursor(ByteView bytes) : bytes_(bytes) {}
  std::uint32_t bits(unsigned count) {
    std::uint32_t value = 0;
    while (count-- > 0) {
      const std::size_t byte = at_ >> 3;
      value = value * 2 + (byte < bytes_.size() && bytes_[byte] & (0x80u >> (at_ & 7)) ? 1 : 0);
      ++at_;
    }
    return value;
  }
  bool bit() { return bits(1) == 1; }
  bool good() const { return at_ <= 8 * bytes_.size(); }
  std::size_t left() const { return good() ? 8 * bytes_.size() - at_ : 0; }

 private:
  ByteView bytes_;
  std::size_t at_ = 0;
};

struct BoxView {
  std::string_view type;
  ByteView body;
};

/// The box at the front of `from`. Nothing where it is not whole; `last_may_be_open`: a size of 0 means all the rest.
inline std::optional<BoxView> next_box(Cursor& from, bool last_may_be_open = false) {
  std::uint64_t size = from.u32(), head = 8;
  const ByteView type = from.take(4);
  if (size == 1) {
    size = from.number(8);
    head = 16;
  } else if (size == 0 && last_may_be_open) {
    size = head + from.rest().size();
  }
  if (!from.good() || size < head) return std::nullopt;
  const ByteView body = from.take(size - head);
  if (!from.good()) return std::nullopt;
  return BoxView{text_of(type), body};
}

}  // namespace dokaz::intake::check
