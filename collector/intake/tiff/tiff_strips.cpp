// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/tiff/tiff_strips.hpp"

#include <zlib.h>

#include <array>
#include <string>

namespace dokaz::intake::tiff {
namespace {

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("TIFF: ") + what); }
Error cut() { return fail(Errc::truncated_media, "TIFF: a strip shorter than stated"); }
Error longer() { return bad("a strip longer than stated"); }

/// Bits from the highest to the lowest of each byte.
class Bits {
 public:
  explicit Bits(ByteView bytes) : bytes_(bytes) {}
  std::uint64_t left() const { return std::uint64_t{8} * bytes_.size() - at_; }
  /// At most 16, of which as many are left.
  unsigned peek(unsigned count) const {
    unsigned window = 0;
    const auto first = static_cast<std::size_t>(at_ / 8);
    for (std::size_t i = first; i < first + 3; ++i) window = window << 8 | (i < bytes_.size() ? bytes_[i] : 0u);
    return window >> (24 - count - at_ % 8) & ((1u << count) - 1);
  }
  void skip(unsigned count) { at_ += count; }
  /// Bytes begun so far; the rest of the last one must be 0.
  Result<std::uint64_t> end() const {
    const auto used = static_cast<unsigned>(at_ % 8);
    if (used != 0 && peek(8 - used) != 0) return bad("bits behind the end of a strip");
    return (at_ + 7) / 8;
  }

 private:
  ByteView bytes_;
  std::uint64_t at_ = 0;
};

/// LZW (TIFF 6.0 section 13) in lengths alone: for each code, how many bytes it stands for.
class LzwLengths {
 public:
  LzwLengths(ByteView coded, std::uint64_t expected) : bits_(coded), expected_(expected) { forget(); }

  Result<std::uint64_t> run() {
    if (bits_.left() < width_ || bits_.peek(width_) != clear) return fail(Errc::unsupported_media, "TIFF: old-style LZW");
    while (total_ < expected_) {
      if (bits_.left() < width_) return cut();
      const unsigned code = bits_.peek(width_);
      bits_.skip(width_);
      if (code == end_of_data) return cut();
      if (code == clear) forget();
      else DOKAZ_TRY(take(code));
    }
    if (total_ > expected_) return longer();
    if (bits_.left() >= width_ && bits_.peek(width_) == clear) {  // some writers empty the full table even here
      Bits after = bits_;
      after.skip(width_);
      if (after.left() >= 9 && after.peek(9) == end_of_data) bits_.skip(width_), forget();
    }
    if (bits_.left() >= width_ && bits_.peek(width_) == end_of_data) bits_.skip(width_);
    return bits_.end();
  }

 private:
  static constexpr unsigned clear = 256, end_of_data = 257;

  void forget() {
    next_ = 258;
    width_ = 9;
    before_ = 0;
  }
  Status take(unsigned code) {
    const bool first = before_ == 0;
    if (first ? code > 255 : code > next_ || (code == next_ && next_ >= lengths_.size())) return bad("an LZW code");
    const std::uint64_t length = code < 256 ? 1 : code == next_ ? before_ + 1 : lengths_[code];
    if (!first && next_ < lengths_.size()) lengths_[next_++] = before_ + 1;
    if (next_ >= (1u << width_) - 1 && width_ < 12) ++width_;
    before_ = length;
    total_ += length;
    return {};
  }

  Bits bits_;
  std::uint64_t expected_, total_ = 0, before_ = 0;
  std::array<std::uint64_t, 4096> lengths_{};
  unsigned next_ = 258, width_ = 9;
};

Result<std::uint64_t> packbits_length(ByteView coded, std::uint64_t expected) {
  std::uint64_t total = 0;
  std::size_t at = 0;
  while (total < expected) {
    if (at == coded.size()) return cut();
    const unsigned control = coded[at++];
    if (control == 128) return bad("a PackBits code that says nothing");
    const std::size_t follow = control < 128 ? control + 1 : 1;
    if (coded.size() - at < follow) return cut();
    at += follow;
    total += control < 128 ? control + 1 : 257 - control;
  }
  return total == expected ? Result<std::uint64_t>(at) : longer();
}

class Inflater {
 public:
  Inflater() { DOKAZ_CHECK(inflateInit(&zlib_) == Z_OK); }
  ~Inflater() { inflateEnd(&zlib_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Result<std::uint64_t> run(ByteView coded, std::uint64_t expected) {
    zlib_.next_in = const_cast<Bytef*>(coded.data());
    zlib_.avail_in = static_cast<uInt>(coded.size());  // a file has less than 4 GiB
    std::uint64_t total = 0;
    for (;;) {
      zlib_.next_out = buffer_.data();
      zlib_.avail_out = static_cast<uInt>(buffer_.size());
      const int outcome = inflate(&zlib_, Z_NO_FLUSH);
      total += buffer_.size() - zlib_.avail_out;
      if (total > expected) return longer();
      if (outcome == Z_STREAM_END) break;
      if (outcome == Z_BUF_ERROR) return cut();
      if (outcome != Z_OK) return bad("Deflate data");
    }
    if (total < expected) return cut();
    return coded.size() - zlib_.avail_in;
  }

 private:
  z_stream zlib_{};
  std::array<Byte, 65536> buffer_{};
};

/// Behind the first end mark (two end-of-line codes, which no picture data contain); all where there is none.
Result<std::uint64_t> group4_length(ByteView coded, bool reversed) {
  constexpr std::uint32_t end_mark = 0x001001, mask24 = 0xffffff;
  std::uint32_t window = mask24;
  for (std::size_t i = 0; i < coded.size(); ++i)
    for (unsigned bit = 0; bit < 8; ++bit) {
      window = (window << 1 | (coded[i] >> (reversed ? bit : 7 - bit) & 1u)) & mask24;
      if (window != end_mark) continue;
      const unsigned rest = reversed ? coded[i] >> (bit + 1) : coded[i] & ((1u << (7 - bit)) - 1);
      if (rest != 0) return bad("bits behind the end of a strip");
      return i + 1;
    }
  return coded.size();
}

}  // namespace

Result<std::uint64_t> coded_length(const Page& page, const Strip& strip, ByteView coded) {
  switch (page.codec) {
    case no_codec:
      if (coded.size() < strip.decoded) return cut();
      return strip.decoded;
    case lzw: return LzwLengths(coded, strip.decoded).run();
    case packbits: return packbits_length(coded, strip.decoded);
    case deflate:
    case old_deflate: return Inflater().run(coded, strip.decoded);
    case fax_group4: return group4_length(coded, page.fill == 2);
    default: return coded.size();
  }
}

}  // namespace dokaz::intake::tiff
