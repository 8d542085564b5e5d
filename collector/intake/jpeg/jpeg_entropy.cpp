// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/jpeg/jpeg_entropy.hpp"

#include <algorithm>

namespace dokaz::intake::jpeg {
namespace {

constexpr std::uint64_t coefficients(unsigned first, unsigned last) {
  return first > last ? 0 : (~std::uint64_t{0} << first) & (~std::uint64_t{0} >> (63 - last));
}

/// std::popcount() is a call into a library where the processor's generation is not known.
inline unsigned number_of(std::uint64_t set) {
  constexpr std::uint64_t pairs = 0x5555555555555555, fours = 0x3333333333333333, bytes = 0x0f0f0f0f0f0f0f0f;
  set -= set >> 1 & pairs;
  set = (set & fours) + (set >> 2 & fours);
  return static_cast<unsigned>(((set + (set >> 4)) & bytes) * 0x0101010101010101 >> 56);
}

/// Passes a bit for each coefficient of `set`.
inline void skip_corrections(Bits& bits, std::uint64_t set) {
  if (set == 0) return;
  const unsigned count = number_of(set);
  if (count > 48) return bits.skip_many(count);
  bits.need(count);
  bits.skip(count);
}

/// The AC coefficients of one block of a sequential scan.
inline bool ac_block(Bits& bits, const CodeTable& table) {
  const CodeTable::Stride* const strides = table.strides();
  unsigned k = 1;
  for (;;) {
    bits.refill();
    CodeTable::Stride stride;
    for (unsigned i = 0; i < 4; ++i) {  // four strides are at most 52 bits
      stride = strides[bits.top(CodeTable::stride_bits)];
      const unsigned next = k + (stride >> 6);
      if (next > 63) goto edge;
      bits.skip(stride & 63);
      k = next;
    }
    continue;
  edge:
    if (stride >> 6 >= CodeTable::ends && k + (stride >> 6) < 64 + CodeTable::ends) {
      bits.skip(stride & 63);
      return true;
    }
    // A long code, or the block's end without a code for it.
    bits.refill();
    const CodeTable::Code code = table.at(bits.held());
    if (code.length == 0) return false;
    bits.skip(code.whole);
    if (code.ends_block()) return true;
    k += (code.symbol >> 4) + 1u;
    if (k > 63) return k == 64;
  }
}

inline bool dc_code(Bits& bits, const CodeTable& table) {
  const CodeTable::Code code = table.at(bits.held());
  bits.skip(code.whole);
  return code.length != 0 && code.symbol < 16;
}

}  // namespace

ScanReader::ScanReader(const Frame& frame, const Scan& scan, const CodeTables& tables,
                       std::array<NonZero, 4>& non_zero)
    : scan_(scan), non_zero_(non_zero), units_in_scan_(frame.units_in(scan)) {
  for (const ScanComponent& c : scan.components) {
    const Component& component = frame.components[c.index];
    const unsigned count = scan.components.size() == 1 ? 1 : component.horizontal * component.vertical;
    blocks_.insert(blocks_.end(), count, {&tables[0][c.dc], &tables[1][c.ac]});
  }
}

bool ScanReader::sequential(Bits& out, std::uint64_t units) const {
  Bits bits = out;
  bool well = true;
  for (; units > 0 && well && !bits.overdrawn(); --units)
    for (const Block& block : blocks_) {
      bits.refill();
      well = dc_code(bits, *block.dc) && ac_block(bits, *block.ac);
      if (!well) break;
    }
  out = bits;
  return well;
}

bool ScanReader::dc_first(Bits& out, std::uint64_t units) const {
  Bits bits = out;
  bool well = true;
  for (; units > 0 && well && !bits.overdrawn(); --units)
    for (const Block& block : blocks_) {
      bits.need(32);
      well = dc_code(bits, *block.dc);
      if (!well) break;
    }
  out = bits;
  return well;
}

bool ScanReader::ac_first(Bits& out, NonZero& non_zero, std::uint64_t units) {
  Bits bits = out;
  const CodeTable& table = *blocks_[0].ac;
  const unsigned first = scan_.first, last = scan_.last;
  std::uint64_t run = 0;  // blocks that have nothing more
  bool well = true;
  for (std::uint64_t unit = 0; unit < units && well && !bits.overdrawn(); ++unit) {
    std::uint64_t& block = non_zero[next_unit_ + unit];
    for (unsigned k = first; k <= last; ++k) {
      bits.need(31);
      const CodeTable::Code code = table.at(bits.held());
      bits.skip(code.whole);
      const unsigned zeros = code.symbol >> 4;
      well = code.length != 0;
      if (code.ends_block()) {
        bits.need(16);
        run = (std::uint64_t{1} << zeros) - 1 + (zeros > 0 ? bits.top(zeros) : 0);
        bits.skip(zeros);
        break;
      }
      k += zeros;
      well = well && k <= last;
      if (!well) break;
      if ((code.symbol & 15) > 0) block |= std::uint64_t{1} << k;
    }
    const std::uint64_t passed = std::min(run, units - unit - 1);
    unit += passed;
    run -= passed;
  }
  out = bits;
  return well && run == 0;
}

bool ScanReader::ac_refined(Bits& out, NonZero& non_zero, std::uint64_t units) {
  Bits bits = out;
  const CodeTable& table = *blocks_[0].ac;
  const unsigned last = scan_.last;
  const std::uint64_t band = coefficients(scan_.first, last);
  std::uint64_t run = 0;
  bool well = true;
  for (std::uint64_t unit = 0; unit < units && well && !bits.overdrawn(); ++unit) {
    std::uint64_t& block = non_zero[next_unit_ + unit];
    unsigned k = scan_.first;
    while (run == 0 && k <= last) {
      bits.need(32);
      const CodeTable::Code code = table.at(bits.held());
      well = code.length != 0 && (code.symbol & 15) <= 1;
      if (!well) break;
      bits.skip(code.whole);
      const unsigned zeros = code.symbol >> 4;
      if (code.ends_block()) {
        run = (std::uint64_t{1} << zeros) + (zeros > 0 ? bits.top(zeros) : 0);
        bits.skip(zeros);
        break;
      }
      std::uint64_t clear = band & ~block & ~std::uint64_t{0} << k;  // passed over, but for the one behind them
      for (unsigned i = 0; i < zeros; ++i) clear &= clear - 1;
      well = clear != 0;
      if (!well) break;
      const auto place = static_cast<unsigned>(std::countr_zero(clear));
      skip_corrections(bits, block & band & ~std::uint64_t{0} << k & ((clear & -clear) - 1));
      if ((code.symbol & 15) == 1) block |= std::uint64_t{1} << place;
      k = place + 1;
    }
    if (run == 0) continue;
    if (k <= last) skip_corrections(bits, block & band & ~std::uint64_t{0} << k);
    // The other blocks of the run hold nothing but corrections.
    const std::uint64_t others = std::min(run - 1, units - unit - 1);
    std::uint64_t corrections = 0;
    for (std::uint64_t i = 1; i <= others; ++i)
      if (const std::uint64_t set = non_zero[next_unit_ + unit + i] & band; set != 0) corrections += number_of(set);
    bits.skip_many(corrections);
    unit += others;
    run -= others + 1;
  }
  out = bits;
  return well && run == 0;
}

Result<ScanReader::Interval> ScanReader::interval(ByteView coded, std::uint64_t units) {
  Bits bits(coded);
  bool well = true;
  if (!scan_.progressive) {
    well = sequential(bits, units);
  } else if (scan_.first == 0) {
    if (scan_.high == 0) well = dc_first(bits, units);
    else bits.skip_many(units * blocks_.size());
  } else {
    NonZero& non_zero = non_zero_[scan_.components[0].index];
    if (units_in_scan_ > most_blocks) return fail(Errc::too_large, "JPEG: progressive");
    non_zero.resize(static_cast<std::size_t>(units_in_scan_));
    well = scan_.high == 0 ? ac_first(bits, non_zero, units) : ac_refined(bits, non_zero, units);
  }
  next_unit_ += units;
  if (bits.overdrawn() || !well) {
    const ByteView rest = coded.subspan(bits.stopped_at());
    const auto code = std::find_if(rest.begin(), rest.end(), [](Byte byte) { return byte != 0xff; });
    if (!bits.overdrawn() && code != rest.end()) return fail(Errc::malformed_media, "JPEG: coded data");
    if (code != rest.end() && *code == 0) return fail(Errc::malformed_media, "JPEG: fill before a coded byte");
    return fail(Errc::truncated_media, "JPEG: a scan ends early");
  }
  return Interval{bits.consumed(), bits.padding()};
}

}  // namespace dokaz::intake::jpeg
