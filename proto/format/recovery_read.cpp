// SPDX-License-Identifier: GPL-3.0-or-later
// The reading side: strict, and bounded by what the caller expects before anything is allocated.
#include "proto/format/recovery.hpp"
#include "proto/format/vcdiff.hpp"

namespace dokaz {
namespace {

using namespace vcdiff;

Error bad(const char* what) { return fail(Errc::malformed, std::string("recovery: ") + what); }

/// A section that must be used up exactly.
class Section {
 public:
  explicit Section(ByteView bytes) : rest_(bytes) {}
  bool done() const { return rest_.empty(); }
  std::size_t left() const { return rest_.size(); }

  Result<ByteView> take(std::uint64_t count) {
    if (count > rest_.size()) return bad("cut off");
    const ByteView taken = rest_.first(static_cast<std::size_t>(count));
    rest_ = rest_.subspan(static_cast<std::size_t>(count));
    return taken;
  }
  Result<Byte> byte() {
    DOKAZ_LET(one, take(1));
    return one[0];
  }
  /// No leading zero digit, at most 63 bits.
  Result<std::uint64_t> number() {
    std::uint64_t value = 0;
    for (int digits = 0; digits < 9; ++digits) {
      DOKAZ_LET(digit, byte());
      if (digits == 0 && digit == 0x80) return bad("number not canonical");
      value = value << 7 | (digit & 0x7f);
      if (!(digit & 0x80)) return value;
    }
    return bad("number too large");
  }

 private:
  ByteView rest_;
};

/// Section 5.1 to 5.3.
class AddressCache {
 public:
  Result<std::uint64_t> read(Byte mode, std::uint64_t here, Section& addresses) {
    std::uint64_t address = 0;
    if (mode <= 5) {
      DOKAZ_LET(value, addresses.number());
      if (mode == 0) address = value;
      else if (mode == 1) address = here - value;  // wraps where it lies; caught below
      else address = near_[mode - 2u] + value;
    } else {
      DOKAZ_LET(low, addresses.byte());
      address = same_[(mode - 6u) * 256u + low];
    }
    if (address >= here) return bad("address outside");
    near_[next_] = address;
    next_ = (next_ + 1) % near_.size();
    same_[address % same_.size()] = address;
    return address;
  }

 private:
  std::array<std::uint64_t, 4> near_{};
  std::array<std::uint64_t, 768> same_{};
  std::size_t next_ = 0;
};

class WindowReader {
 public:
  WindowReader(ByteView source, ByteView data, ByteView instructions, ByteView addresses, std::uint64_t size,
               Bytes& out)
      : source_(source), data_(data), instructions_(instructions), addresses_(addresses), size_(size),
        start_(out.size()), out_(out) {}

  Status run() {
    static constexpr auto table = default_code_table();
    while (!instructions_.done()) {
      DOKAZ_LET(code, instructions_.byte());
      DOKAZ_TRY(perform(table[code].first));
      if (table[code].second.kind != Kind::nothing) DOKAZ_TRY(perform(table[code].second));
    }
    if (written() != size_) return bad("window of another size than declared");
    if (!data_.done() || !addresses_.done()) return bad("unused bytes");
    return {};
  }

 private:
  std::uint64_t written() const { return out_.size() - start_; }

  Status perform(Instruction instruction) {
    std::uint64_t size = instruction.size;
    if (size == 0) {
      DOKAZ_LET(stated, instructions_.number());
      size = stated;
    }
    if (size == 0 || size > size_ - written()) return bad("instruction does not fit its window");
    switch (instruction.kind) {
      case Kind::add: {
        DOKAZ_LET(bytes, data_.take(size));
        append(out_, bytes);
        return {};
      }
      case Kind::run: {
        DOKAZ_LET(value, data_.byte());
        out_.insert(out_.end(), static_cast<std::size_t>(size), value);
        return {};
      }
      case Kind::copy: return copy(instruction.mode, size);
      case Kind::nothing: break;
    }
    return bad("empty instruction");
  }

  Status copy(Byte mode, std::uint64_t size) {
    DOKAZ_LET(address, cache_.read(mode, source_.size() + written(), addresses_));
    if (address < source_.size()) {
      const std::uint64_t part = std::min(size, source_.size() - address);
      append(out_, source_.subspan(static_cast<std::size_t>(address), static_cast<std::size_t>(part)));
      address += part;
      size -= part;
    }
    // What is copied from the target may overlap what it makes, so byte by byte.
    for (std::size_t at = start_ + static_cast<std::size_t>(address - source_.size()); size > 0; --size)
      out_.push_back(Byte{out_[at++]});
    return {};
  }

  ByteView source_;
  Section data_, instructions_, addresses_;
  std::uint64_t size_;
  std::size_t start_;
  Bytes& out_;
  AddressCache cache_;
};

Status read_window(Section& delta, ByteView clean, std::uint64_t original_size, Bytes& out) {
  DOKAZ_LET(indicator, delta.byte());
  if (indicator != 0 && indicator != win_source) return bad("kind of window not supported");
  ByteView source;
  if (indicator == win_source) {
    DOKAZ_LET(length, delta.number());
    DOKAZ_LET(position, delta.number());
    if (position > clean.size() || length > clean.size() - position) return bad("outside the clean copy");
    source = clean.subspan(static_cast<std::size_t>(position), static_cast<std::size_t>(length));
  }
  DOKAZ_LET(length, delta.number());
  DOKAZ_LET(body, delta.take(length));
  Section window(body);
  DOKAZ_LET(size, window.number());
  if (size == 0 || size > recovery_window_cap) return bad("window size");
  if (size > original_size - out.size()) return bad("more than the original");
  DOKAZ_LET(compressed, window.byte());
  if (compressed != 0) return bad("compressed section");
  DOKAZ_LET(data_size, window.number());
  DOKAZ_LET(instructions_size, window.number());
  DOKAZ_LET(addresses_size, window.number());
  DOKAZ_LET(data, window.take(data_size));
  DOKAZ_LET(instructions, window.take(instructions_size));
  DOKAZ_LET(addresses, window.take(addresses_size));
  if (!window.done()) return bad("unused bytes");
  return WindowReader(source, data, instructions, addresses, size, out).run();
}

}  // namespace

Result<Bytes> apply_recovery(ByteView recovery, ByteView clean, std::uint64_t original_size) {
  Section delta(recovery);
  DOKAZ_LET(header, delta.take(file_header.size()));
  if (!std::equal(header.begin(), header.end(), file_header.begin())) return bad("header");
  Bytes out;
  out.reserve(static_cast<std::size_t>(std::min(original_size, clean.size() + recovery.size() + 1)));
  while (!delta.done()) DOKAZ_TRY(read_window(delta, clean, original_size, out));
  if (out.size() != original_size) return bad("another size than the original");
  return out;
}

}  // namespace dokaz
