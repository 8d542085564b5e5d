// SPDX-License-Identifier: GPL-3.0-or-later
// Boxes of ISO-BMFF (ISO/IEC 14496-12, 4.2) and QuickTime atoms: read over any content, written in one form.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "collector/intake/plan/content.hpp"

namespace dokaz::intake::bmff {

/// Four characters as one number; any bytes may stand there.
using Type = std::uint32_t;
constexpr Type type(const char (&name)[5]) {
  Type out = 0;
  for (int i = 0; i < 4; ++i) out = out << 8 | static_cast<Byte>(name[i]);
  return out;
}
/// For lists and refusals: its letters, digits, '-' and '_', or "unnamed" where it has none.
std::string plain_name(Type type);

struct Box {
  Type type = 0;
  std::uint64_t offset = 0;        ///< of the header
  std::uint64_t size = 0;          ///< header included
  std::uint32_t header = 8;        ///< bytes: 8, or 16 with a 64-bit size, and 16 more for `uuid`
  std::array<Byte, 16> uuid{};     ///< zeros unless the type is `uuid`

  std::uint64_t payload() const { return offset + header; }
  std::uint64_t payload_size() const { return size - header; }
  std::uint64_t end() const { return offset + size; }
};

/// Whether a size of 0 is understood as "to the end"; only the last box of a file may have it.
enum class OpenEnd : bool { refused, allowed };

/// The box at `offset`, which ends at `end` at the latest: `truncated_media` where the header or the
/// stated size goes beyond, `malformed_media` where the size is less than the header's.
Result<Box> box_at(const Content& content, std::uint64_t offset, std::uint64_t end,
                   OpenEnd open = OpenEnd::refused);

/// The boxes that fill [offset, end) exactly, one after another: `malformed_media` where they do not,
/// `too_large` for more than `most`. Not recursive; callers go down by fixed depths.
Result<std::vector<Box>> boxes_in(const Content& content, std::uint64_t offset, std::uint64_t end,
                                  std::size_t most = 4096);

/// Big-endian fields one after another. Where they end early, zeros come and `ok()` is false from then on.
class Fields {
 public:
  explicit Fields(ByteView bytes) : rest_(bytes) {}
  Byte u8() { return static_cast<Byte>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u24() { return static_cast<std::uint32_t>(number(3)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  /// 1 to 8 bytes.
  std::uint64_t number(std::size_t size) {
    std::uint64_t out = 0;
    for (const Byte byte : bytes(size)) out = out << 8 | byte;
    return out;
  }
  ByteView bytes(std::uint64_t size) {
    if (size > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const ByteView out = rest_.first(static_cast<std::size_t>(size));
    rest_ = rest_.subspan(out.size());
    return out;
  }
  void skip(std::uint64_t size) { bytes(size); }
  ByteView rest() const { return rest_; }
  bool ok() const { return ok_; }
  /// All was there, and nothing is left.
  bool done() const { return ok_ && rest_.empty(); }

 private:
  ByteView rest_;
  bool ok_ = true;
};

/// Writes boxes with 32-bit sizes; the caller keeps the whole below 4 GiB.
class BoxWriter {
 public:
  BoxWriter& begin(Type type);
  BoxWriter& begin_full(Type type, Byte version = 0, std::uint32_t flags = 0);
  /// Of the innermost open box.
  BoxWriter& end();
  BoxWriter& u8(std::uint64_t value) { return number(value, 1); }
  BoxWriter& u16(std::uint64_t value) { return number(value, 2); }
  BoxWriter& u24(std::uint64_t value) { return number(value, 3); }
  BoxWriter& u32(std::uint64_t value) { return number(value, 4); }
  BoxWriter& u64(std::uint64_t value) { return number(value, 8); }
  BoxWriter& number(std::uint64_t value, std::size_t size) {
    while (size-- > 0) out_.push_back(static_cast<Byte>(value >> (8 * size)));
    return *this;
  }
  BoxWriter& raw(ByteView bytes) { return append(out_, bytes), *this; }
  BoxWriter& zeros(std::size_t count) { return out_.resize(out_.size() + count), *this; }
  std::size_t size() const { return out_.size(); }
  /// What was written from `at` on; good until more is written.
  ByteView from(std::size_t at) const { return ByteView(out_).subspan(at); }
  /// All boxes must be closed.
  Bytes take();

 private:
  Bytes out_;
  std::vector<std::size_t> open_;
};

}  // namespace dokaz::intake::bmff
