// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/clean_check_scan.hpp"

#include <algorithm>

namespace dokaz::intake::check {
namespace {

unsigned u8(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

/// Bits from..63; nothing from 64 on.
std::uint64_t from_on(unsigned from) { return from > 63 ? 0 : ~std::uint64_t{0} << from; }

unsigned bits_in(std::uint64_t set) {
  static constexpr auto in_byte = [] {
    std::array<unsigned char, 256> table{};
    for (unsigned i = 1; i < 256; ++i) table[i] = static_cast<unsigned char>((i & 1) + table[i / 2]);
    return table;
  }();
  unsigned count = 0;
  for (; set != 0; set >>= 8) count += in_byte[set & 255];
  return count;
}

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

void Codes::find_groups() {
  groups_.resize(4096);
  for (unsigned top = 0; top < groups_.size() && !usual_.empty(); ++top) {
    unsigned bits = 0, passed = 0;
    bool more = true;
    while (more) {
      const Found found = usual_[(top << bits) & 4095];
      if (found.length == 0 || bits + found.length + found.size() > 12) break;
      bits += found.length + found.size();
      more = found.size() > 0 || found.zeros() == 15;
      passed += more ? found.zeros() + 1 : 0;
    }
    if (bits > 0 && passed < over)
      groups_[top] = {static_cast<unsigned char>(bits), static_cast<unsigned char>(more ? passed : passed + over)};
  }
}

Codes::Found Codes::search(unsigned sixteen_bits) const {
  unsigned length = 1;
  while (length <= 16 && sixteen_bits >= end_[length]) ++length;
  if (length > 16) return {};
  const auto place = first_symbol_[length] + static_cast<std::int32_t>(sixteen_bits >> (16 - length));
  if (place < 0 || static_cast<std::size_t>(place) >= symbols_.size()) return {};
  return {static_cast<unsigned char>(length), static_cast<unsigned char>(symbols_[static_cast<std::size_t>(place)])};
}

CodedBits::CodedBits(std::string_view coded, std::string& room) {
  room.resize(coded.size() + zeros_behind);
  while (!coded.empty()) {
    const std::size_t mark = coded.find('\xff');
    const std::size_t plain = mark == std::string_view::npos ? coded.size() : mark + 1;
    std::memcpy(room.data() + size_, coded.data(), plain);
    size_ += plain;
    coded.remove_prefix(std::min(coded.size(), mark == std::string_view::npos ? plain : plain + 1));
  }
  std::memset(room.data() + size_, 0, zeros_behind);
  bytes_ = room.data();
}

unsigned CodedBits::number(unsigned bits) {
  if (bits == 0) return 0;
  const auto value = static_cast<unsigned>(look() >> (64 - bits));
  skip(bits);
  return value;
}

void CodedBits::pass(std::uint64_t bits) {
  for (; bits > 32 && !overdrawn(); bits -= 32) {
    refill();
    skip(32);
  }
  if (overdrawn()) return;
  refill();
  skip(static_cast<unsigned>(bits));
}

std::optional<unsigned> CodedBits::filling() const {
  if (overdrawn()) return std::nullopt;
  const std::size_t left = 8 * size_ + count_ - 8 * next_;
  if (left > 7 || size_ == 0) return std::nullopt;
  const unsigned ones = (1u << left) - 1;
  if ((static_cast<unsigned char>(bytes_[size_ - 1]) & ones) != ones) return std::nullopt;
  return static_cast<unsigned>(left);
}

ScanDecoder::ScanDecoder(const ScanPlan& plan, SetCoefficients& coefficients) : plan_(plan) {
  for (const ScanPlan::Part& part : plan.parts) {
    parts_.push_back({part.blocks, Codes(part.dc), Codes(part.ac)});
    if (!plan.progressive) parts_.back().ac.find_groups();
  }
  if (!plan.progressive || plan.start == 0) return;
  set_ = &coefficients[plan.parts.front().id];
  set_->resize(static_cast<std::size_t>(plan.units));
}

std::optional<unsigned> ScanDecoder::interval(std::string_view coded, std::uint64_t units) {
  CodedBits bits(coded, room_);
  ended_ = 0;
  if (!all(bits, units) || ended_ != 0) return std::nullopt;
  return bits.filling();
}

bool ScanDecoder::all(CodedBits& bits, std::uint64_t units) {
  if (set_) {
    for (; units > 0; --units) {
      const bool well = plan_.high == 0 ? early(parts_[0], bits, (*set_)[at_]) : later(parts_[0], bits, (*set_)[at_]);
      if (!well || bits.overdrawn()) return false;
      ++at_;
    }
    return true;
  }
  if (plan_.high != 0) {
    std::uint64_t blocks = 0;
    for (const Part& part : parts_) blocks += part.blocks;
    bits.pass(blocks * units);
    return true;
  }
  return plan_.progressive ? differences(bits, units) : sequential(bits, units);
}

namespace {

inline bool difference(const Codes& codes, CodedBits& bits) {
  const Codes::Found code = codes.find(bits.look());
  bits.skip(unsigned{code.length} + code.symbol % 16u);
  return code.length != 0 && code.symbol < 16;
}

/// The 63 other coefficients of a block.
inline bool others(const Codes& codes, CodedBits& bits) {
  unsigned done = 1;
  for (;;) {
    bits.look();
    Codes::Group group = codes.group(bits.rest());
    // Of what one look gives, four times twelve bits are the most.
    for (int i = 0; i < 3 && done + group.passed < 64; ++i) {
      bits.skip(group.bits);
      done += group.passed;
      group = codes.group(bits.rest());
    }
    if (done + group.passed < 64) continue;
    if (group.passed >= Codes::over && group.passed < Codes::none && done + group.passed < 64 + Codes::over) {
      bits.skip(group.bits);
      return true;
    }
    const Codes::Found code = codes.find(bits.look());
    if (code.length == 0) return false;
    bits.skip(code.length + code.size());
    if (code.size() == 0 && code.zeros() < 15) return true;
    done += code.zeros() + 1;
    if (done > 63) return done == 64;
  }
}

}  // namespace

// The bits are copied, so that the compiler may keep them in registers.
bool ScanDecoder::sequential(CodedBits& out, std::uint64_t units) const {
  CodedBits bits = out;
  for (; units > 0; --units)
    for (const Part& part : parts_)
      for (unsigned i = 0; i < part.blocks; ++i)
        if (!difference(part.dc, bits) || !others(part.ac, bits) || bits.overdrawn()) return false;
  out = bits;
  return true;
}

bool ScanDecoder::differences(CodedBits& out, std::uint64_t units) const {
  CodedBits bits = out;
  for (; units > 0; --units)
    for (const Part& part : parts_)
      for (unsigned i = 0; i < part.blocks; ++i)
        if (!difference(part.dc, bits) || bits.overdrawn()) return false;
  out = bits;
  return true;
}

bool ScanDecoder::early(const Part& part, CodedBits& bits, std::uint64_t& set) {
  if (ended_ > 0) {
    --ended_;
    return true;
  }
  for (unsigned next = plan_.start; next <= plan_.end;) {
    const Codes::Found code = part.ac.find(bits.look());
    if (code.length == 0) return false;
    bits.skip(code.length);
    if (code.size() == 0 && code.zeros() < 15) {
      ended_ = (1u << code.zeros()) + bits.number(code.zeros()) - 1;
      return true;
    }
    next += code.zeros() + 1;
    if (next > plan_.end + 1) return false;
    if (code.size() == 0) continue;
    bits.skip(code.size());  // code and number are at most 31 bits
    set |= std::uint64_t{1} << (next - 1);
  }
  return true;
}

bool ScanDecoder::later(const Part& part, CodedBits& bits, std::uint64_t& set) {
  const std::uint64_t until = ~from_on(plan_.end + 1);
  std::uint64_t open = from_on(plan_.start) & until;  // coefficients that were not dealt with yet
  while (ended_ == 0 && open != 0) {
    const Codes::Found code = part.ac.find(bits.look());
    if (code.length == 0 || code.size() > 1) return false;
    bits.skip(code.length + code.size());
    if (code.size() == 0 && code.zeros() < 15) {
      ended_ = (1u << code.zeros()) + bits.number(code.zeros());
      break;
    }
    std::uint64_t unset = open & ~set;
    for (unsigned zeros = code.zeros(); zeros > 0 && unset != 0; --zeros) unset &= unset - 1;
    if (unset == 0) return false;
    const auto here = static_cast<unsigned>(std::countr_zero(unset));
    const std::uint64_t passed = open & ~from_on(here) & set;
    if (passed != 0) bits.pass(bits_in(passed));
    open &= from_on(here + 1);
    if (code.size() == 1) set |= std::uint64_t{1} << here;
  }
  if (ended_ == 0) return true;
  if ((open & set) != 0) bits.pass(bits_in(open & set));
  --ended_;
  return true;
}

}  // namespace dokaz::intake::check
