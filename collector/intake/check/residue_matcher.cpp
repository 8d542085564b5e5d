// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/residue_matcher.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace dokaz::intake::check {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080;

std::uint64_t hash(std::uint64_t key, unsigned bits) { return key * 0x9e3779b97f4a7c15 >> (64 - bits); }

/// The first bytes, the first of all in the lowest place.
template <std::size_t size>
std::uint64_t load(const Byte* at) {
  std::uint64_t key = 0;
  std::memcpy(&key, at, size);
  if constexpr (std::endian::native == std::endian::big) key = __builtin_bswap64(key);
  return key;
}

std::size_t leading_ascii(std::string_view text) {
  const auto end = std::find_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  return static_cast<std::size_t>(end - text.begin());
}

}  // namespace

void Matcher::add(const Pattern& pattern) {
  if (pattern.bytes.size() < key_) return;
  const Byte* front = bytes_of(pattern.bytes).data();
  const std::uint64_t key = key_ == 6 ? load<6>(front) : load<8>(front);
  all_ascii_ &= (key & high_bits) == 0;
  longest_ = std::max(longest_, pattern.bytes.size());
  entries_.push_back({key, pattern});
}

void Matcher::finish() {
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
  bits_ = std::max(16u, static_cast<unsigned>(std::bit_width(entries_.size())) + 5);  // one bit in 32 is set
  bitmap_.assign(std::size_t{1} << (bits_ - 6), 0);
  for (const Entry& entry : entries_) {
    const std::uint64_t at = hash(entry.key, bits_);
    bitmap_[at >> 6] |= std::uint64_t{1} << (at & 63);
    reaches_.push_back({entry.pattern.strength, leading_ascii(entry.pattern.bytes)});
  }
  std::sort(reaches_.begin(), reaches_.end(), [](const Reach& a, const Reach& b) { return a.strength < b.strength; });
  for (std::size_t i = reaches_.size(); i-- > 1;)
    reaches_[i - 1].bytes = std::min(reaches_[i - 1].bytes, reaches_[i].bytes);
}

std::size_t Matcher::reach_of(std::size_t strength) const {
  const auto first = std::lower_bound(reaches_.begin(), reaches_.end(), strength,
                                      [](const Reach& reach, std::size_t wanted) { return reach.strength < wanted; });
  return first == reaches_.end() ? 0 : first->bytes;
}

bool Matcher::matches(std::uint64_t key, ByteView rest, std::size_t strength) const {
  const auto first = std::lower_bound(entries_.begin(), entries_.end(), key,
                                      [](const Entry& entry, std::uint64_t wanted) { return entry.key < wanted; });
  for (auto entry = first; entry != entries_.end() && entry->key == key; ++entry)
    if (entry->pattern.strength >= strength && text_of(rest).starts_with(entry->pattern.bytes)) return true;
  return false;
}

template <std::size_t size>
bool Matcher::find_by(ByteView bytes, std::size_t strength) const {
  const std::size_t last = bytes.size() - size;
  const Byte* front = bytes.data();
  const std::uint64_t* bitmap = bitmap_.data();
  const std::size_t reach = reach_of(strength);
  for (std::size_t at = 0; at <= last;) {
    // The same from the far end of the shortest pattern, which skips many bytes at once.
    if (reach >= 8 && reach > size && reach <= bytes.size() - at) {
      const std::size_t far = at + reach - 8;
      if (const std::uint64_t high = load<8>(front + far) & high_bits; high != 0) {
        at = far + static_cast<std::size_t>(64 - std::countl_zero(high)) / 8;
        continue;
      }
    }
    const std::uint64_t key = load<size>(front + at);
    // Coded data are half bytes over 127: no text that holds one of these can begin before it.
    if (const std::uint64_t high = key & high_bits; all_ascii_ && high != 0) {
      at += static_cast<std::size_t>(64 - std::countl_zero(high)) / 8;
      continue;
    }
    const std::uint64_t bit = hash(key, bits_);
    if ((bitmap[bit >> 6] >> (bit & 63) & 1) != 0 && matches(key, bytes.subspan(at), strength)) return true;
    ++at;
  }
  return false;
}

bool Matcher::find(ByteView bytes, std::size_t strength) const {
  if (entries_.empty() || bytes.size() < key_) return false;
  return key_ == 6 ? find_by<6>(bytes, strength) : find_by<8>(bytes, strength);
}

}  // namespace dokaz::intake::check
