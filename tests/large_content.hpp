// SPDX-License-Identifier: GPL-3.0-or-later
// What tests of constant memory need: content of any size that nobody keeps, and how much this process ever had.
#pragma once

#include <sys/resource.h>

#include "crypto/readable.hpp"

namespace dokaz::test {

inline constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;

/// Bytes that nobody keeps: each is a function of its place.
class Endless : public Readable {
 public:
  Endless(std::uint64_t size, std::uint64_t shift) : size_(size), shift_(shift) {}
  std::uint64_t size() const override { return size_; }
  Status read(std::span<Byte> into, std::uint64_t offset) const override {
    if (offset > size_ || into.size() > size_ - offset) return fail(Errc::truncated_media);
    for (std::size_t i = 0; i < into.size(); ++i) {
      const std::uint64_t place = offset + shift_ + i;
      into[i] = static_cast<Byte>(place ^ place >> 8 ^ place >> 16 ^ place >> 24);
    }
    return {};
  }

 private:
  std::uint64_t size_, shift_;
};

/// The most that this process ever had in memory, in MiB. Sanitizers keep what was freed.
inline std::uint64_t peak() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return 0;
#else
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<std::uint64_t>(used.ru_maxrss) / 1024;
#endif
}

}  // namespace dokaz::test
