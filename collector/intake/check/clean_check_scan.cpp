// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/clean_check_scan.hpp"

#include <algorithm>

namespace dokaz::intake::check {
namespace {

unsigned u8(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

}  // namespace

Codes::Codes(std::string_view table) {
  if (table.size() < 17) return;
  symbols_ = table.substr(17);
  std::uint32_t end = 0;  // as 16 bits
  std::int32_t seen = 0;
  for (unsigned length = 1; length <= 16; ++length) {
    first_symbol_[length] = seen - static_cast<std::int32_t>(end >> (16 - length));
    seen += static_cast<std::int32_t>(u8(table, length));
    end += u8(table, length) << (16 - length);
    end_[length] = end;
  }
  usual_.resize(4096);
  for (unsigned top = 0; top < 4096; ++top)
    if (const Found found = search(top << 4); found.length <= 12) usual_[top] = found;
}

Codes::Found Codes::search(unsigned sixteen_bits) const {
  unsigned length = 1;
  while (length <= 16 && sixteen_bits >= end_[length]) ++length;
  if (length > 16) return {};
  const auto place = first_symbol_[length] + static_cast<std::int32_t>(sixteen_bits >> (16 - length));
  if (place < 0 || static_cast<std::size_t>(place) >= symbols_.size()) return {};
  return {static_cast<unsigned char>(length), static_cast<unsigned char>(symbols_[static_cast<std::size_t>(place)])};
}

void CodedBits::fill() {
  if (count_ >= 32) return;
  if (rest_.size() >= 4) {
    const std::uint64_t four = u8(rest_, 0) << 24 | u8(rest_, 1) << 16 | u8(rest_, 2) << 8 | u8(rest_, 3);
    const std::uint64_t holes = ~four & 0xffffffff;  // a byte of zeros where there was FF
    if (((holes - 0x01010101) & four & 0x80808080) == 0) {
      held_ |= four << (32 - count_);
      count_ += 32;
      rest_.remove_prefix(4);
      return;
    }
  }
  while (count_ <= 56) {
    std::uint64_t byte = 0;
    if (rest_.empty()) {
      invented_ += 8;
    } else {
      byte = u8(rest_, 0);
      rest_.remove_prefix(std::min<std::size_t>(byte == 0xff ? 2 : 1, rest_.size()));
    }
    held_ |= byte << (56 - count_);
    count_ += 8;
  }
}

unsigned CodedBits::number(unsigned bits) {
  fill();
  const auto value = bits == 0 ? 0 : static_cast<unsigned>(held_ >> (64 - bits));
  skip(bits);
  return value;
}

ScanDecoder::ScanDecoder(const ScanPlan& plan, SetCoefficients& coefficients) : plan_(plan) {
  for (const ScanPlan::Part& part : plan.parts) parts_.push_back({part.blocks, Codes(part.dc), Codes(part.ac)});
  if (!plan.progressive || plan.start == 0) return;
  set_ = &coefficients[plan.parts.front().id];
  set_->resize(static_cast<std::size_t>(plan.units));
}

bool ScanDecoder::interval(std::string_view coded, std::uint64_t units) {
  CodedBits bits(coded);
  ended_ = 0;
  for (std::uint64_t unit = 0; unit < units; ++unit)
    for (const Part& part : parts_)
      for (unsigned i = 0; i < part.blocks; ++i)
        if (!block(part, bits) || bits.overdrawn()) return false;
  return ended_ == 0 && bits.at_end();
}

bool ScanDecoder::block(const Part& part, CodedBits& bits) {
  if (set_) return plan_.high == 0 ? early(part, bits, (*set_)[at_++]) : later(part, bits, (*set_)[at_++]);
  if (plan_.high != 0) return bits.number(1), true;
  const Codes::Found difference = part.dc.find(bits.sixteen());
  if (difference.length == 0 || difference.symbol > 15) return false;
  bits.skip(unsigned{difference.length} + difference.symbol);
  if (plan_.progressive) return true;
  for (unsigned done = 1; done < 64;) {
    const Codes::Found code = part.ac.find(bits.sixteen());
    if (code.length == 0) return false;
    const unsigned size = code.symbol % 16u;
    bits.skip(code.length + size);
    if (size == 0 && code.symbol != 0xf0) break;
    done += code.symbol / 16u + 1;
    if (done > 64) return false;
  }
  return true;
}

bool ScanDecoder::early(const Part& part, CodedBits& bits, std::bitset<64>& set) {
  if (ended_ > 0) {
    --ended_;
    return true;
  }
  for (unsigned next = plan_.start; next <= plan_.end;) {
    const Codes::Found code = part.ac.find(bits.sixteen());
    if (code.length == 0) return false;
    bits.skip(code.length);
    const unsigned size = code.symbol % 16u, zeros = code.symbol / 16u;
    if (size == 0 && zeros < 15) {
      ended_ = (1u << zeros) + bits.number(zeros) - 1;
      return true;
    }
    next += zeros + 1;
    if (next > plan_.end + 1) return false;
    if (size == 0) continue;
    bits.number(size);
    set.set(next - 1);
  }
  return true;
}

bool ScanDecoder::later(const Part& part, CodedBits& bits, std::bitset<64>& set) {
  unsigned next = plan_.start;
  while (ended_ == 0 && next <= plan_.end) {
    const Codes::Found code = part.ac.find(bits.sixteen());
    if (code.length == 0 || code.symbol % 16 > 1) return false;
    bits.skip(code.length);
    const bool arrives = code.symbol % 16 == 1;
    unsigned zeros = code.symbol / 16u;
    if (!arrives && zeros < 15) {
      ended_ = (1u << zeros) + bits.number(zeros);
      break;
    }
    if (arrives) bits.number(1);  // its sign
    for (; next <= plan_.end && (set.test(next) || zeros > 0); ++next) {
      if (set.test(next)) bits.number(1);
      else --zeros;
    }
    if (next > plan_.end) return false;
    if (arrives) set.set(next);
    ++next;
  }
  if (ended_ == 0) return true;
  for (; next <= plan_.end; ++next)
    if (set.test(next)) bits.number(1);
  --ended_;
  return true;
}

}  // namespace dokaz::intake::check
