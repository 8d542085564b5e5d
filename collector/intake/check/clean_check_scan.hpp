// SPDX-License-Identifier: GPL-3.0-or-later
// The second opinion on the coded data of a JPEG scan: decoded to the last bit, with nothing behind it.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
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
    unsigned size() const { return symbol % 16u; }
    unsigned zeros() const { return symbol / 16u; }
  };
  Found find(std::uint64_t held) const {
    if (usual_.empty()) return {};
    const Found usual = usual_[held >> 52];
    return usual.length ? usual : search(static_cast<unsigned>(held >> 48));
  }

  /// AC codes of a block of a sequential scan that stand together in twelve bits, with their numbers: how many
  /// bits, and how many coefficients are passed; `over` on top of them where the block ends with these codes.
  /// No bits where not even one code fits.
  struct Group {
    unsigned char bits = 0, passed = none;
  };
  static constexpr unsigned over = 64, none = 128;
  Group group(std::uint64_t held) const { return groups_[held >> 52]; }
  void find_groups();

 private:
  Found search(unsigned sixteen_bits) const;

  std::string_view symbols_;
  std::array<std::uint32_t, 18> end_{};
  std::array<std::int32_t, 18> first_symbol_{};
  std::vector<Found> usual_;  ///< by the first twelve bits, where they hold the code
  std::vector<Group> groups_;
};

/// The bits of one interval, stuffing taken out, then zeros.
class CodedBits {
 public:
  /// `room` holds the bytes and may be used again for the next interval.
  CodedBits(std::string_view coded, std::string& room);
  /// The next bits from the top, 56 or more of them.
  std::uint64_t look() {
    refill();
    return held_;
  }
  /// What is left of them.
  std::uint64_t rest() const { return held_; }
  void skip(unsigned bits) {
    held_ <<= bits;
    count_ -= bits;
  }
  unsigned number(unsigned bits);
  /// Any number of bits.
  void pass(std::uint64_t bits);
  /// More was read than there is. To be asked after each block, which is shorter than the zeros.
  bool overdrawn() const { return 8 * next_ > 8 * size_ + count_; }
  /// Bits of the last byte that were not read, where all before it were and these are ones.
  std::optional<unsigned> filling() const;

 private:
  void refill() {
    if (next_ > size_ + zeros_behind - 8) return;  // far beyond the end already
    std::uint64_t eight;
    std::memcpy(&eight, bytes_ + next_, sizeof eight);
    if constexpr (std::endian::native == std::endian::little) eight = __builtin_bswap64(eight);
    const unsigned bytes = (63 - count_) / 8;
    // Below what is counted stand bits of the next byte, which the next refill brings again.
    held_ |= eight >> count_;
    next_ += bytes;
    count_ += 8 * bytes;
  }
  /// More bytes than a block can take.
  static constexpr std::size_t zeros_behind = 320;

  const char* bytes_ = nullptr;
  std::size_t size_ = 0, next_ = 0;
  std::uint64_t held_ = 0;
  unsigned count_ = 0;
};

/// For each block of a component, a bit for each coefficient that a progressive scan has set.
using SetCoefficients = std::map<unsigned, std::vector<std::uint64_t>>;

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
  /// Where `coded` is exactly the next `units` units, ones filling its last byte: how many of them.
  std::optional<unsigned> interval(std::string_view coded, std::uint64_t units);

 private:
  struct Part {
    unsigned blocks;
    Codes dc, ac;
  };
  bool sequential(CodedBits& bits, std::uint64_t units) const;
  bool differences(CodedBits& bits, std::uint64_t units) const;
  bool early(const Part& part, CodedBits& bits, std::uint64_t& set);
  bool later(const Part& part, CodedBits& bits, std::uint64_t& set);
  bool all(CodedBits& bits, std::uint64_t units);

  const ScanPlan& plan_;
  std::vector<Part> parts_;
  std::vector<std::uint64_t>* set_ = nullptr;
  std::size_t at_ = 0;
  std::uint64_t ended_ = 0;  ///< further blocks without new coefficients
  std::string room_;
};

}  // namespace dokaz::intake::check
