// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/residue_matcher.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "crypto/check.hpp"

namespace dokaz::intake::check {
namespace {

constexpr std::size_t block_size = 3;
constexpr std::size_t longest_window = 128;  // a skip is a byte

std::uint64_t hash(std::uint64_t key, unsigned bits) { return key * 0x9e3779b97f4a7c15 >> (64 - bits); }

std::uint64_t key_of(const Byte* at) {
  std::uint64_t key = 0;
  std::memcpy(&key, at, Matcher::shortest);
  return key;
}

/// Of the block that ends before `end`; the byte before it can be read as well.
std::uint32_t hash_of_block(const Byte* end, unsigned bits) {
  std::uint32_t four = 0;
  std::memcpy(&four, end - 4, 4);
  const std::uint32_t block = std::endian::native == std::endian::little ? four >> 8 : four & 0xffffff;
  return block * 0x9e3779b1u >> (32 - bits);
}

}  // namespace

void Matcher::add(Pattern pattern) {
  if (pattern.bytes.size() < shortest) return;
  longest_ = std::max(longest_, pattern.bytes.size());
  const std::uint64_t key = key_of(bytes_of(pattern.bytes).data());
  entries_.push_back({key, std::move(pattern)});
}

void Matcher::finish(std::span<const std::size_t> strengths) {
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
  bits_ = std::max(12u, static_cast<unsigned>(std::bit_width(entries_.size())) + 5);  // one bit in 32 is set
  bitmap_.assign(std::size_t{1} << (bits_ - 6), 0);
  for (const Entry& entry : entries_) {
    const std::uint64_t at = hash(entry.key, bits_);
    bitmap_[at >> 6] |= std::uint64_t{1} << (at & 63);
  }
  for (const std::size_t strength : strengths) skips_.push_back(skips_for(strength));
}

Matcher::Skips Matcher::skips_for(std::size_t strength) const {
  Skips out;
  out.strength = strength;
  std::size_t window = longest_window, patterns = 0;
  for (const Entry& entry : entries_) {
    if (entry.pattern.strength < strength) continue;
    window = std::min(window, entry.pattern.bytes.size());
    ++patterns;
  }
  if (patterns == 0) return out;
  out.window = window;
  // One place in 16 is taken at most, while the table fits beside what is searched in the processor's memory.
  out.bits = std::clamp(static_cast<unsigned>(std::bit_width(patterns * window)) + 4, 15u, 21u);
  out.by_block.assign(std::size_t{1} << out.bits, static_cast<Byte>(window - block_size + 1));
  for (const Entry& entry : entries_) {
    if (entry.pattern.strength < strength) continue;
    const Byte* front = bytes_of(entry.pattern.bytes).data();
    // The first block has no byte before it.
    Bytes first = {0, front[0], front[1], front[2]};
    for (std::size_t end = block_size; end <= window; ++end) {
      const Byte* at = end == block_size ? first.data() + 4 : front + end;
      Byte& skip = out.by_block[hash_of_block(at, out.bits)];
      skip = std::min(skip, static_cast<Byte>(window - end));
    }
  }
  return out;
}

bool Matcher::matches(std::uint64_t key, ByteView rest, std::size_t strength) const {
  const auto first = std::lower_bound(entries_.begin(), entries_.end(), key,
                                      [](const Entry& entry, std::uint64_t wanted) { return entry.key < wanted; });
  for (auto entry = first; entry != entries_.end() && entry->key == key; ++entry)
    if (entry->pattern.strength >= strength && text_of(rest).starts_with(entry->pattern.bytes)) return true;
  return false;
}

bool Matcher::find(ByteView bytes, std::size_t strength) const {
  const auto skips = std::find_if(skips_.begin(), skips_.end(), [&](const Skips& one) { return one.strength == strength; });
  DOKAZ_CHECK(skips != skips_.end());
  if (skips->window == 0 || bytes.size() < skips->window) return false;
  const Byte *end = bytes.data() + skips->window, *const last = bytes.data() + bytes.size();
  const Byte* by_block = skips->by_block.data();
  const unsigned bits = skips->bits;
  while (end <= last) {
    const std::size_t skip = by_block[hash_of_block(end, bits)];
    if (skip > static_cast<std::size_t>(last - end)) return false;
    if (skip > 0) {
      end += skip;
      continue;
    }
    const Byte* front = end - skips->window;
    const std::uint64_t key = key_of(front), bit = hash(key, bits_);
    if ((bitmap_[bit >> 6] >> (bit & 63) & 1) != 0 &&
        matches(key, bytes.subspan(static_cast<std::size_t>(front - bytes.data())), strength))
      return true;
    ++end;
  }
  return false;
}

}  // namespace dokaz::intake::check
