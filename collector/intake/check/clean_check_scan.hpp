// SPDX-License-Identifier: GPL-3.0-or-later
// The second opinion on the coded data of a JPEG scan: decoded to the last bit, with nothing behind it.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dokaz::intake::check {

/// Codes of a table as it stands in a DHT segment; finds one by comparing with the end of each length.
class Codes {
 public:
  explicit Codes(std::string_view table);
  struct Found {
    unsigned char length = 0, symbol = 0;  ///< length 0: no such code
  };
  Found find(unsigned sixteen_bits) const {
    if (usual_.empty()) return {};
    const Found usual = usual_[sixteen_bits >> 4];
    return usual.length ? usual : search(sixteen_bits);
  }

 private:
  Found search(unsigned sixteen_bits) const;

  std::string_view symbols_;
  std::array<std::uint32_t, 18> end_{};
  std::array<std::int32_t, 18> first_symbol_{};
  std::vector<Found> usual_;  ///< by the first twelve bits, where they hold the code
};

/// The bits of one interval, stuffing taken out; zeros after its end, which are counted.
class CodedBits {
 public:
  explicit CodedBits(std::string_view coded) : rest_(coded) {}
  unsigned sixteen() { return fill(), static_cast<unsigned>(held_ >> 48); }
  unsigned number(unsigned bits);
  void skip(unsigned bits) { held_ <<= bits, count_ -= bits; }
  bool overdrawn() const { return invented_ > count_; }
  /// All was read but for less than a byte.
  bool at_end() const { return rest_.empty() && !overdrawn() && count_ - invented_ < 8; }

 private:
  /// At least 32 bits.
  void fill();
  std::string_view rest_;
  std::uint64_t held_ = 0;
  unsigned count_ = 0, invented_ = 0;
};

/// For each block of a component, the coefficients that a progressive scan has set.
using SetCoefficients = std::map<unsigned, std::vector<std::bitset<64>>>;

struct ScanPlan {
  struct Part {
    unsigned id = 0, blocks = 1;   ///< blocks in a unit
    std::string_view dc, ac;       ///< tables; empty where the scan uses none
  };
  std::vector<Part> parts;
  bool progressive = false;
  unsigned start = 0, end = 63, high = 0, low = 0;
  std::uint64_t units = 0;
};

class ScanDecoder {
 public:
  /// Throws nothing but bad_alloc; a plan with a spectral range beyond 63 is the caller's fault.
  ScanDecoder(const ScanPlan& plan, SetCoefficients& coefficients);
  /// Whether `coded` is exactly the next `units` units and at most 7 bits.
  bool interval(std::string_view coded, std::uint64_t units);

 private:
  struct Part {
    unsigned blocks;
    Codes dc, ac;
  };
  bool block(const Part& part, CodedBits& bits);
  bool early(const Part& part, CodedBits& bits, std::bitset<64>& set);
  bool later(const Part& part, CodedBits& bits, std::bitset<64>& set);

  const ScanPlan& plan_;
  std::vector<Part> parts_;
  std::vector<std::bitset<64>>* set_ = nullptr;
  std::size_t at_ = 0;
  unsigned ended_ = 0;
};

}  // namespace dokaz::intake::check
