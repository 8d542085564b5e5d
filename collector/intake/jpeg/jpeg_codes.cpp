// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/jpeg/jpeg_codes.hpp"

#include <algorithm>

namespace dokaz::intake::jpeg {

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

CodeTable::Code CodeTable::long_code(std::uint64_t bits) const {
  for (unsigned length = short_bits + 1; length <= 16; ++length) {
    const auto code = static_cast<std::uint32_t>(bits >> (64 - length));
    if (code >= end_[length]) continue;
    const Byte symbol = symbols_[(code + offset_[length]) & 255];
    return {static_cast<Byte>(length), symbol, static_cast<Byte>(length + (symbol & 15))};
  }
  return {};
}

void CodeTable::make_strides() {
  constexpr std::size_t size = std::size_t{1} << stride_bits;
  strides_.assign(size, no_stride);
  for (std::size_t i = 0; i < size;) {
    unsigned used = 0, forward = 0;
    bool ended = false;
    while (!ended) {
      const Code code = at(std::uint64_t{i} << (64 - stride_bits) << used);
      if (code.length == 0 || used + code.whole > stride_bits) break;
      used += code.whole;
      ended = code.ends_block();
      if (!ended) forward += (code.symbol >> 4) + 1;
    }
    // An end of block says the same whatever bits come after it.
    const std::size_t same = ended ? std::size_t{1} << (stride_bits - used) : 1;
    // No block has so many coefficients; one code at a time finds where it goes wrong.
    if (used > 0 && forward < ends)
      std::fill_n(strides_.begin() + static_cast<std::ptrdiff_t>(i), same,
                  static_cast<Stride>((forward + (ended ? ends : 0)) << 6 | used));
    i += same;
  }
}

}  // namespace dokaz::intake::jpeg
