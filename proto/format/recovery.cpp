// SPDX-License-Identifier: GPL-3.0-or-later
// The writing side: few instructions, one kind of address, so that any VCDIFF reader gives the original.
#include "proto/format/recovery.hpp"

#include "crypto/check.hpp"
#include "proto/format/vcdiff.hpp"

namespace dokaz {
namespace {

using namespace vcdiff;

/// One target window under construction (RFC 3284 section 4.3).
class Window {
 public:
  std::uint64_t room() const { return recovery_window - target_; }
  bool empty() const { return target_ == 0; }

  /// False where the source segment would grow over what readers keep in memory.
  bool can_copy(std::uint64_t offset, std::uint64_t length) const {
    if (!has_source_) return true;
    return std::max(last_, offset + length) - std::min(first_, offset) <= source_span;
  }

  void copy(std::uint64_t offset, std::uint64_t length) {
    first_ = has_source_ ? std::min(first_, offset) : offset;
    last_ = has_source_ ? std::max(last_, offset + length) : offset + length;
    has_source_ = true;
    parts_.push_back({true, offset, length, {}});
    target_ += length;
  }
  void add(ByteView bytes) {
    parts_.push_back({false, 0, bytes.size(), bytes});
    target_ += bytes.size();
  }

  void write_to(Bytes& out) const {
    Bytes data, instructions, addresses;
    for (const Part& part : parts_) {
      if (part.from_clean) {
        put_sized(instructions, part.length, copy_self_any, part.length >= 4 && part.length <= 18
                      ? static_cast<Byte>(copy_self_any + part.length - 3) : Byte{0});
        put_number(addresses, part.offset - first_);
      } else {
        put_sized(instructions, part.length, add_any,
                  part.length <= 17 ? static_cast<Byte>(add_any + part.length) : Byte{0});
        append(data, part.bytes);
      }
    }
    out.push_back(has_source_ ? win_source : Byte{0});
    if (has_source_) {
      put_number(out, last_ - first_);
      put_number(out, first_);
    }
    Bytes body;
    put_number(body, target_);
    body.push_back(0);  // Delta_Indicator: nothing compressed
    put_number(body, data.size());
    put_number(body, instructions.size());
    put_number(body, addresses.size());
    put_number(out, body.size() + data.size() + instructions.size() + addresses.size());
    for (const Bytes* section : {&body, &data, &instructions, &addresses}) append(out, *section);
  }

 private:
  static constexpr std::uint64_t source_span = std::uint64_t{16} << 20;
  struct Part {
    bool from_clean;
    std::uint64_t offset, length;
    ByteView bytes;
  };

  static void put_sized(Bytes& to, std::uint64_t length, Byte any, Byte exact) {
    to.push_back(exact ? exact : any);
    if (!exact) put_number(to, length);
  }

  std::vector<Part> parts_;
  std::uint64_t target_ = 0;
  std::uint64_t first_ = 0, last_ = 0;
  bool has_source_ = false;
};

}  // namespace

Bytes encode_recovery(std::span<const RecoveryStep> steps) {
  Bytes out = to_bytes(ByteView(file_header));
  Window window;
  const auto close = [&] {
    if (!window.empty()) window.write_to(out);
    window = Window();
  };
  for (const RecoveryStep& step : steps) {
    const bool copies = step.from == RecoveryStep::From::clean_copy;
    const std::uint64_t length = copies ? step.length : step.bytes.size();
    for (std::uint64_t done = 0; done < length;) {
      if (window.room() == 0) close();
      const std::uint64_t part = std::min(length - done, window.room());
      if (copies) {
        if (!window.can_copy(step.offset + done, part)) {
          close();
          continue;
        }
        window.copy(step.offset + done, part);
      } else {
        window.add(step.bytes.subspan(static_cast<std::size_t>(done), static_cast<std::size_t>(part)));
      }
      done += part;
    }
  }
  close();
  return out;
}

}  // namespace dokaz
