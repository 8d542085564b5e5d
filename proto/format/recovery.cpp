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
    parts_.push_back({true, offset, length});
    target_ += length;
  }
  /// `length` bytes, which the caller puts into the span.
  std::span<Byte> add(std::uint64_t length) {
    parts_.push_back({false, 0, length});
    target_ += length;
    data_.resize(data_.size() + static_cast<std::size_t>(length));
    return std::span(data_).last(static_cast<std::size_t>(length));
  }

  Bytes bytes() const {
    Bytes instructions, addresses;
    for (const Part& part : parts_) {
      if (part.from_clean) {
        put_sized(instructions, part.length, copy_self_any, part.length >= 4 && part.length <= 18
                      ? static_cast<Byte>(copy_self_any + part.length - 3) : Byte{0});
        put_number(addresses, part.offset - first_);
      } else {
        put_sized(instructions, part.length, add_any,
                  part.length <= 17 ? static_cast<Byte>(add_any + part.length) : Byte{0});
      }
    }
    Bytes out;
    out.push_back(has_source_ ? win_source : Byte{0});
    if (has_source_) {
      put_number(out, last_ - first_);
      put_number(out, first_);
    }
    Bytes body;
    put_number(body, target_);
    body.push_back(0);  // Delta_Indicator: nothing compressed
    put_number(body, data_.size());
    put_number(body, instructions.size());
    put_number(body, addresses.size());
    put_number(out, body.size() + data_.size() + instructions.size() + addresses.size());
    for (const ByteView section : {ByteView(body), ByteView(data_), ByteView(instructions), ByteView(addresses)})
      append(out, section);
    return out;
  }

  void clear() {
    parts_.clear();
    data_.clear();
    target_ = first_ = last_ = 0;
    has_source_ = false;
  }

 private:
  static constexpr std::uint64_t source_span = std::uint64_t{16} << 20;
  struct Part {
    bool from_clean;
    std::uint64_t offset, length;
  };

  static void put_sized(Bytes& to, std::uint64_t length, Byte any, Byte exact) {
    to.push_back(exact ? exact : any);
    if (!exact) put_number(to, length);
  }

  std::vector<Part> parts_;
  Bytes data_;
  std::uint64_t target_ = 0;
  std::uint64_t first_ = 0, last_ = 0;
  bool has_source_ = false;
};

}  // namespace

Status write_recovery(std::span<const RecoveryStep> steps, const Readable& original, const Sink& sink) {
  DOKAZ_TRY(sink(file_header));
  Window window;
  const auto close = [&]() -> Status {
    if (!window.empty()) DOKAZ_TRY(sink(window.bytes()));
    window.clear();
    return {};
  };
  std::uint64_t at = 0;
  for (const RecoveryStep& step : steps) {
    const bool copies = step.from == RecoveryStep::From::clean_copy;
    if (step.length > original.size() - at) return fail(Errc::internal, "recovery longer than the original");
    for (std::uint64_t done = 0; done < step.length;) {
      if (window.room() == 0) DOKAZ_TRY(close());
      const std::uint64_t part = std::min(step.length - done, window.room());
      if (copies) {
        if (!window.can_copy(step.offset + done, part)) {
          DOKAZ_TRY(close());
          continue;
        }
        window.copy(step.offset + done, part);
      } else {
        DOKAZ_TRY(original.read(window.add(part), at + done));
      }
      done += part;
    }
    at += step.length;
  }
  if (at != original.size()) return fail(Errc::internal, "recovery shorter than the original");
  return close();
}

Bytes encode_recovery(std::span<const RecoveryStep> steps, ByteView original) {
  Bytes out;
  const Status written = write_recovery(steps, ReadableBytes(original), [&](ByteView bytes) -> Status {
    append(out, bytes);
    return {};
  });
  DOKAZ_CHECK(written.has_value());
  return out;
}

}  // namespace dokaz
