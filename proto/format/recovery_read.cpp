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

/// The stretch of the clean copy that a window may refer to.
struct SourceSegment {
  const Readable& clean;
  std::uint64_t at = 0, size = 0;
};

class WindowReader {
 public:
  WindowReader(SourceSegment source, ByteView data, ByteView instructions, ByteView addresses, std::uint64_t size,
               Bytes& out)
      : source_(source), data_(data), instructions_(instructions), addresses_(addresses), size_(size), out_(out) {}

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
  std::uint64_t written() const { return out_.size(); }

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
    DOKAZ_LET(address, cache_.read(mode, source_.size + written(), addresses_));
    if (address < source_.size) {
      const std::uint64_t part = std::min(size, source_.size - address);
      out_.resize(out_.size() + static_cast<std::size_t>(part));
      DOKAZ_TRY(source_.clean.read(std::span(out_).last(static_cast<std::size_t>(part)), source_.at + address));
      address += part;
      size -= part;
    }
    // What is copied from the target may overlap what it makes, so byte by byte.
    for (auto at = static_cast<std::size_t>(address - source_.size); size > 0; --size) out_.push_back(Byte{out_[at++]});
    return {};
  }

  SourceSegment source_;
  Section data_, instructions_, addresses_;
  std::uint64_t size_;
  Bytes& out_;
  AddressCache cache_;
};

/// The front of a window, up to the length of what follows.
struct WindowHead {
  std::uint64_t source_at = 0, source_size = 0, length = 0;
};

/// `instructions` of one byte, each with sizes and addresses of nine, make windows several times their target.
constexpr std::uint64_t delta_window_cap = 24 * recovery_window_cap;
/// An indicator and three numbers of at most nine bytes.
constexpr std::size_t longest_head = 28;

Result<WindowHead> read_head(Section& delta, std::uint64_t clean_size) {
  WindowHead head;
  DOKAZ_LET(indicator, delta.byte());
  if (indicator != 0 && indicator != win_source) return bad("kind of window not supported");
  if (indicator == win_source) {
    DOKAZ_LET(length, delta.number());
    DOKAZ_LET(position, delta.number());
    if (position > clean_size || length > clean_size - position) return bad("outside the clean copy");
    head.source_at = position;
    head.source_size = length;
  }
  DOKAZ_LET(length, delta.number());
  if (length > delta_window_cap) return bad("window too long");
  head.length = length;
  return head;
}

/// The window's part of the original, in the place of what `out` held; at most `left` bytes.
Status read_window(const WindowHead& head, ByteView body, const Readable& clean, std::uint64_t left, Bytes& out) {
  Section window(body);
  DOKAZ_LET(size, window.number());
  if (size == 0 || size > recovery_window_cap) return bad("window size");
  if (size > left) return bad("more than the original");
  DOKAZ_LET(compressed, window.byte());
  if (compressed != 0) return bad("compressed section");
  DOKAZ_LET(data_size, window.number());
  DOKAZ_LET(instructions_size, window.number());
  DOKAZ_LET(addresses_size, window.number());
  DOKAZ_LET(data, window.take(data_size));
  DOKAZ_LET(instructions, window.take(instructions_size));
  DOKAZ_LET(addresses, window.take(addresses_size));
  if (!window.done()) return bad("unused bytes");
  out.clear();
  return WindowReader({clean, head.source_at, head.source_size}, data, instructions, addresses, size, out).run();
}

}  // namespace

RecoveryReader::RecoveryReader(const Readable& clean, std::uint64_t original_size, Sink sink)
    : clean_(clean), original_size_(original_size), sink_(std::move(sink)) {}

/// How many bytes the window at the front has; 0 where it is not whole yet.
Result<std::size_t> RecoveryReader::take_window(ByteView delta) {
  Section front(delta);
  const auto head = read_head(front, clean_.size());
  if (!head && delta.size() < longest_head) return std::size_t{0};  // finish() knows whether more was to come
  if (!head) return head.error();
  if (front.left() < head->length) return std::size_t{0};
  DOKAZ_LET(body, front.take(head->length));
  DOKAZ_TRY(read_window(*head, body, clean_, original_size_ - done_, window_));
  done_ += window_.size();
  DOKAZ_TRY(sink_(window_));
  return delta.size() - front.left();
}

Status RecoveryReader::take_header(ByteView& delta) {
  if (begun_ || delta.size() < file_header.size()) return {};
  if (!std::ranges::equal(delta.first(file_header.size()), file_header)) return bad("header");
  delta = delta.subspan(file_header.size());
  begun_ = true;
  return {};
}

Status RecoveryReader::feed(ByteView delta) {
  const bool holds = !held_.empty();
  if (holds) append(held_, delta);
  ByteView rest = holds ? ByteView(held_) : delta;
  DOKAZ_TRY(take_header(rest));
  while (begun_ && !rest.empty()) {
    DOKAZ_LET(taken, take_window(rest));
    if (taken == 0) break;
    rest = rest.subspan(taken);
  }
  if (holds) held_.erase(held_.begin(), held_.end() - static_cast<std::ptrdiff_t>(rest.size()));
  else held_ = to_bytes(rest);
  return {};
}

Status RecoveryReader::finish() {
  if (!begun_ || !held_.empty()) return bad("cut off");
  if (done_ != original_size_) return bad("another size than the original");
  return {};
}

Result<Bytes> apply_recovery(ByteView recovery, ByteView clean, std::uint64_t original_size) {
  Bytes out;
  out.reserve(static_cast<std::size_t>(std::min(original_size, clean.size() + recovery.size() + 1)));
  const ReadableBytes source(clean);
  RecoveryReader reader(source, original_size, [&](ByteView bytes) -> Status {
    append(out, bytes);
    return {};
  });
  DOKAZ_TRY(reader.feed(recovery));
  DOKAZ_TRY(reader.finish());
  return out;
}

}  // namespace dokaz
