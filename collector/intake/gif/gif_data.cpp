// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/gif/gif_data.hpp"

namespace dokaz::intake::gif {
namespace {

constexpr std::size_t fullest = 255;
constexpr unsigned most_codes = 4096;

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("GIF: ") + what); }
Error cut(const char* what) { return fail(Errc::truncated_media, std::string("GIF: ") + what); }

/// Bits from the lowest of each byte on, over all blocks.
class BlockBits {
 public:
  BlockBits(ByteView file, std::size_t begin) : file_(file), next_(begin) {}
  /// Nothing at the end of the data.
  std::optional<unsigned> read(unsigned count) {
    while (held_ < count) {
      if (left_ == 0) {
        left_ = file_[next_];
        if (left_ == 0) return std::nullopt;
        ++next_;
      }
      bits_ |= std::uint32_t{file_[next_++]} << held_;
      held_ += 8;
      --left_;
    }
    const unsigned value = bits_ & ((1u << count) - 1);
    bits_ >>= count;
    held_ -= count;
    used_ += count;
    return value;
  }
  std::uint64_t used() const { return used_; }

 private:
  ByteView file_;
  std::size_t next_;
  unsigned left_ = 0, held_ = 0;
  std::uint32_t bits_ = 0;
  std::uint64_t used_ = 0;
};

/// Reads codes until `pixels` are told; gives the width of the next code.
Result<unsigned> read_pixels(BlockBits& in, unsigned size, std::uint64_t pixels, Colours& colours) {
  const unsigned clear = 1u << size;
  std::array<std::uint16_t, most_codes> length{};
  std::fill_n(length.begin(), clear, std::uint16_t{1});
  unsigned next = clear + 2, width = size + 1, previous = most_codes;
  while (pixels > 0) {
    const auto code = in.read(width);
    if (!code) return cut("fewer pixels than stated");
    if (*code == clear) {
      next = clear + 2;
      width = size + 1;
      previous = most_codes;
      continue;
    }
    if (*code == clear + 1) return cut("fewer pixels than stated");
    const bool first = previous == most_codes;
    if (*code > next || (first && *code >= clear) || (*code == next && next == most_codes)) return bad("code");
    if (*code < clear) colours.set(*code);
    if (!first && next < most_codes) {
      length[next] = static_cast<std::uint16_t>(length[previous] + 1);
      ++next;
      if (next == 1u << width && width < 12) ++width;
    }
    if (length[*code] > pixels) return bad("more pixels than stated");
    pixels -= length[*code];
    previous = *code;
  }
  return width;
}

}  // namespace

Result<std::size_t> end_of_blocks(ByteView file, std::size_t begin) {
  for (;;) {
    if (begin >= file.size()) return cut("a block is cut");
    const std::size_t length = file[begin++];
    if (length == 0) return begin;
    if (length > file.size() - begin) return cut("a block is cut");
    begin += length;
  }
}

Bytes content_of_blocks(ByteView file, std::size_t begin, std::uint64_t from, std::size_t cap) {
  Bytes out;
  for (std::size_t length = 0; (length = file[begin]) != 0 && out.size() < cap; begin += 1 + length) {
    const std::size_t skip = static_cast<std::size_t>(std::min<std::uint64_t>(from, length));
    from -= skip;
    append(out, file.subspan(begin + 1 + skip, std::min(length - skip, cap - out.size())));
  }
  return out;
}

Result<FrameData> read_data(ByteView file, std::size_t begin, unsigned size, std::uint64_t pixels) {
  FrameData out;
  out.begin = begin;
  DOKAZ_LET(end, end_of_blocks(file, begin));
  out.end = end;
  bool full = true;  // all blocks but the last
  for (std::size_t at = begin; file[at] != 0; at += 1 + std::size_t{file[at]}) {
    if (out.bytes % fullest != 0) full = false;
    out.bytes += file[at];
  }
  BlockBits in(file, begin);
  DOKAZ_LET(width, read_pixels(in, size, pixels, out.colours));
  out.kept = in.used() / 8;
  const unsigned part = in.used() % 8;
  const Bytes there = content_of_blocks(file, begin, out.kept, out.tail.size());
  std::uint32_t bits = ((1u << size) + 1) << part;
  if (part > 0) bits |= there[0] & ((1u << part) - 1);
  out.tail_size = (part + width + 7) / 8;
  for (unsigned i = 0; i < out.tail_size; ++i, bits >>= 8) out.tail[i] = static_cast<Byte>(bits);
  out.as_written = full && out.bytes == out.wanted() && std::equal(there.begin(), there.end(), out.tail.begin());
  return out;
}

void write_data(const FrameData& data, ByteView file, CleanPlan& out) {
  if (data.as_written) return out.copy(data.begin, data.end - data.begin);
  std::size_t next = data.begin, left = 0;
  std::uint64_t done = 0;
  while (done < data.wanted()) {
    const std::uint64_t end = done + std::min<std::uint64_t>(fullest, data.wanted() - done);
    out.put(Bytes{static_cast<Byte>(end - done)});
    while (done < std::min(end, data.kept)) {
      if (left == 0) left = file[next++];
      const std::uint64_t part = std::min<std::uint64_t>(left, std::min(end, data.kept) - done);
      out.copy(next, part);
      next += static_cast<std::size_t>(part);
      left -= static_cast<std::size_t>(part);
      done += part;
    }
    if (done < end) {
      out.put(ByteView(data.tail).subspan(static_cast<std::size_t>(done - data.kept), static_cast<std::size_t>(end - done)));
      done = end;
    }
  }
  out.put(Bytes{0});
}

}  // namespace dokaz::intake::gif
