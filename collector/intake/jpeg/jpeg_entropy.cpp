// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/jpeg/jpeg_entropy.hpp"

#include <bit>
#include <cstring>

namespace dokaz::intake::jpeg {
namespace {

/// No block takes more bytes, so that a look at the bits behind the end needs no test.
constexpr std::size_t longest_block = 64 * (16 + 15) / 8 + 16;

constexpr std::uint64_t coefficients(unsigned first, unsigned last) {
  return first > last ? 0 : (~std::uint64_t{0} << first) & (~std::uint64_t{0} >> (63 - last));
}

/// The bytes of `coded` in which its first `wanted` bytes without stuffing stand.
std::size_t with_stuffing(ByteView coded, std::size_t wanted) {
  std::size_t at = 0;
  for (; wanted > 0; --wanted) at += coded[at] == 0xff ? 2 : 1;
  return at;
}

}  // namespace

CodeTable::CodeTable(ByteView table) {
  std::uint32_t code = 0, place = 0;
  for (unsigned length = 1; length <= 16; ++length, code <<= 1) {
    offset_[length] = place - code;
    for (unsigned i = 0; i < table[length]; ++i, ++code, ++place) {
      const Byte symbol = symbols_[place] = table[17 + place];
      if (length > short_bits) continue;
      const std::size_t share = std::size_t{1} << (short_bits - length);
      const Code entry{static_cast<Byte>(length), symbol, static_cast<Byte>(length + (symbol & 15))};
      std::fill_n(short_.begin() + static_cast<std::ptrdiff_t>(code * share), share, entry);
    }
    end_[length] = code;
  }
}

void CodeTable::make_strides() {
  strides_.resize(std::size_t{1} << stride_bits);
  for (std::size_t i = 0; i < strides_.size(); ++i) {
    Stride& stride = strides_[i];
    const std::uint64_t bits = std::uint64_t{i} << (64 - stride_bits);
    while (!stride.ends) {
      const Code code = at(bits << stride.bits);
      if (code.length == 0 || stride.bits + code.whole > stride_bits) break;
      stride.bits = static_cast<Byte>(stride.bits + code.whole);
      stride.ends = (code.symbol & 15) == 0 && code.symbol >> 4 != 15;
      if (!stride.ends) stride.forward = static_cast<Byte>(stride.forward + (code.symbol >> 4) + 1);
    }
  }
}

CodeTable::Code CodeTable::long_code(std::uint64_t bits) const {
  for (unsigned length = short_bits + 1; length <= 16; ++length) {
    const auto code = static_cast<std::uint32_t>(bits >> (64 - length));
    if (code >= end_[length]) continue;
    const Byte symbol = symbols_[(code + offset_[length]) & 255];
    return {static_cast<Byte>(length), symbol, static_cast<Byte>(length + (symbol & 15))};
  }
  return {};
}

ScanReader::ScanReader(const Frame& frame, const Scan& scan, const std::array<std::array<CodeTable, 4>, 2>& tables,
                       std::array<NonZero, 4>& non_zero)
    : scan_(scan), tables_(tables), non_zero_(non_zero), units_in_scan_(frame.units_in(scan)) {
  for (const ScanComponent& c : scan.components) {
    const Component& component = frame.components[c.index];
    blocks_.push_back(scan.components.size() == 1 ? 1 : component.horizontal * component.vertical);
  }
}

std::uint64_t ScanReader::window() const {
  std::uint64_t value;
  std::memcpy(&value, bits_.data() + (position_ >> 3), sizeof value);
  if constexpr (std::endian::native == std::endian::little) value = __builtin_bswap64(value);
  return value << (position_ & 7);
}

std::uint32_t ScanReader::take(unsigned bits) {
  if (bits == 0) return 0;
  const std::uint64_t value = window() >> (64 - bits);
  position_ += bits;
  return static_cast<std::uint32_t>(value);
}

bool ScanReader::sequential_block(const CodeTable& dc, const CodeTable& ac) {
  if (!dc_block(dc)) return false;
  for (unsigned k = 1; k < 64;) {
    const std::uint64_t bits = window();
    const CodeTable::Stride& stride = ac.stride(bits);
    if (stride.bits > 0 && k + stride.forward < 64) {
      position_ += stride.bits;
      k += stride.forward;
      if (stride.ends) break;
      continue;
    }
    const CodeTable::Code code = ac.at(bits);
    if (code.length == 0) return false;
    position_ += code.whole;
    const unsigned zeros = code.symbol >> 4;
    if ((code.symbol & 15) == 0 && zeros != 15) break;
    k += zeros + 1;
    if (k > 64) return false;
  }
  return true;
}

bool ScanReader::dc_block(const CodeTable& dc) {
  const CodeTable::Code code = dc.at(window());
  position_ += code.whole;
  return code.length != 0 && code.symbol < 16;
}

bool ScanReader::first_block(const CodeTable& ac, std::uint64_t& non_zero) {
  if (run_ > 0) return --run_, true;
  for (unsigned k = scan_.first; k <= scan_.last; ++k) {
    const CodeTable::Code code = ac.at(window());
    if (code.length == 0) return false;
    position_ += code.whole;
    const unsigned zeros = code.symbol >> 4, size = code.symbol & 15;
    if (size == 0 && zeros != 15) {
      run_ = (1u << zeros) + take(zeros) - 1;
      return true;
    }
    k += zeros;
    if (k > scan_.last) return false;
    if (size > 0) non_zero |= std::uint64_t{1} << k;
  }
  return true;
}

bool ScanReader::refined_block(const CodeTable& ac, std::uint64_t& non_zero) {
  unsigned k = scan_.first;
  if (run_ == 0) {
    for (; k <= scan_.last; ++k) {
      const CodeTable::Code code = ac.at(window());
      if (code.length == 0 || (code.symbol & 15) > 1) return false;
      position_ += code.whole;
      const bool fresh = (code.symbol & 15) == 1;
      unsigned zeros = code.symbol >> 4;
      if (!fresh && zeros != 15) {
        run_ = (1u << zeros) + take(zeros);
        break;
      }
      for (;; ++k) {
        if (k > scan_.last) return false;
        if (non_zero >> k & 1) ++position_;
        else if (zeros-- == 0) break;
      }
      if (fresh) non_zero |= std::uint64_t{1} << k;
    }
    if (run_ == 0) return true;
  }
  position_ += static_cast<unsigned>(std::popcount(non_zero & coefficients(k, scan_.last)));
  --run_;
  return true;
}

bool ScanReader::unit(std::uint64_t number) {
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const ScanComponent& component = scan_.components[i];
    const CodeTable &dc = tables_[0][component.dc], &ac = tables_[1][component.ac];
    for (unsigned block = 0; block < blocks_[i]; ++block) {
      bool well = true;
      if (!scan_.progressive) well = sequential_block(dc, ac);
      else if (scan_.first == 0 && scan_.high == 0) well = dc_block(dc);
      else if (scan_.first == 0) ++position_;
      else if (scan_.high == 0) well = first_block(ac, non_zero_[component.index][number]);
      else well = refined_block(ac, non_zero_[component.index][number]);
      if (!well) return false;
      if (position_ > 8 * (bits_.size() - longest_block)) return true;  // the caller sees it
    }
  }
  return true;
}

Result<std::size_t> ScanReader::interval(ByteView coded, std::uint64_t units) {
  if (scan_.first > 0) {
    NonZero& non_zero = non_zero_[scan_.components[0].index];
    if (units_in_scan_ > most_blocks) return fail(Errc::too_large, "JPEG: progressive");
    non_zero.resize(static_cast<std::size_t>(units_in_scan_));
  }
  bits_.clear();
  for (ByteView rest = coded; !rest.empty();) {
    const auto* found = static_cast<const Byte*>(std::memchr(rest.data(), 0xff, rest.size()));
    const std::size_t plain = found ? static_cast<std::size_t>(found - rest.data()) + 1 : rest.size();
    append(bits_, rest.first(plain));
    rest = rest.subspan(found ? plain + 1 : plain);
  }
  const std::uint64_t end = 8 * std::uint64_t{bits_.size()};
  bits_.resize(bits_.size() + longest_block);
  position_ = 0;
  run_ = 0;
  for (; units > 0; --units) {
    const bool well = unit(next_unit_++);
    if (position_ > end) return fail(Errc::truncated_media, "JPEG: a scan ends early");
    if (!well) return fail(Errc::malformed_media, "JPEG: coded data");
  }
  if (run_ > 0) return fail(Errc::malformed_media, "JPEG: coded data");
  return with_stuffing(coded, static_cast<std::size_t>((position_ + 7) / 8));
}

}  // namespace dokaz::intake::jpeg
